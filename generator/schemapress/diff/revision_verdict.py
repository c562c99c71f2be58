"""Several old versions in one report: does the new version still read what each of them wrote?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding
from schemapress.diff.lifecycle import combine_lifecycles
from schemapress.diff.message_comparison import Effect, MessageComparison
from schemapress.load.schema import Direction

_WORST: tuple[Effect, ...] = ("breaking", "undecided", "compatible", "same")


@dataclass(frozen=True, slots=True)
class RevisionVerdict:
    """The verdict on one API against one revision, by direction; `findings` is how many apply to it."""

    revision: str
    api: str
    verdicts: Mapping[Direction, Effect]
    findings: int


def merge_comparisons(comparisons: Sequence[tuple[str, Comparison]]) -> Comparison:
    """Return one comparison of several of one API with the same new version, by the revisions of their old versions.

    It has each finding once, with the revisions that it applies to.
    """
    (_, first), *_ = comparisons
    messages: dict[str, MessageComparison] = {}
    for _, comparison in comparisons:
        for message in comparison.messages:
            messages.setdefault(message.name, message)
    merged = tuple(
        replace(message, findings=_merge_findings(_list_findings(comparisons, name)))
        for name, message in messages.items()
    )
    others = _merge_findings((revision, other) for revision, comparison in comparisons for other in comparison.others)
    names = ", ".join(revision for revision, _ in comparisons)
    return replace(first, old=names, messages=merged, others=others)


def _list_findings(comparisons: Iterable[tuple[str, Comparison]], name: str) -> Iterable[tuple[str, Finding]]:
    for revision, comparison in comparisons:
        for message in comparison.messages:
            if message.name == name:
                yield from ((revision, finding) for finding in message.findings)


def _merge_findings(findings: Iterable[tuple[str, Finding]]) -> tuple[Finding, ...]:
    """Return findings without those of the same fingerprint, the last of which is kept: it is the nearest.

    It is experimental or deprecated only if all of them are.
    """
    merged: dict[str, Finding] = {}
    for revision, finding in findings:
        known = merged.get(finding.fingerprint)
        revisions = (*(() if known is None else known.revisions), revision)
        lifecycles = [finding.lifecycle] if known is None else [known.lifecycle, finding.lifecycle]
        merged[finding.fingerprint] = replace(
            finding, revisions=tuple(dict.fromkeys(revisions)), lifecycle=combine_lifecycles(lifecycles)
        )
    return tuple(merged.values())


def list_verdicts(comparison: Comparison, revisions: Iterable[str]) -> tuple[RevisionVerdict, ...]:
    """Return the verdict on a merged comparison against each revision; a message that one lacks has none there."""
    return tuple(_find_verdict(comparison, revision) for revision in revisions)


def _find_verdict(comparison: Comparison, revision: str) -> RevisionVerdict:
    def applies(finding: Finding) -> bool:
        return revision in finding.revisions

    effects: dict[Direction, list[Effect]] = {}
    for message in comparison.messages:
        own = replace(message, findings=tuple(filter(applies, message.findings)))
        for direction, effect in own.find_effects().items():
            effects.setdefault(direction, []).append(effect)
    others = [
        finding for finding in filter(applies, comparison.others) if finding.rule.kind in ("documents", "endpoint")
    ]
    for other in others:
        if other.counts and other.severity in ("breaking", "undecided"):
            for direction, listed in effects.items():
                if other.direction in (direction, None):
                    listed.append("breaking" if other.severity == "breaking" else "undecided")
    return RevisionVerdict(
        revision,
        comparison.name,
        {direction: min(listed, key=_WORST.index) for direction, listed in effects.items()},
        sum(map(applies, comparison.findings)),
    )
