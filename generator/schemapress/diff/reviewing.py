"""From what is to be compared to its review: each API by the accept list and the severities of its project."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from schemapress.diff.accepted import FILE, Entry, read_accepted, with_entries
from schemapress.diff.comparison import KINDS, Comparison, compare, only, without
from schemapress.diff.finding import Acceptance
from schemapress.diff.review import Review
from schemapress.diff.rule import Kind
from schemapress.diff.severities import severities
from schemapress.diff.versions.selection import Selection
from schemapress.errors import SchemapressError, writing
from schemapress.load.schema import Direction

Stale = tuple[Entry, str]
"""An entry that accepts nothing, and why."""


def review_of(selections: Sequence[Selection], direction: Direction | None, kinds: Collection[Kind] = KINDS) -> Review:
    """Return the review of some APIs; `direction` overrules what their endpoints say.

    Raises:
        SchemapressError: a version does not load, two have nothing in common, or an accept list or the severities of
            the project are wrong.
    """
    changed = severities(Path())
    comparisons, stale = [], []
    for selection in selections:
        comparison = _compared(selection, direction, kinds).with_severities(changed)
        accepted, others = _accepted(selection, comparison, is_whole=set(kinds) == set(KINDS))
        comparisons.append(comparison.with_accepted(accepted))
        stale += others
    return Review(tuple(comparisons), tuple(stale))


def _compared(selection: Selection, direction: Direction | None, kinds: Collection[Kind]) -> Comparison:
    if selection.old is not None and selection.new is not None:
        return compare(selection.name, selection.old, selection.new, direction, kinds)
    if selection.old is not None:
        return without(selection.name, selection.old, direction)
    assert selection.new is not None
    return only(selection.name, selection.new, direction)


def _accepted(
    selection: Selection, comparison: Comparison, *, is_whole: bool
) -> tuple[dict[str, Acceptance], list[Stale]]:
    """Return what the list beside the new version accepts, and its entries that are stale.

    Those that nothing was found for are, if the comparison is of everything.
    """
    new = selection.new
    found = {finding.fingerprint for finding in comparison.findings}
    accepted: dict[str, Acceptance] = {}
    stale: list[Stale] = []
    for entry in () if new is None else read_accepted(new.folder / FILE, new.named(FILE)):
        if entry.is_over(date.today()):
            stale.append((entry, f"It held until {entry.acceptance.until}."))
        elif entry.fingerprint in found:
            accepted[entry.fingerprint] = entry.acceptance
        elif is_whole:
            stale.append((entry, "No finding has this fingerprint."))
    return accepted, stale


def accept(selections: Sequence[Selection], review: Review, reason: str) -> Iterator[tuple[str, int]]:
    """Add an entry for each finding that breaks something to the list beside the new version.

    Yields the name of each list that was written, and how many entries were added.

    Raises:
        SchemapressError: the new version is one of a revision.
    """
    for selection, comparison in zip(selections, review.comparisons, strict=True):
        breaking = {
            finding.fingerprint: f"{finding.rule.name} {finding.path}"
            for finding in comparison.findings
            if finding.severity in ("breaking", "undecided") and finding.counts
        }
        new = selection.new
        if new is None or not breaking:
            continue
        if not new.reading.is_on_disk:
            raise SchemapressError("A revision can't be changed.", place=new.name, hint="Accept what is on disk.")
        file = new.folder / FILE
        text = file.read_text("utf-8") if file.is_file() else ""
        with writing(file):
            file.write_text(with_entries(text, breaking.items(), reason), "utf-8")
        yield new.named(FILE), len(breaking)
