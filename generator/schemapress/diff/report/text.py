"""A review for the terminal: a tree for each API, coloured where the terminal has colours."""

from __future__ import annotations

from collections.abc import Iterator

import click

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding, Witness
from schemapress.diff.impact import Impact, stays
from schemapress.diff.message import Message
from schemapress.diff.review import Review
from schemapress_runtime.report.amount import agreeing, counted
from schemapress_runtime.xsd.names import local_name

_COLOURS = {
    "breaking": "red",
    "undecided": "yellow",
    "compatible": "green",
    "informative": "cyan",
    "same": "green",
    "accepted": "bright_black",
}
_LONGEST = 100
"""Characters of what one version has that are shown."""

Branch = tuple[str, list[str]]
"""A line of the tree, and the lines below it."""


def printed(review: Review) -> str:
    """Return the verdict on each message, and below it each finding with the document that shows it."""
    return "".join(f"{line}\n" for line in _lines(review))


def _lines(review: Review) -> Iterator[str]:
    if not review.comparisons:
        yield "No specification changed."
    for comparison in review.comparisons:
        yield from _comparison(comparison)
    for entry, why in review.stale:
        said = f"{entry.place}: {entry.fingerprint} ({entry.acceptance.reason}). {why}"
        yield f"{click.style('stale', fg='yellow')} {said}"
    if review.impact is not None:
        yield from _impact(review.impact)
    yield from _version(review)


def _comparison(comparison: Comparison) -> Iterator[str]:
    names = f"{comparison.old or 'nothing'} → {comparison.new or 'nothing'}"
    yield f"{click.style(comparison.name, bold=True)}  {click.style(names, dim=True)}"
    branches = [_message(message) for message in comparison.messages]
    kinds = dict.fromkeys(finding.rule.kind for finding in comparison.others)
    branches += [
        (kind, list(_tree([_finding(one) for one in comparison.others if one.rule.kind == kind]))) for kind in kinds
    ]
    yield from _tree(branches)


def _message(message: Message) -> Branch:
    verdicts = (f"{direction}: {_coloured(verdict)}" for direction, verdict in message.verdicts().items())
    line = f"{click.style(local_name(message.name), bold=True)}  {', '.join(verdicts)}"
    branches = [_finding(finding, is_for_one=message.direction is None) for finding in message.findings]
    return line, list(_tree(branches))


def _finding(finding: Finding, *, is_for_one: bool = False) -> Branch:
    places = " → ".join(str(place) for place in (finding.old_place, finding.new_place) if place is not None)
    where = click.style(f"  {places}  " if places else "  ", dim=True) + click.style(finding.fingerprint, dim=True)
    severity = _coloured(finding.standing)
    severity += f" ({finding.direction})" if is_for_one and finding.direction else ""
    line = f"{severity} {finding.rule.name} {click.style(finding.path, bold=True)}{where}"
    return line, list(_details(finding))


def _details(finding: Finding) -> Iterator[str]:
    if finding.acceptance is not None:
        until = "" if finding.acceptance.until is None else f" (until {finding.acceptance.until})"
        yield f"{finding.acceptance.reason}{until}"
    if finding.rule.kind in ("documents", "documentation") and (finding.before or finding.after):
        yield from _sides(finding)
    if finding.witness is None:
        yield finding.message
    else:
        is_lost = finding.direction == "receive"
        title = "no longer accepted; the new" if is_lost else "newly accepted; the old"
        yield f"{title} version says: {finding.message} {click.style(f'[{finding.witness.problem.code}]', dim=True)}"
        yield from _document(finding.witness)
    if finding.also:
        yield finding.also
    if finding.rule.suggestion and finding.severity == "breaking" and finding.acceptance is None:
        yield f"{click.style('instead:', fg='cyan')} {finding.rule.suggestion}"


def _sides(finding: Finding) -> Iterator[str]:
    if finding.rule.severity == "undecided":
        return
    if finding.before == finding.after:
        yield f"both: {_cut(finding.before)}"
    else:
        yield f"{click.style('was:', dim=True)} {_cut(finding.before or 'nothing')}"
        yield f"{click.style('now:', dim=True)} {_cut(finding.after or 'nothing')}"


def _document(witness: Witness) -> Iterator[str]:
    for number, line in enumerate(witness.document.splitlines(), 1):
        marked = number == witness.problem.line
        yield click.style(f"{'>' if marked else ' '} {line}", fg="red" if marked else None)


def _tree(branches: list[Branch]) -> Iterator[str]:
    for number, (line, below) in enumerate(branches, 1):
        is_last = number == len(branches)
        yield f"{'└' if is_last else '├'}─ {line}"
        for inner in below:
            yield f"{' ' if is_last else '│'}  {inner}"


def _impact(impact: Impact) -> Iterator[str]:
    unknown = impact.count("unknown")
    yield (
        f"{click.style('impact', bold=True)}  {counted(len(impact.outcomes), 'message')} in {impact.folder}: "
        f"{impact.count('refused')} would be refused, {impact.count('accepted')} would be accepted, "
        f"{stays(impact.count('valid'))} valid, {stays(impact.count('invalid'))} invalid, "
        f"{unknown} {agreeing(unknown, 'is', 'are')} no message of these"
    )
    yield from _tree(
        [
            (f"{_coloured('breaking' if one.effect == 'refused' else 'compatible')} {one.file}: {one.problem}", [])
            for one in impact.changed
        ]
    )


def _version(review: Review) -> Iterator[str]:
    if review.calls_for == "none":
        return
    package = review.package_calls_for
    more = "" if package == review.calls_for else f" (the generated Python package: {package})"
    yield f"calls for a {click.style(review.calls_for, bold=True)} version{more}"


def _coloured(severity: str) -> str:
    return click.style(severity, fg=_COLOURS[severity])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
