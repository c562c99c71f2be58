"""Example messages as evidence: they settle questions, or contradict the page."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from schemapress.compilation import compile as compile_schema
from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress.write.xsd import write_xsd
from schemapress_runtime.report.problem import Problem
from schemapress_runtime.xml.document import UnacceptableXML, parse

from ..ask import namespace, root
from ..ask.question import Decision, Evidence
from ..draft import Draft

_UNKNOWN_ROOT = "cvc-elt.1"
_WORSE_THAN_ANY = 1_000
"""Problems counted for a message whose root is known only by its local name; twice as many for an unknown root."""

_ANY_TEXT = ("xs:string", "xs:anyType")
"""Answers under which any value is valid. If exactly one other answer is valid too, that answer is chosen."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An example message: the name of its file, its bytes, and its root element."""

    name: str
    data: bytes
    root: str
    namespace: str


def read_samples(folder: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Sample]:
    """Return the messages in a folder, sorted by name.

    Raises:
        SchemapressError: there is none, or a message is not XML or goes beyond a limit.
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
                f"This message can't be used: {error.problem.message}", place=f"{path}:{line}"
            ) from None
        samples.append(Sample(path.name, data, name.localname, name.namespace or ""))
    if not samples:
        raise SchemapressError("There is no message (*.xml) in this folder.", place=str(folder))
    return samples


def settle(
    draft: Draft, decisions: list[Decision], type_names: Mapping[str, str], samples: Iterable[Sample]
) -> list[Decision]:
    """Return decisions in which messages answer questions that stand on their defaults, as far as they can.

    The candidate under which the messages have the fewest problems is chosen.

    Raises:
        SchemapressError: a message has problems under every answer: it contradicts the page. Or the draft is not that
            of a page.
    """
    if not draft.places:
        message = "Example messages can only settle questions about a Redocly page; this is another kind of source."
        raise SchemapressError(message, place=draft.schema, hint="Capture it without --samples.")
    validator = _SampleValidator(draft, type_names, tuple(samples))
    settled = list(decisions)
    for index, decision in enumerate(settled):
        if decision.answered_by == "default":
            settled[index] = _settle_one(decision, validator, settled[:index], settled[index + 1 :])
    validator.refuse_contradictions(settled)
    return settled


def _settle_one(
    decision: Decision, validator: _SampleValidator, before: list[Decision], after: list[Decision]
) -> Decision:
    question = decision.question
    candidates = list(
        dict.fromkeys([decision.answer, *question.candidates, *validator.further_candidates(question.kind)])
    )
    problems = {
        answer: validator.find_problems([*before, replace(decision, answer=answer), *after]) for answer in candidates
    }
    totals = {answer: sum(map(len, by_sample.values())) for answer, by_sample in problems.items()}
    best = min(totals, key=lambda answer: totals[answer])  # the first of the best: the default, if it is among them
    others = [answer for answer in candidates if totals[answer] > totals[best]]
    narrow = [answer for answer in candidates if totals[answer] == totals[best] and answer not in _ANY_TEXT]
    if others and len(narrow) == 1 and best in _ANY_TEXT:
        return _decide_by_samples(decision, narrow[0], others, problems)
    if not others or (totals[best] == totals[decision.answer] and len(others) < len(candidates) - 1):
        return decision
    return _decide_by_samples(decision, best, others, problems)


def _decide_by_samples(
    decision: Decision, best: str, others: list[str], problems: Mapping[str, Mapping[str, list[Problem]]]
) -> Decision:
    """Return a decision by messages; its evidence are messages with more problems under other answers."""
    fewest = problems[best]
    names = [name for name in fewest if any(len(problems[answer][name]) > len(fewest[name]) for answer in others)]
    listed = ", ".join(names[:3]) if len(names) != 2 else " and ".join(names)
    why = f"Only this answer makes {listed} valid."
    evidence = tuple(Evidence(name, _describe_problem(problems, others, name)) for name in names[:3])
    question = replace(decision.question, evidence=(*decision.question.evidence, *evidence))
    return Decision(question, best, "samples", why)


def _describe_problem(problems: Mapping[str, Mapping[str, list[Problem]]], others: list[str], name: str) -> str:
    """Return the first problem of a message under another answer."""
    for answer in others:
        if problems[answer][name]:
            problem = problems[answer][name][0]
            return f"with {answer!r}, line {problem.line}: {problem.message}"
    return ""


class _SampleValidator:
    """Validates messages against the schema of decisions."""

    def __init__(self, draft: Draft, type_names: Mapping[str, str], samples: tuple[Sample, ...]) -> None:
        self._draft = draft
        self._type_names = type_names
        self._samples = samples
        self._folder = tempfile.TemporaryDirectory(prefix="schemapress-samples-")
        self._count = 0

    def further_candidates(self, kind: str) -> list[str]:
        """Return candidates from the messages themselves: the names or namespaces of their roots."""
        if kind == root.KEY:
            return [sample.root for sample in self._samples]
        if kind == namespace.KEY:
            return [namespace.answer_for(sample.namespace) for sample in self._samples]
        return []

    def find_problems(self, decisions: list[Decision]) -> dict[str, list[Problem]]:
        """Return the problems of each message, by its name."""
        file = self._draft.finish(decisions, self._type_names).file
        text = file if isinstance(file, str) else write_xsd(file, ())
        self._count += 1
        path = Path(self._folder.name) / f"{self._count}.xsd"
        path.write_text(text, "utf-8")
        validator = compile_schema(path, roots=[self._folder.name])
        by_sample = {}
        for sample in self._samples:
            problems = list(validator.validate(sample.data))
            unknown = [problem for problem in problems if problem.code == _UNKNOWN_ROOT]
            by_name = any(f"<{sample.root}>" in str(problem.expected) for problem in unknown)
            by_sample[sample.name] = problems + unknown * (_WORSE_THAN_ANY if by_name else 2 * _WORSE_THAN_ANY)
        return by_sample

    def refuse_contradictions(self, decisions: list[Decision]) -> None:
        """Raise an error for the first problem that remains, with its line and the line of the page."""
        for name, problems in self.find_problems(decisions).items():
            for problem in problems[:1]:
                place = self._place(problem)
                hint = f"Compare with the page: {place}." if place else "Compare with the page."
                raise SchemapressError(
                    f"This message contradicts the page: {problem.message}", place=f"{name}:{problem.line}", hint=hint
                )

    def _place(self, problem: Problem) -> str:
        """Return the place where the page lists the field of a problem, as far as its path determines it."""
        names = [step.partition("[")[0].rpartition(":")[2] for step in problem.path.split("/")[2:]]
        named = re.match(r"<([^<>]+)>", problem.expected or "")
        last = named[1] if named is not None else ""
        for candidate in (".".join([*names, last]) if last else "", ".".join(names), ".".join(names[:-1])):
            if candidate in self._draft.places:
                return f"{self._draft.places[candidate]} lists `{candidate}`"
        return ""
