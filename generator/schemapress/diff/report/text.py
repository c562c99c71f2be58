"""A review for the terminal: a summary, then one tree per API, in colours if the terminal supports them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import get_args

import click

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding, Witness
from schemapress.diff.impact import Impact
from schemapress.diff.message_comparison import MessageComparison
from schemapress.diff.report.excerpt import list_lines
from schemapress.diff.report.summary import (
    MOST_IMPORTANT,
    Summary,
    role_of,
    shorten_message,
    shorten_path,
    sort_findings,
    summarize,
)
from schemapress.diff.report.text_cut import cut_both
from schemapress.diff.review import Review, WitnessStyle
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

_FEW = 10
"""Findings that need no list of causes above them."""

_LINE_COLOURS = {"added": "green", "missing": "red", "same": None, "gap": None}

Branch = tuple[str, list[str]]
"""A line of the tree, and the lines below it."""


def render(review: Review) -> str:
    """Return the summary, then the verdict on each message, and below it each finding with its document."""
    return "".join(f"{line}\n" for line in _Text(review).render())


class _Text:
    """A review in lines. A suggestion and a document are shown with the first finding that has them."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._witness: WitnessStyle = review.witness
        self._suggested: set[str] = set()
        self._documents: dict[tuple[str, int | None], str] = {}
        self._told: set[str] = set()

    def render(self) -> Iterator[str]:
        if not self._review.comparisons:
            yield "No specification changed."
        if self._review.verdicts:
            yield from _render_verdicts(self._review.verdicts)
            yield ""
        if self._review.ignored or any(True for _ in self._review.findings):
            yield from _render_summary(self._review)
        for comparison in self._review.comparisons:
            yield from self._render_comparison(comparison)
        for entry, why in self._review.stale:
            text = f"{entry.place}: {entry.fingerprint} ({entry.acceptance.reason}). {why}"
            yield f"{click.style('stale', fg='yellow')} {text}"
        if self._review.impact is not None:
            yield from _render_impact(self._review.impact)

    def _render_comparison(self, comparison: Comparison) -> Iterator[str]:
        names = f"{comparison.old or 'nothing'} → {comparison.new or 'nothing'}"
        yield f"{click.style(comparison.name, bold=True)}  {click.style(names, dim=True)}"
        branches = [self._render_message(message) for message in comparison.messages]
        kinds = dict.fromkeys(finding.rule.kind for finding in comparison.others)
        for kind in kinds:
            findings = sort_findings([other for other in comparison.others if other.rule.kind == kind])
            branches.append((kind, list(_render_tree([self._render_finding(finding) for finding in findings]))))
        yield from _render_tree(branches)

    def _render_message(self, message: MessageComparison) -> Branch:
        verdicts = (f"{direction}: {_colour(verdict)}" for direction, verdict in message.find_effects().items())
        line = f"{click.style(local_name(message.name), bold=True)}  {', '.join(verdicts)}"
        shows_direction = message.direction is None
        branches = [
            self._render_finding(finding, shows_direction=shows_direction)
            for finding in sort_findings(message.findings)
        ]
        return line, list(_render_tree(branches))

    def _render_finding(self, finding: Finding, *, shows_direction: bool = False) -> Branch:
        places = " → ".join(str(place) for place in (finding.old_place, finding.new_place) if place is not None)
        where = click.style(f"  {places}  " if places else "  ", dim=True) + click.style(finding.fingerprint, dim=True)
        severity = _colour(finding.standing)
        severity += f" ({finding.direction})" if shows_direction and finding.direction else ""
        path = click.style(finding.path, bold=True)
        if finding.fingerprint in self._told:
            return f"{severity} {finding.rule.name} {path}{where} (as above)", []
        self._told.add(finding.fingerprint)
        if finding.rule.kind == "python" and finding.path in finding.message and finding.acceptance is None:
            message = finding.message.rstrip(".").replace(finding.path, path)
            return f"{severity} {finding.rule.name}: {message}{where}", []
        return f"{severity} {finding.rule.name} {path}{where}", list(self._render_details(finding))

    def _render_details(self, finding: Finding) -> Iterator[str]:
        if finding.acceptance is not None:
            until = "" if finding.acceptance.until is None else f" (until {finding.acceptance.until})"
            yield f"{finding.acceptance.reason}{until}"
        if finding.rule.kind in ("documents", "documentation") and (finding.before or finding.after):
            yield from _render_sides(finding)
        if finding.witness is None or finding.reverse is not None:
            yield finding.message
        for is_lost, witness in finding.examples:
            title = "no longer accepted; the new" if is_lost else "newly accepted; the old"
            code = click.style(f"[{witness.problem.code}]", dim=True)
            yield f"{title} version says: {witness.problem.message} {code}"
            yield from self._render_document(finding, witness)
        if finding.also:
            yield finding.also
        yield from self._render_suggestion(finding)

    def _render_document(self, finding: Finding, witness: Witness) -> Iterator[str]:
        lines = list_lines(witness, self._witness)
        shown_by = self._documents.setdefault((witness.document, witness.problem.line), finding.fingerprint)
        if lines and shown_by != finding.fingerprint:
            yield f"  (the same document as for {shown_by})"
            return
        for line in lines:
            colour = "red" if line.is_marked else _LINE_COLOURS[line.kind]
            yield click.style(f"{line.mark} {line.text}", fg=colour, dim=line.kind == "gap" or None)

    def _render_suggestion(self, finding: Finding) -> Iterator[str]:
        suggestion = finding.rule.suggestion
        if suggestion and finding.standing == "breaking" and suggestion not in self._suggested:
            self._suggested.add(suggestion)
            yield f"{click.style('instead:', fg='cyan')} {suggestion}"


def _render_summary(review: Review) -> Iterator[str]:
    """Yield the first screen; the lists of findings only where the findings themselves would not be on it."""
    summary = summarize(review)
    rows = [
        (role.role, f"{_colour(role.effect)} ({role.names_in_words})" if role.names else _colour(role.effect))
        for role in summary.roles
    ]
    counts = [f"{count:,} {_colour(standing)}" for standing, count in summary.counts]
    counts += [f"{summary.ignored:,} at ignored paths"] if summary.ignored else []
    rows.append(("causes", ", ".join(counts)))
    if level := review.describe_level(lambda level: click.style(level, bold=True)):
        rows.append(("version", level))
    for title, text in rows:
        yield f"{click.style(f'{title}:', dim=True)}{' ' * (10 - len(title))}{text}"
    yield ""
    if summary.total > MOST_IMPORTANT:
        yield from _render_most_important(summary)
        yield ""
    if summary.total > _FEW:
        yield from _render_rules(summary)
        yield ""


def _render_most_important(summary: Summary) -> Iterator[str]:
    yield "What matters most:"
    for number, finding in enumerate(summary.most_important, 1):
        role = f" for {role_of(finding)}" if finding.direction else ""
        path = click.style(shorten_path(finding.path), bold=True)
        yield f"{number}. {_colour(finding.standing)}{role}: {finding.rule.name} {path}"
        more = f" (and {counted(finding.elsewhere, 'other element')})" if finding.elsewhere else ""
        yield f"   {shorten_message(finding.message)}{more}"


def _render_rules(summary: Summary) -> Iterator[str]:
    yield "Causes by severity:"
    for standing, role, counts in summary.groups:
        title = f"{standing} for {role}" if role else standing
        text = ", ".join(f"{count.rule} {count.count:,}" for count in counts)
        lines = textwrap.wrap(text, 90, break_on_hyphens=False)
        coloured = _colour(standing) + title[len(standing) :]
        yield f"  {coloured}{' ' * (24 - len(title))}{lines[0]}"
        yield from (f"{' ' * 26}{line}" for line in lines[1:])


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


def _render_sides(finding: Finding) -> Iterator[str]:
    if finding.rule.severity == "undecided":
        return
    before, after = cut_both(finding.before or "nothing", finding.after or "nothing", _LONGEST)
    was, now = (click.style(text, dim=True) for text in ("was:", "now:"))
    if finding.before == finding.after:
        yield f"both: {before}"
    elif len(before) + len(after) <= _LONGEST:
        yield f"{was} {before}; {now} {after}"
    else:
        yield f"{was} {before}"
        yield f"{now} {after}"


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
    """Return a text in the colour of a severity; without one, its name."""
    return click.style(text or severity, fg=_COLOURS[severity])
