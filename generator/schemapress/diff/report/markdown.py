"""A review for the text of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.diff.comparison import Comparison
from schemapress.diff.finding import Finding, Witness
from schemapress.diff.impact import Impact, stays
from schemapress.diff.review import Review
from schemapress_runtime.report.amount import agreeing, counted
from schemapress_runtime.xsd.names import local_name


def printed(review: Review) -> str:
    """Return tables of the verdicts and of the findings, and each document folded below them."""
    return "".join(f"{line}\n" for line in _lines(review))


def _lines(review: Review) -> Iterator[str]:
    if not review.comparisons:
        yield "No specification changed."
        return
    for number, comparison in enumerate(review.comparisons):
        yield from [""] if number else []
        yield from _comparison(comparison)
    if review.stale:
        yield from ("", "**Stale entries of accept lists**", "")
        for entry, why in review.stale:
            yield f"- `{entry.fingerprint}` ({_escaped(entry.place)}): {_escaped(entry.acceptance.reason)}. {why}"
    if review.impact is not None:
        yield from _impact(review.impact)
    if review.calls_for != "none":
        package = review.package_calls_for
        more = "" if package == review.calls_for else f" (the generated Python package: **{package}**)"
        yield from ("", f"Calls for a **{review.calls_for}** version{more}.")


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield f"### {_escaped(comparison.name)}"
    yield from ("", f"`{comparison.old or 'nothing'}` → `{comparison.new or 'nothing'}`", "")
    yield "| Message | Direction | Verdict |"
    yield "|---|---|---|"
    for message in comparison.messages:
        for direction, verdict in message.verdicts().items():
            shown = f"**{verdict}**" if verdict in ("breaking", "undecided") else verdict
            yield f"| `{local_name(message.name)}` | {direction} | {shown} |"
    if comparison.findings:
        yield from ("", "| Severity | Rule | Path | Was | Is | Place |", "|---|---|---|---|---|---|")
    for finding in comparison.findings:
        yield _row(finding)
    for finding in comparison.findings:
        if finding.witness is not None:
            yield from _document(finding, finding.witness)


def _row(finding: Finding) -> str:
    place = finding.new_place or finding.old_place
    cells = (
        "**breaking**" if finding.standing == "breaking" else finding.standing,
        f"`{finding.rule.name}`",
        f"`{finding.path}`",
        _cell(finding.before),
        _cell(finding.after),
        "" if place is None else f"{place}",
    )
    return f"| {' | '.join(cells)} |"


def _document(finding: Finding, witness: Witness) -> Iterator[str]:
    title = "No longer accepted" if finding.direction == "receive" else "Newly accepted"
    yield ""
    yield f"<details><summary>{title}: {_escaped(finding.message)}</summary>"
    yield ""
    judges = ", ".join(witness.judges)
    confirmed = f", confirmed by {judges}" if judges else ""
    rule = f"`{finding.rule.name}`, line {witness.problem.line}, {witness.problem.code}"
    yield f"{rule}{confirmed}; `{finding.fingerprint}`"
    yield ""
    fence = "~~~" if "```" in witness.document else "```"
    yield from (f"{fence}xml", *witness.document.splitlines(), fence)
    if finding.also:
        yield from ("", finding.also)
    if finding.severity == "breaking" and finding.rule.suggestion:
        yield from ("", f"Instead: {_escaped(finding.rule.suggestion)}")
    yield ""
    yield "</details>"


def _impact(impact: Impact) -> Iterator[str]:
    unknown = impact.count("unknown")
    yield ""
    yield (
        f"Of {counted(len(impact.outcomes), 'message')} in `{impact.folder}`, "
        f"**{impact.count('refused')}** would be refused and **{impact.count('accepted')}** would be accepted; "
        f"{stays(impact.count('valid'))} valid, {stays(impact.count('invalid'))} invalid, "
        f"{unknown} {agreeing(unknown, 'is', 'are')} no message of these."
    )
    for outcome in impact.changed:
        yield f"- `{outcome.file}` is {outcome.effect}: {_escaped(str(outcome.problem))}"


def _cell(text: str) -> str:
    cut = text if len(text) <= 80 else f"{text[:80]}…"
    return _escaped(" ".join(cut.split())).replace("|", "\\|")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
