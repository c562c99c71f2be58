"""Decides the questions of a page, and records each in `decisions.toml`: the answer, who gave it, and why.

`decide` takes the answer of a person in the file, else of the profile, else the default of the question; `samples` and
a person at the terminal may then answer what stands on its default.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemapress.errors import SchemapressError

from ..ask.question import Decision, Question
from ..omission import Omission

_HEAD = """\
# The questions that the pages leave open, and their answers. To change an `answer`, edit it here, put your name in
# `answered-by`, and capture the page again: answers of a person are kept, those of the default follow the page.
"""


_NOT_A_PERSON = ("default", "profile", "samples")
"""The values of `answered-by` that are not a person. Such answers are decided again at each capture."""


@dataclass(frozen=True, slots=True)
class RecordedSource:
    """A captured page: its file, digest, day of capture, XSD, and the URL that it was fetched from.

    `url` is empty for a file.
    """

    page: str
    sha256: str
    date: str
    schema: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer in decisions.toml, at a `place`."""

    answer: str
    answered_by: str
    why: str
    place: str = ""

    @property
    def is_of_a_person(self) -> bool:
        """Whether a person gave the answer. Such an answer is kept even if the page changes."""
        return self.answered_by not in _NOT_A_PERSON


@dataclass(frozen=True)
class Decisions:
    """The decisions on one page; `type_names` replaces the names of types, by the labels of their fields."""

    source: RecordedSource
    answers: Mapping[str, RecordedAnswer] = field(default_factory=dict)
    type_names: Mapping[str, str] = field(default_factory=dict)


def read_decisions(path: Path) -> dict[str, Decisions]:
    """Return the decisions on each XSD, by its name; none if the file does not exist.

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
    decisions = {}
    lines = iter(_find_answer_lines(text))
    for page in document.get("page", []):
        source = RecordedSource(**{name: str(page.get(name, "")) for name in RecordedSource.__dataclass_fields__})
        answers = dict(_read_answer(entry, path, next(lines, 1)) for entry in page.get("decision", []))
        decisions[source.schema] = Decisions(source, answers, page.get("type-names", {}))
    return decisions


def _find_answer_lines(text: str) -> list[int]:
    """Return the line of the answer of each decision, or the line of a decision without an answer."""
    answer_lines: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"\s*\[\[\s*page\s*\.\s*decision\s*\]\]", line):
            answer_lines.append(number)
        elif answer_lines and re.match(r"\s*answer\s*=", line):
            answer_lines[-1] = number
    return answer_lines


def refuse_edits_by_nobody(now: Decisions, last: Decisions | None) -> None:
    """Refuse an answer that was edited in the file while `answered-by` still names no person.

    The edit would be lost, since such answers are decided again. `last` has the decisions as they were written.

    Raises:
        SchemapressError: there is such an answer; with its line.
    """
    for key, answer in now.answers.items():
        before = None if last is None else last.answers.get(key)
        if before is not None and not answer.is_of_a_person and answer.answer != before.answer:
            was, now_is = repr(before.answer), repr(answer.answer)
            message = f"The answer to {key!r} was changed from {was} to {now_is}, but `answered-by` names no person."
            hint = (
                f'Put your name in it: answered-by = "…" instead of {answer.answered_by!r}. Or change the answer back.'
            )
            raise SchemapressError(message, place=answer.place, hint=hint)


def _read_answer(entry: Mapping[str, str], path: Path, line: int) -> tuple[str, RecordedAnswer]:
    for name in ("key", "answer"):
        if not isinstance(entry.get(name), str):
            text = str(entry.get("question", entry))[:80]
            raise SchemapressError(f"The decision {text!r} has no `{name}`.", place=f"{path}:{line}")
    by, why = str(entry.get("answered-by", "default")), str(entry.get("why", ""))
    return entry["key"], RecordedAnswer(entry["answer"], by, why, f"{path}:{line}")


def render_decisions(pages: Iterable[str]) -> str:
    """Return the text of decisions.toml from the texts of its pages."""
    return "\n".join([_HEAD, *pages])


def render_page(
    source: RecordedSource,
    decisions: Iterable[Decision],
    type_names: Mapping[str, str],
    omissions: Iterable[Omission] = (),
) -> str:
    """Return the part of decisions.toml about one page."""
    lines = ["[[page]]"]
    lines += [
        f"{name} = {_text(value)}" for name in RecordedSource.__dataclass_fields__ if (value := getattr(source, name))
    ]
    if type_names:
        names = ", ".join(f"{_text(path)} = {_text(name)}" for path, name in sorted(type_names.items()))
        lines.append(f"type-names = {{ {names} }}")
    left_out = [str(omission) for omission in omissions]
    if left_out:
        lines.append(f"not-captured = {_list(left_out)}")
    for decision in decisions:
        lines += ["", *_render_decision(decision)]
    return "\n".join(lines) + "\n"


def _render_decision(decision: Decision) -> list[str]:
    question = decision.question
    lines = ["[[page.decision]]", f"key = {_text(question.key)}", f"question = {_text(question.text)}"]
    if question.fields:
        lines.append(f"fields = {_list(question.fields)}")
    lines.append(f"candidates = {_list(question.candidates)}")
    if question.evidence:
        lines.append(f"evidence = {_list(f'{evidence.place}: {evidence.text}' for evidence in question.evidence)}")
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
    questions: Iterable[Question], answers: Mapping[str, RecordedAnswer], profile: Mapping[str, str], place: str
) -> list[Decision]:
    """Return a decision for each question: the answer of a person, else of the profile, else the default.

    Raises:
        SchemapressError: the question does not accept an answer.
    """
    decisions = []
    for question in questions:
        known = answers.get(question.key)
        if known is not None and known.is_of_a_person:
            decision = Decision(question, known.answer, known.answered_by, known.why)
        elif (answer := _answer_of_profile(question, profile)) is not None:
            decision = Decision(question, answer, "profile", "The profile says so.")
        else:
            decision = Decision(question, question.default, "default", question.why)
        if not question.accepts(decision.answer):
            hint = f"Expected: {question.expected}."
            by_profile = "of the profile " if decision.answered_by == "profile" else ""
            message = f"The answer {by_profile}to {question.text!r} is {decision.answer!r}, which is not a candidate."
            where = known.place if known is not None and known.is_of_a_person and known.place else place
            raise SchemapressError(message, place=where, hint=hint)
        decisions.append(decision)
    return decisions


def _answer_of_profile(question: Question, profile: Mapping[str, str]) -> str | None:
    """Return the answer of a profile, by the key of a question or of its kind.

    The answer for a kind is a candidate, the first words of one (`wrap`), or `candidate 2`.
    """
    if question.key in profile:
        return profile[question.key]
    general = profile.get(question.kind)
    if general is None:
        return None
    number = re.fullmatch(r"candidate (\d+)", general)
    if number is not None:
        index = int(number[1]) - 1
        return question.candidates[index] if index < len(question.candidates) else None
    matching = (text for text in question.candidates if text == general or text.startswith(f"{general} "))
    return next(matching, None)
