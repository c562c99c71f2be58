"""Everything that a reviewer is told of a change: the comparison of each API, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from schemapress.diff.accepted import Entry
from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding
from schemapress.diff.impact import Impact
from schemapress.diff.rule import Kind

Level = Literal["major", "minor", "patch", "none"]
"""The part of a version that a change calls for (Semantic Versioning 2.0.0 §6 to §8)."""

FailOn = Literal["breaking", "compatible", "any"]


@dataclass(frozen=True, slots=True)
class Review:
    """The comparisons of all APIs; `stale` are entries of accept lists that accept nothing any more, and why."""

    comparisons: tuple[Comparison, ...]
    stale: tuple[tuple[Entry, str], ...] = ()
    impact: Impact | None = None

    @property
    def findings(self) -> Iterator[Finding]:
        """Every finding of every comparison."""
        for comparison in self.comparisons:
            yield from comparison.findings

    def fails(self, on: FailOn) -> bool:
        """Whether something was found that is not accepted.

        `breaking` looks for documents and endpoints that are broken, or may be; `compatible` for any change
        of them; `any` for any finding at all.
        """
        counted = [finding for finding in self.findings if finding.counts]
        if on == "any":
            return bool(counted)
        exchanged = [finding for finding in counted if finding.rule.kind in ("documents", "endpoint")]
        return any(on == "compatible" or finding.severity in ("breaking", "undecided") for finding in exchanged)

    @property
    def calls_for(self) -> Level:
        """The version that the change calls for, by what is exchanged; what is accepted by name breaks all the same."""
        return self._level("documents", "endpoint")

    @property
    def package_calls_for(self) -> Level:
        """The version that the generated packages call for, whose users have code that names classes and fields."""
        levels: tuple[Level, ...] = ("major", "minor", "patch", "none")
        return min(self.calls_for, self._level("python"), key=levels.index)

    def _level(self, *kinds: Kind) -> Level:
        severities = {finding.severity for finding in self.findings if finding.rule.kind in kinds}
        if severities & {"breaking", "undecided"}:
            return "major"
        if severities:
            return "minor"
        return "patch" if any(True for _ in self.findings) else "none"
