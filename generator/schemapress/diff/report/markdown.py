"""A comparison for the text of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.diff.comparison import Comparison, Witness


def printed(comparison: Comparison) -> str:
    """Return a table of the verdicts, and below it each document, folded."""
    return "".join(f"{line}\n" for line in _lines(comparison))


def _lines(comparison: Comparison) -> Iterator[str]:
    yield "| Message | Direction | Verdict |"
    yield "|---|---|---|"
    for name in comparison.removed:
        yield f"| `{name}` | | **breaking**: the message is gone |"
    for name in comparison.added:
        yield f"| `{name}` | | compatible: a new message |"
    for change in comparison.changes:
        for direction, verdict in change.verdicts().items():
            yield f"| `{change.message}` | {direction} | {'**breaking**' if verdict == 'breaking' else verdict} |"
    for change in comparison.changes:
        for witness in change.refused:
            yield from _witness("No longer accepted", change.message, witness)
        for witness in change.accepted:
            yield from _witness("Newly accepted", change.message, witness)
        for reason in change.undecided:
            yield from ("", f"Undecided: {_escaped(reason)}")


def _witness(title: str, message: str, witness: Witness) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{title}: {_escaped(witness.problem.message)}</summary>"
    yield ""
    yield f"`{message}`, line {witness.problem.line}, `{witness.problem.path}`, {witness.problem.code}"
    yield ""
    fence = "~~~" if "```" in witness.document else "```"
    yield from (f"{fence}xml", *witness.document.splitlines(), fence)
    yield ""
    yield "</details>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
