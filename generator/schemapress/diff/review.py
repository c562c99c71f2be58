"""A review: the comparison of each API, whether it fails (`--fail-on`), and the version that it calls for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from schemapress.diff.accepted import StaleEntry
from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding
from schemapress.diff.impact import Impact
from schemapress.diff.revision_verdict import RevisionVerdict
from schemapress.diff.rule import Kind

VersionLevel = Literal["major", "minor", "patch", "none"]
"""The part of the version number that a change must raise (Semantic Versioning 2.0.0 §6 to §8)."""

FailOn = Literal["breaking", "compatible", "any"]
"""The values of `--fail-on`."""

WitnessStyle = Literal["difference", "full", "none"]
"""The values of `--witness`: of an example document, the lines that differ from a minimal one, all lines, or none."""


@dataclass(frozen=True, slots=True)
class Review:
    """The comparisons of all APIs; `stale` are the entries of accept lists that no longer accept anything.

    `verdicts` has those against each revision, if the new version is compared with several.
    `ignored` is how many findings are left out because of their paths. `witness` is how much of each example document a
    report for people shows. `templates` is the folder of the project's own templates, if it has one.
    """

    comparisons: tuple[Comparison, ...]
    stale: tuple[StaleEntry, ...] = ()
    impact: Impact | None = None
    verdicts: tuple[RevisionVerdict, ...] = ()
    ignored: int = 0
    witness: WitnessStyle = "difference"
    templates: Path | None = None

    @property
    def findings(self) -> Iterator[Finding]:
        """Every finding of every comparison."""
        for comparison in self.comparisons:
            yield from comparison.findings

    def fails(self, on: FailOn) -> bool:
        """Whether the review has findings, not accepted, that `--fail-on` counts.

        `breaking` counts breaking and undecided changes of documents and endpoints, `compatible` every change of
        these, and `any` every finding.
        """
        counted = [finding for finding in self.findings if finding.counts]
        if on == "any":
            return bool(counted)
        exchanged = [finding for finding in counted if finding.rule.kind in ("documents", "endpoint")]
        return any(on == "compatible" or finding.severity in ("breaking", "undecided") for finding in exchanged)

    @property
    def calls_for(self) -> VersionLevel:
        """The version that the change of documents and endpoints calls for; accepted findings count too."""
        return self._level("documents", "endpoint")

    @property
    def package_calls_for(self) -> VersionLevel:
        """The version that the change calls for in the generated packages, whose users name classes and fields."""
        levels: tuple[VersionLevel, ...] = ("major", "minor", "patch", "none")
        return min(self.calls_for, self._level("python"), key=levels.index)

    def describe_level(self, emphasize: Callable[[str], str] = str) -> str:
        """Return the version that the change calls for in a sentence, which is empty where it calls for none.

        `emphasize` marks a level as bold.
        """
        level, package = self.calls_for, self.package_calls_for
        if level == "none":
            return ""
        more = "" if package == level else f" (the generated Python package: {emphasize(package)})"
        return f"The change calls for a {emphasize(level)} version{more}."

    def _level(self, *kinds: Kind) -> VersionLevel:
        severities = {finding.severity for finding in self.findings if finding.rule.kind in kinds}
        if severities & {"breaking", "undecided"}:
            return "major"
        if severities:
            return "minor"
        return "patch" if any(True for _ in self.findings) else "none"
