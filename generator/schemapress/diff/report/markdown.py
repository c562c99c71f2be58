"""A review as Markdown, for the description of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding, Witness
from schemapress.diff.impact import Impact
from schemapress.diff.review import Review
from schemapress.load.schema import Direction
from schemapress_runtime.names import local_name
from schemapress_runtime.report.amount import counted


def render(review: Review) -> str:
    """Return tables of verdicts and findings, with each document folded below."""
    return "".join(f"{line}\n" for line in _render_lines(review))


def _render_lines(review: Review) -> Iterator[str]:
    if not review.comparisons:
        yield "No specification changed."
        return
    if review.verdicts:
        yield "| Revision | API | Receive | Send | Findings |"
        yield "|---|---|---|---|---|"
        for verdict in review.verdicts:
            sides = (_emphasize(verdict.verdicts.get(direction, "-")) for direction in get_args(Direction))
            yield f"| `{verdict.revision}` | {_escape(verdict.api)} | {' | '.join(sides)} | {verdict.findings} |"
        yield ""
    for number, comparison in enumerate(review.comparisons):
        yield from [""] if number else []
        yield from _render_comparison(comparison)
    if review.stale:
        yield from ("", "**Stale entries in accept lists**", "")
        for entry, why in review.stale:
            yield f"- `{entry.fingerprint}` ({_escape(entry.place)}): {_escape(entry.acceptance.reason)}. {why}"
    if review.impact is not None:
        yield from _render_impact(review.impact)
    if level := review.describe_level(lambda level: f"**{level}**"):
        yield from ("", level)


def _render_comparison(comparison: Comparison) -> Iterator[str]:
    yield f"### {_escape(comparison.name)}"
    yield from ("", f"`{comparison.old or 'nothing'}` → `{comparison.new or 'nothing'}`", "")
    yield "| Message | Direction | Verdict |"
    yield "|---|---|---|"
    for message in comparison.messages:
        for direction, verdict in message.find_effects().items():
            yield f"| `{local_name(message.name)}` | {direction} | {_emphasize(verdict)} |"
    if comparison.findings:
        against = any(finding.revisions for finding in comparison.findings)
        yield from ("", f"| Severity | Rule | Path | Was | Is | Place |{' Against |' if against else ''}")
        yield f"|---|---|---|---|---|---|{'---|' if against else ''}"
    for finding in comparison.findings:
        yield _render_row(finding)
    for finding in comparison.findings:
        if finding.witness is not None:
            yield from _render_document(finding, finding.witness)


def _emphasize(verdict: str) -> str:
    return f"**{verdict}**" if verdict in ("breaking", "undecided") else verdict


def _render_row(finding: Finding) -> str:
    place = finding.new_place or finding.old_place
    cells = (
        "**breaking**" if finding.standing == "breaking" else finding.standing,
        f"`{finding.rule.name}`",
        f"`{finding.path}`",
        _render_cell(finding.before),
        _render_cell(finding.after),
        "" if place is None else f"{place}",
        *([", ".join(finding.revisions)] if finding.revisions else []),
    )
    return f"| {' | '.join(cells)} |"


def _render_document(finding: Finding, witness: Witness) -> Iterator[str]:
    title = "No longer accepted" if finding.direction != "send" else "Newly accepted"
    yield ""
    yield f"<details><summary>{title}: {_escape(finding.message)}</summary>"
    yield ""
    opinions = f", {witness.opinions}" if witness.opinions else ""
    rule = f"`{finding.rule.name}`, line {witness.problem.line}, {witness.problem.code}"
    yield f"{rule}{opinions}; `{finding.fingerprint}`"
    yield ""
    fence = "~~~" if "```" in witness.document else "```"
    yield from (f"{fence}xml", *witness.document.splitlines(), fence)
    if finding.also:
        yield from ("", finding.also)
    if finding.severity == "breaking" and finding.rule.suggestion:
        yield from ("", f"Instead: {_escape(finding.rule.suggestion)}")
    yield ""
    yield "</details>"


def _render_impact(impact: Impact) -> Iterator[str]:
    yield ""
    yield (
        f"Of {counted(len(impact.outcomes), 'message')} in `{impact.folder}`, "
        f"**{impact.count('refused')}** would be refused and **{impact.count('accepted')}** would be accepted; "
        f"{impact.describe_rest()}."
    )
    for outcome in impact.changed:
        yield f"- `{outcome.file}` is {outcome.effect}: {_escape(outcome.reason)}"


def _render_cell(text: str) -> str:
    cut = text if len(text) <= 80 else f"{text[:80]}…"
    return _escape(" ".join(cut.split())).replace("|", "\\|")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
