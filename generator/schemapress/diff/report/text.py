"""A comparison for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

import click

from schemapress.diff.comparison import Change, Comparison, Witness

_COLOURS = {"breaking": "red", "undecided": "yellow", "compatible": "green", "same": "green"}


def printed(comparison: Comparison) -> str:
    """Return the verdicts, and each document with the line marked that breaks a rule."""
    return "".join(f"{line}\n" for line in _lines(comparison))


def _lines(comparison: Comparison) -> Iterator[str]:
    for name in comparison.removed:
        yield f"{click.style(name, bold=True)}  {click.style('breaking', fg='red')}: the message is gone"
    for name in comparison.added:
        yield f"{click.style(name, bold=True)}  {click.style('compatible', fg='green')}: a new message"
    for change in comparison.changes:
        yield from _change(change)


def _change(change: Change) -> Iterator[str]:
    verdicts = ", ".join(
        f"{direction}: {click.style(verdict, fg=_COLOURS[verdict])}" for direction, verdict in change.verdicts().items()
    )
    yield f"{click.style(change.message, bold=True)}  {verdicts}"
    for witness in change.refused:
        yield from _witness("no longer accepted", witness)
    for witness in change.accepted:
        yield from _witness("newly accepted", witness)
    for reason in change.undecided:
        yield f"  undecided: {reason}"


def _witness(title: str, witness: Witness) -> Iterator[str]:
    yield f"  {title}: {witness.problem.message} {click.style(f'[{witness.problem.code}]', dim=True)}"
    for number, line in enumerate(witness.document.splitlines(), 1):
        marked = number == witness.problem.line
        yield click.style(f"  {'>' if marked else ' '} {line}", fg="red" if marked else None)
