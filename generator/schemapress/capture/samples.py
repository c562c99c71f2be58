"""Example messages as evidence: which answers they settle, and what of a page they contradict."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from schemapress.compiled import compile as compile_schema
from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress.write.xsd import write_xsd
from schemapress_runtime.report.problem import Problem
from schemapress_runtime.xml.document import UnacceptableXML, parse

from .draft import Draft
from .question import Decision, Evidence

_UNKNOWN_ROOT = "cvc-elt.1"
_WORSE_THAN_ANY = 1_000
"""Problems that a message counts for whose root is known by its local name alone; twice as many, if not even that."""

_ANY_TEXT = ("xs:string", "xs:anyType")
"""Answers that any value is right with; where the values are right with one other answer alone, that one is meant."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An example message: the name of its file, its bytes, and its root element."""

    name: str
    data: bytes
    root: str
    namespace: str


def read_samples(folder: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Sample]:
    """Return the messages in a folder, by their names.

    Raises:
        SchemapressError: there are none, or one is not XML or goes beyond a limit.
    """
    samples = []
    for path in sorted(folder.glob("*.xml")):
        try:
            data = path.read_bytes()
            if len(data) > limits.page_bytes:
                raise beyond("page_bytes", limits, "The message", str(path))
            name = etree.QName(parse(data))
        except UnacceptableXML as error:
            line = error.problem.line
            raise SchemapressError(
                f"This message is not usable: {error.problem.message}", place=f"{path}:{line}"
            ) from None
        samples.append(Sample(path.name, data, name.localname, name.namespace or ""))
    if not samples:
        raise SchemapressError("There is no message (*.xml) in this folder.", place=str(folder))
    return samples


def settle(
    draft: Draft, decisions: list[Decision], type_names: Mapping[str, str], samples: Iterable[Sample]
) -> list[Decision]:
    """Return the decisions, those of the default answered by messages where messages tell the candidates apart.

    Of the candidates, that one is taken with which the messages have the fewest problems.

    Raises:
        SchemapressError: a message has problems whatever is answered: it contradicts the page. Or the draft is of
            another source than a page.
    """
    if not draft.places:
        message = "Example messages settle what a page leaves open; this source is another kind."
        raise SchemapressError(message, place=draft.schema, hint="Capture it without --samples.")
    judge = _Judge(draft, type_names, tuple(samples))
    decided = list(decisions)
    for index, decision in enumerate(decided):
        if decision.answered_by == "default":
            decided[index] = _settled(decision, judge, decided[:index], decided[index + 1 :])
    judge.refuse_contradictions(decided)
    return decided


def _settled(decision: Decision, judge: _Judge, before: list[Decision], after: list[Decision]) -> Decision:
    question = decision.question
    candidates = list(dict.fromkeys([decision.answer, *question.candidates, *judge.further(question.key)]))
    problems = {one: judge.problems([*before, replace(decision, answer=one), *after]) for one in candidates}
    totals = {one: sum(map(len, found.values())) for one, found in problems.items()}
    best = min(totals, key=lambda one: totals[one])  # the first of the best, and so the default where it is one
    others = [one for one in candidates if totals[one] > totals[best]]
    narrow = [one for one in candidates if totals[one] == totals[best] and one not in _ANY_TEXT]
    if others and len(narrow) == 1 and best in _ANY_TEXT:
        return _by_messages(decision, narrow[0], others, problems)
    if not others or (totals[best] == totals[decision.answer] and len(others) < len(candidates) - 1):
        return decision
    return _by_messages(decision, best, others, problems)


def _by_messages(
    decision: Decision, best: str, others: list[str], problems: Mapping[str, Mapping[str, list[Problem]]]
) -> Decision:
    """Return a decision that messages made, with those that have more problems with other answers as its evidence."""
    fewest = problems[best]
    names = [name for name in fewest if any(len(problems[one][name]) > len(fewest[name]) for one in others)]
    why = f"Only so {'is' if len(names) == 1 else 'are'} {', '.join(names[:3])} right."
    shown = tuple(Evidence(name, _shown(problems, others, name)) for name in names[:3])
    question = replace(decision.question, evidence=(*decision.question.evidence, *shown))
    return Decision(question, best, "samples", why)


def _shown(problems: Mapping[str, Mapping[str, list[Problem]]], others: list[str], name: str) -> str:
    """Return what would be wrong with a message if the answer were another one."""
    for one in others:
        if problems[one][name]:
            problem = problems[one][name][0]
            return f"with {one!r}, line {problem.line}: {problem.message}"
    return ""


class _Judge:
    """Finds the problems of messages against the schema that decisions give."""

    def __init__(self, draft: Draft, type_names: Mapping[str, str], samples: tuple[Sample, ...]) -> None:
        self._draft = draft
        self._type_names = type_names
        self._samples = samples
        self._folder = tempfile.TemporaryDirectory(prefix="schemapress-samples-")
        self._count = 0

    def further(self, key: str) -> list[str]:
        """Return candidates that the messages themselves add: the names and namespaces of their roots."""
        if key.startswith("root:"):
            return [sample.root for sample in self._samples]
        if key == "namespace":
            return [sample.namespace or "none" for sample in self._samples]
        return []

    def problems(self, decisions: list[Decision]) -> dict[str, list[Problem]]:
        """Return the problems of each message, by its name."""
        file = self._draft.finish(decisions, self._type_names).file
        text = file if isinstance(file, str) else write_xsd(file, ())
        self._count += 1
        path = Path(self._folder.name) / f"{self._count}.xsd"
        path.write_text(text, "utf-8")
        validator = compile_schema(path, roots=[self._folder.name])
        found = {}
        for sample in self._samples:
            problems = list(validator.validate(sample.data))
            unknown = [problem for problem in problems if problem.code == _UNKNOWN_ROOT]
            by_name = any(f"<{sample.root}>" in str(problem.expected) for problem in unknown)
            found[sample.name] = problems + unknown * (_WORSE_THAN_ANY if by_name else 2 * _WORSE_THAN_ANY)
        return found

    def refuse_contradictions(self, decisions: list[Decision]) -> None:
        """Raise an error for the first problem that no answer corrects, naming the lines of both."""
        for name, problems in self.problems(decisions).items():
            for problem in problems[:1]:
                place = self._place(problem)
                hint = f"The page says otherwise: {place}." if place else "The page says otherwise."
                raise SchemapressError(
                    f"This message contradicts the page: {problem.message}", place=f"{name}:{problem.line}", hint=hint
                )

    def _place(self, problem: Problem) -> str:
        """Return where the page lists the field that a problem is about, as well as its path tells."""
        names = [step.partition("[")[0].rpartition(":")[2] for step in problem.path.split("/")[2:]]
        named = re.match(r"<([^<>]+)>", problem.expected or "")
        about = named[1] if named is not None else ""
        for candidate in (".".join([*names, about]) if about else "", ".".join(names), ".".join(names[:-1])):
            if candidate in self._draft.places:
                return f"{self._draft.places[candidate]} lists `{candidate}`"
        return ""
