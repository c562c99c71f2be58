"""A review for the terminal: one tree per API, in colours if the terminal supports them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import click

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding, Witness
from schemapress.diff.impact import Impact
from schemapress.diff.message_comparison import MessageComparison
from schemapress.diff.review import Review
from schemapress.diff.revision_verdict import RevisionVerdict
from schemapress.load.schema import Direction
from schemapress_runtime.names import local_name
from schemapress_runtime.report.amount import counted

_COLOURS = {
    "breaking": "red",
    "undecided": "yellow",
    "compatible": "green",
    "informative": "cyan",
    "same": "green",
    "accepted": "bright_black",
}
_LONGEST = 100
"""Characters of the description of a version."""

Branch = tuple[str, list[str]]
"""A line of the tree, and the lines below it."""


def render(review: Review) -> str:
    """Return the verdict on each message, and below it each finding with its document."""
    return "".join(f"{line}\n" for line in _render_lines(review))


def _render_lines(review: Review) -> Iterator[str]:
    if not review.comparisons:
        yield "No specification changed."
    if review.verdicts:
        yield from _render_verdicts(review.verdicts)
        yield ""
    for comparison in review.comparisons:
        yield from _render_comparison(comparison)
    for entry, why in review.stale:
        text = f"{entry.place}: {entry.fingerprint} ({entry.acceptance.reason}). {why}"
        yield f"{click.style('stale', fg='yellow')} {text}"
    if review.impact is not None:
        yield from _render_impact(review.impact)
    if level := review.describe_level(lambda level: click.style(level, bold=True)):
        yield level


def _render_verdicts(verdicts: tuple[RevisionVerdict, ...]) -> Iterator[str]:
    """Yield a table of revisions, with the verdict on each API in each direction."""
    widths = [max(map(len, column)) for column in zip(*_list_cells(verdicts), strict=True)]
    for row, cells in enumerate(_list_cells(verdicts)):
        padded = [f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)]
        coloured = (_colour(cell.strip(), cell) if cell.strip() in _COLOURS and row else cell for cell in padded)
        line = "  ".join(coloured).rstrip()
        yield line if row else click.style(line, dim=True)


def _list_cells(verdicts: tuple[RevisionVerdict, ...]) -> Iterator[tuple[str, ...]]:
    yield ("revision", "API", "receive", "send", "findings")
    for verdict in verdicts:
        sides = (verdict.verdicts.get(direction, "-") for direction in get_args(Direction))
        yield (verdict.revision, verdict.api, *sides, str(verdict.findings))


def _render_comparison(comparison: Comparison) -> Iterator[str]:
    names = f"{comparison.old or 'nothing'} → {comparison.new or 'nothing'}"
    yield f"{click.style(comparison.name, bold=True)}  {click.style(names, dim=True)}"
    branches = [_render_message(message) for message in comparison.messages]
    kinds = dict.fromkeys(finding.rule.kind for finding in comparison.others)
    branches += [
        (kind, list(_render_tree([_render_finding(other) for other in comparison.others if other.rule.kind == kind])))
        for kind in kinds
    ]
    yield from _render_tree(branches)


def _render_message(message: MessageComparison) -> Branch:
    verdicts = (f"{direction}: {_colour(verdict)}" for direction, verdict in message.find_effects().items())
    line = f"{click.style(local_name(message.name), bold=True)}  {', '.join(verdicts)}"
    branches = [_render_finding(finding, shows_direction=message.direction is None) for finding in message.findings]
    return line, list(_render_tree(branches))


def _render_finding(finding: Finding, *, shows_direction: bool = False) -> Branch:
    places = " → ".join(str(place) for place in (finding.old_place, finding.new_place) if place is not None)
    where = click.style(f"  {places}  " if places else "  ", dim=True) + click.style(finding.fingerprint, dim=True)
    severity = _colour(finding.standing)
    severity += f" ({finding.direction})" if shows_direction and finding.direction else ""
    line = f"{severity} {finding.rule.name} {click.style(finding.path, bold=True)}{where}"
    return line, list(_render_details(finding))


def _render_details(finding: Finding) -> Iterator[str]:
    if finding.acceptance is not None:
        until = "" if finding.acceptance.until is None else f" (until {finding.acceptance.until})"
        yield f"{finding.acceptance.reason}{until}"
    if finding.rule.kind in ("documents", "documentation") and (finding.before or finding.after):
        yield from _render_sides(finding)
    if finding.witness is None:
        yield finding.message
    else:
        is_lost = finding.direction != "send"
        title = "no longer accepted; the new" if is_lost else "newly accepted; the old"
        yield f"{title} version says: {finding.message} {click.style(f'[{finding.witness.problem.code}]', dim=True)}"
        yield from _render_document(finding.witness)
    if finding.also:
        yield finding.also
    if finding.rule.suggestion and finding.severity == "breaking" and finding.acceptance is None:
        yield f"{click.style('instead:', fg='cyan')} {finding.rule.suggestion}"


def _render_sides(finding: Finding) -> Iterator[str]:
    if finding.rule.severity == "undecided":
        return
    if finding.before == finding.after:
        yield f"both: {_cut(finding.before)}"
    else:
        yield f"{click.style('was:', dim=True)} {_cut(finding.before or 'nothing')}"
        yield f"{click.style('now:', dim=True)} {_cut(finding.after or 'nothing')}"


def _render_document(witness: Witness) -> Iterator[str]:
    for number, line in enumerate(witness.document.splitlines(), 1):
        is_marked = number == witness.problem.line
        yield click.style(f"{'>' if is_marked else ' '} {line}", fg="red" if is_marked else None)


def _render_tree(branches: list[Branch]) -> Iterator[str]:
    for number, (line, below) in enumerate(branches, 1):
        is_last = number == len(branches)
        yield f"{'└' if is_last else '├'}─ {line}"
        for inner in below:
            yield f"{' ' if is_last else '│'}  {inner}"


def _render_impact(impact: Impact) -> Iterator[str]:
    yield (
        f"{click.style('impact', bold=True)}  {counted(len(impact.outcomes), 'message')} in {impact.folder}: "
        f"{impact.count('refused')} would be refused, {impact.count('accepted')} would be accepted, "
        f"{impact.describe_rest()}"
    )
    branches: list[Branch] = []
    for outcome in impact.changed:
        severity = _colour("breaking" if outcome.effect == "refused" else "compatible")
        branches.append((f"{severity} {outcome.file}: {outcome.reason}", []))
    yield from _render_tree(branches)


def _colour(severity: str, text: str | None = None) -> str:
    return click.style(severity if text is None else text, fg=_COLOURS[severity])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
