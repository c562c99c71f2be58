"""`decisions.toml`: every question that a page leaves open, with its answer, who gave it, and why."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemapress.errors import SchemapressError

from .omission import Omission
from .question import Decision, Question

_HEAD = """\
# What the pages leave open, and what was decided. Change an `answer` here, say in `answered-by` who did, and capture
# the page again: answers of a person are kept, those of the default follow the page.
"""


_NOT_A_PERSON = ("default", "profile", "samples")
"""Who answers beside persons; such answers follow the page, the profile and the messages."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page that was captured: its file, its digest, the day, the XSD that it became, and the URL it was fetched from.

    `url` is empty for a page that was a file.
    """

    page: str
    sha256: str
    date: str
    schema: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that stands in a file, at a `place`."""

    answer: str
    answered_by: str
    why: str
    place: str = ""

    @property
    def is_of_a_person(self) -> bool:
        """Whether a person gave the answer: it is kept, whatever the page says."""
        return self.answered_by not in _NOT_A_PERSON


@dataclass(frozen=True)
class Decisions:
    """What was decided on one page; `type_names` gives types other names, by the paths of their fields."""

    source: Source
    answers: Mapping[str, Answered] = field(default_factory=dict)
    type_names: Mapping[str, str] = field(default_factory=dict)


def read_decisions(path: Path) -> dict[str, Decisions]:
    """Return what a file says of each XSD, by its name; nothing where there is no such file.

    Raises:
        SchemapressError: the file is not TOML, or has a decision without a key or an answer.
    """
    if not path.is_file():
        return {}
    try:
        text = path.read_text("utf-8")
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemapressError(f"This is not TOML: {error}.", place=str(path)) from None
    found = {}
    lines = iter(_answer_lines(text))
    for page in document.get("page", []):
        source = Source(**{name: str(page.get(name, "")) for name in Source.__dataclass_fields__})
        answers = dict(_answered(entry, path, next(lines, 1)) for entry in page.get("decision", []))
        found[source.schema] = Decisions(source, answers, page.get("type-names", {}))
    return found


def _answer_lines(text: str) -> list[int]:
    """Return the line of the answer in each decision, or that of the decision where it has none."""
    found: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*page\s*\.\s*decision\s*\]\]", line):
            found.append(number)
        elif found and re.match(r"\s*answer\s*=", line):
            found[-1] = number
    return found


def refuse_edits_by_nobody(now: Decisions, last: Decisions | None) -> None:
    """Refuse an answer that was changed in the file since it was written, and is still said to be of no person.

    It would be lost: such answers are given anew. `last` is what was written.

    Raises:
        SchemapressError: there is such an answer; with its line, and what to add.
    """
    for key, answered in now.answers.items():
        before = None if last is None else last.answers.get(key)
        if before is not None and not answered.is_of_a_person and answered.answer != before.answer:
            was, now_is = repr(before.answer), repr(answered.answer)
            message = f"The answer to {key!r} was changed from {was} to {now_is}, and `answered-by` says nobody's name."
            hint = (
                f'Say who answered: answered-by = "…" instead of {answered.answered_by!r}. Or change the answer back.'
            )
            raise SchemapressError(message, place=answered.place, hint=hint)


def _answered(entry: Mapping[str, str], path: Path, line: int) -> tuple[str, Answered]:
    for needed in ("key", "answer"):
        if not isinstance(entry.get(needed), str):
            text = str(entry.get("question", entry))[:80]
            raise SchemapressError(f"The decision {text!r} has no `{needed}`.", place=f"{path}:{line}")
    by, why = str(entry.get("answered-by", "default")), str(entry.get("why", ""))
    return entry["key"], Answered(entry["answer"], by, why, f"{path}:{line}")


def written(pages: Iterable[str]) -> str:
    """Return the text of a file from the texts of its pages."""
    return "\n".join([_HEAD, *pages])


def page_text(
    source: Source,
    decisions: Iterable[Decision],
    type_names: Mapping[str, str],
    omissions: Iterable[Omission] = (),
) -> str:
    """Return the part of the file that is about one page."""
    lines = ["[[page]]"]
    lines += [f"{name} = {_text(said)}" for name in Source.__dataclass_fields__ if (said := getattr(source, name))]
    if type_names:
        names = ", ".join(f"{_text(path)} = {_text(name)}" for path, name in sorted(type_names.items()))
        lines.append(f"type-names = {{ {names} }}")
    left_out = [str(omission) for omission in omissions]
    if left_out:
        lines.append(f"not-captured = {_list(left_out)}")
    for decision in decisions:
        lines += ["", *_decision(decision)]
    return "\n".join(lines) + "\n"


def _decision(decision: Decision) -> list[str]:
    question = decision.question
    lines = ["[[page.decision]]", f"key = {_text(question.key)}", f"question = {_text(question.text)}"]
    if question.fields:
        lines.append(f"fields = {_list(question.fields)}")
    lines.append(f"candidates = {_list(question.candidates)}")
    if question.evidence:
        lines.append(f"evidence = {_list(f'{one.place}: {one.text}' for one in question.evidence)}")
    return [
        *lines,
        f"answer = {_text(decision.answer)}",
        f"answered-by = {_text(decision.answered_by)}",
        f"why = {_text(decision.why)}",
    ]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    items = [_text(value) for value in values]
    short = f"[{', '.join(items)}]"
    return short if len(short) <= 110 else "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def decide(
    questions: Iterable[Question], answers: Mapping[str, Answered], profile: Mapping[str, str], place: str
) -> list[Decision]:
    """Return a decision for each question: a person's answer, or the profile's, or the default.

    Raises:
        SchemapressError: an answer is not one of the candidates.
    """
    decided = []
    for question in questions:
        known = answers.get(question.key)
        if known is not None and known.is_of_a_person:
            decision = Decision(question, known.answer, known.answered_by, known.why)
        elif (given := _by_profile(question, profile)) is not None:
            decision = Decision(question, given, "profile", "The profile says so.")
        else:
            decision = Decision(question, question.default, "default", question.why)
        if not question.takes(decision.answer):
            hint = f"Expected is {question.expected}."
            by_profile = "of the profile " if decision.answered_by == "profile" else ""
            message = f"The answer {by_profile}to {question.text!r} is {decision.answer!r}, which is no candidate."
            where = known.place if known is not None and known.is_of_a_person and known.place else place
            raise SchemapressError(message, place=where, hint=hint)
        decided.append(decision)
    return decided


def _by_profile(question: Question, profile: Mapping[str, str]) -> str | None:
    """Return the answer of a profile: by the whole key of a question, or by its part before the first colon.

    The latter is for all questions of a kind: a candidate, how one begins (`wrap`), or `candidate 2`.
    """
    if question.key in profile:
        return profile[question.key]
    general = profile.get(question.key.partition(":")[0])
    if general is None:
        return None
    number = re.fullmatch(r"candidate (\d+)", general)
    if number is not None:
        index = int(number[1]) - 1
        return question.candidates[index] if index < len(question.candidates) else None
    return next((one for one in question.candidates if one == general or one.startswith(f"{general} ")), None)
