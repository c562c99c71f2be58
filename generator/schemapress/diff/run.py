"""A run of `schemapress diff`: each selected API by the accept list and the severities of its project."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from schemapress.diff.accepted import FILE, StaleEntry, append_entries, read_accepted
from schemapress.diff.comparison import CHANGE_KINDS, Comparison, added_api, compare, removed_api
from schemapress.diff.finding import Acceptance, Finding
from schemapress.diff.inputs.selection import Selection
from schemapress.diff.message_comparison import UNDECIDED
from schemapress.diff.review import Review
from schemapress.diff.revision_verdict import RevisionVerdict, list_verdicts, merge_comparisons
from schemapress.diff.rule import Kind
from schemapress.diff.severities import severities_of
from schemapress.errors import SchemapressError, writing
from schemapress.load.schema import Direction
from schemapress.project import project_here


def review_selections(
    selections: Sequence[Selection],
    direction: Direction | None,
    kinds: Collection[Kind] = CHANGE_KINDS,
    seconds: float = math.inf,
    ignored_paths: Sequence[str] = (),
) -> Review:
    """Return the review of some APIs; `direction` overrules their endpoint facts.

    What is not compared of an API after so many seconds is undecided. Findings at `ignored_paths`, and those of the
    project, are left out.

    Raises:
        SchemapressError: a version does not load, two versions have nothing in common, or the accept list or the
            severities of the project are invalid.
    """
    project = project_here(Path())
    severities = {} if project is None else severities_of(project)
    patterns = [*ignored_paths, *(() if project is None else project.settings.ignored_paths)]
    comparisons: list[Comparison] = []
    stale: list[StaleEntry] = []
    verdicts: list[RevisionVerdict] = []
    ignored = 0
    for group in _group_by_api(selections):
        whole = _compare_group(group, direction, kinds, seconds).with_severities(severities)
        comparison = whole.with_lifecycles(date.today()).without_paths(patterns)
        ignored += len(whole.findings) - len(comparison.findings)
        accepted, stale_entries = _apply_accepted(group[0], comparison, is_whole=set(kinds) == set(CHANGE_KINDS))
        comparisons.append(comparison.with_accepted(accepted))
        stale += stale_entries
        verdicts += list_verdicts(comparisons[-1], filter(None, (selection.revision for selection in group)))
    templates = None if project is None else project.templates
    return Review(tuple(comparisons), tuple(stale), verdicts=tuple(verdicts), ignored=ignored, templates=templates)


def _group_by_api(selections: Iterable[Selection]) -> list[list[Selection]]:
    """Return the selections of each API: one, or one for each revision that the new version is compared with."""
    groups: dict[str, list[Selection]] = {}
    for selection in selections:
        groups.setdefault(selection.name, []).append(selection)
    return list(groups.values())


def _compare_group(
    group: Sequence[Selection], direction: Direction | None, kinds: Collection[Kind], seconds: float
) -> Comparison:
    if group[0].revision is None:
        return _compare(group[0], direction, kinds, seconds)
    new = group[0].new
    if new is not None:
        _ = new.schema  # raises its error once, and not as that of a revision
    compared = [
        (selection.revision or "", _compare_or_tell(selection, direction, kinds, seconds)) for selection in group
    ]
    return merge_comparisons(compared)


def _compare_or_tell(
    selection: Selection, direction: Direction | None, kinds: Collection[Kind], seconds: float
) -> Comparison:
    """Return the comparison with a revision, or the finding that it can't be compared, which hides no other one."""
    try:
        return _compare(selection, direction, kinds, seconds)
    except SchemapressError as error:
        new = None if selection.new is None else selection.new.name
        place = f" ({error.place})" if error.place else ""
        message = f"Undecided: {error.message}{place}"
        finding = Finding(UNDECIDED, UNDECIDED.severity, selection.revision or "", message, before=error.message)
        return Comparison(selection.name, selection.revision, new, (), (finding,))


def _compare(selection: Selection, direction: Direction | None, kinds: Collection[Kind], seconds: float) -> Comparison:
    if selection.old is not None and selection.new is not None:
        return compare(selection.name, selection.old, selection.new, direction, kinds, seconds)
    if selection.old is not None:
        return removed_api(selection.name, selection.old, direction)
    assert selection.new is not None
    return added_api(selection.name, selection.new, direction)


def _apply_accepted(
    selection: Selection, comparison: Comparison, *, is_whole: bool
) -> tuple[dict[str, Acceptance], list[StaleEntry]]:
    """Return the acceptances of the list beside the new version, by fingerprint, and its stale entries.

    An entry without a finding is stale only if the comparison is of every kind.
    """
    new = selection.new
    fingerprints = {finding.fingerprint for finding in comparison.findings}
    accepted: dict[str, Acceptance] = {}
    stale: list[StaleEntry] = []
    for entry in () if new is None else read_accepted(new.folder / FILE, new.name_file(FILE)):
        if entry.has_expired(date.today()):
            stale.append((entry, f"It expired on {entry.acceptance.until}."))
        elif entry.fingerprint in fingerprints:
            accepted[entry.fingerprint] = entry.acceptance
        elif is_whole:
            stale.append((entry, "No finding has this fingerprint."))
    return accepted, stale


def accept(selections: Sequence[Selection], review: Review, reason: str) -> Iterator[tuple[str, int]]:
    """Add an entry for each breaking or undecided finding to the list beside the new version.

    Yields the name of each written list, and how many entries were added.

    Raises:
        SchemapressError: the new version is in a revision.
    """
    for group, comparison in zip(_group_by_api(selections), review.comparisons, strict=True):
        breaking = {
            finding.fingerprint: f"{finding.rule.name} {finding.path}"
            for finding in comparison.findings
            if finding.severity in ("breaking", "undecided") and finding.counts
        }
        new = group[0].new
        if new is None or not breaking:
            continue
        if not new.reading.is_on_disk:
            hint = "Compare with the files on disk, as --against does, and accept again."
            raise SchemapressError("A revision can't be changed.", place=new.name, hint=hint)
        file = new.folder / FILE
        text = file.read_text("utf-8") if file.is_file() else ""
        with writing(file):
            file.write_text(append_entries(text, breaking.items(), reason), "utf-8")
        yield new.name_file(FILE), len(breaking)
