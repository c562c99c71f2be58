"""The impact of a change on a folder of real messages: which of them would change their verdict."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml import etree

from schemapress.diff.finding import Finding
from schemapress.diff.inputs.version import Version
from schemapress.errors import SchemapressError
from schemapress.load.roots import files_below
from schemapress.load.schema import Direction
from schemapress_runtime.report.amount import agreeing
from schemapress_runtime.report.problem import Problem

ValidityChange = Literal["refused", "accepted", "valid", "invalid", "unknown"]
"""The effect on a message: no longer valid, newly valid, valid or invalid in both versions, or declared by neither."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effect on one message; `problem` is the first that the refusing version reports.

    `finding` is the fingerprint of the finding that explains a verdict that changes, and `rule` its rule.
    """

    file: str
    effect: ValidityChange
    problem: Problem | None = None
    finding: str | None = None
    rule: str | None = None

    @property
    def reason(self) -> str:
        """The problem, and the finding that explains it."""
        return f"{self.problem}" + (f" See {self.rule} {self.finding}." if self.finding is not None else "")


@dataclass(frozen=True, slots=True)
class Impact:
    """The effects on the messages in a folder."""

    folder: str
    outcomes: tuple[Outcome, ...]

    def count(self, effect: ValidityChange) -> int:
        """Return the number of messages with this effect."""
        return sum(outcome.effect == effect for outcome in self.outcomes)

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """The messages whose verdict changes."""
        return tuple(outcome for outcome in self.outcomes if outcome.effect in ("refused", "accepted"))

    def describe_rest(self) -> str:
        """Return the counts of messages that keep their verdict, and of those that no version declares, in a phrase."""
        valid, invalid, unknown = self.count("valid"), self.count("invalid"), self.count("unknown")
        kept = f"{valid} {agreeing(valid, 'stays', 'stay')} valid"
        kept += f", {invalid} {agreeing(invalid, 'stays', 'stay')} invalid"
        return f"{kept}, {unknown} {agreeing(unknown, 'matches', 'match')} no message of these schemas"


def find_messages(folder: Path) -> list[Path]:
    """Return the messages in a folder and its subfolders.

    Raises:
        SchemapressError: the folder does not exist, or has no .xml file.
    """
    if not folder.is_dir():
        raise SchemapressError("The folder does not exist.", place=str(folder), hint="Name a folder of messages.")
    files = [path for path in files_below(folder, ".xml") if path.is_file()]
    if not files:
        raise SchemapressError("The folder has no .xml file.", place=str(folder), hint="Name a folder of messages.")
    return files


def measure_impact(
    folder: Path, files: Iterable[Path], versions: Sequence[tuple[Version, Version, Sequence[Finding]]]
) -> Impact:
    """Validate messages against both versions of the first API that declares their root element.

    The findings of each API explain the verdicts that change.
    """
    outcomes = (_validate(file.relative_to(folder).as_posix(), file.read_bytes(), versions) for file in files)
    return Impact(str(folder), tuple(outcomes))


def find_explanation(problems: Sequence[Problem], findings: Iterable[Finding]) -> Finding | None:
    """Return the finding whose document has a problem like one of those of a message; None without one.

    Two problems are alike if they break the same rule, at elements of the same name, and expect the same; or at any
    elements, where a change concerns several.
    """
    witnesses = [
        (finding, witness.problem)
        for finding in findings
        for witness in (finding.witness, finding.reverse)
        if witness is not None
    ]
    for liken in _LIKENESSES:
        known = {liken(problem): finding for finding, problem in reversed(witnesses)}
        for problem in problems:
            if liken(problem) in known:
                return known[liken(problem)]
    return None


def _last_steps(problem: Problem, count: int) -> tuple[str, ...]:
    return tuple(step.partition("[")[0] for step in problem.path.split("/")[-count:])


_LIKENESSES: tuple[Callable[[Problem], object], ...] = (
    lambda problem: (problem.code, _last_steps(problem, 2), problem.expected),
    lambda problem: (problem.code, _last_steps(problem, 1), problem.expected),
    lambda problem: (problem.code, problem.expected),
    lambda problem: (problem.code, _last_steps(problem, 1)),
)
"""What alike problems have in common, the closest likeness first."""


def _validate(name: str, data: bytes, versions: Sequence[tuple[Version, Version, Sequence[Finding]]]) -> Outcome:
    root = _find_root(data)
    published = ((old.as_published, new.as_published, findings) for old, new, findings in versions)
    for old, new, findings in published:
        if root in old.schema.elements or root in new.schema.elements:
            before, after = old.validator.validate(data), new.validator.validate(data)
            if before.valid and after.valid:
                return Outcome(name, "valid")
            if before.valid:
                return _explain(name, "refused", after.problems, findings)
            if after.valid:
                return _explain(name, "accepted", before.problems, findings)
            return Outcome(name, "invalid", before.problems[0])
    return Outcome(name, "unknown")


def _explain(name: str, effect: ValidityChange, problems: Sequence[Problem], findings: Sequence[Finding]) -> Outcome:
    way: Direction = "receive" if effect == "refused" else "send"
    finding = find_explanation(problems, (finding for finding in findings if finding.direction in (way, None)))
    if finding is None:
        return Outcome(name, effect, problems[0])
    return Outcome(name, effect, problems[0], finding.fingerprint, finding.rule.name)


def _find_root(data: bytes) -> str | None:
    """Return the tag of the root element; None if the data is not XML."""
    try:
        for _, element in etree.iterparse(io.BytesIO(data), events=("start",), resolve_entities=False, no_network=True):
            return str(element.tag)
    except etree.XMLSyntaxError:
        pass
    return None
