"""`schemapress diff`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from schemapress.diff.comparison import Change, Comparison, Direction, Witness

_COLOURS = {"breaking": "red", "undecided": "yellow", "compatible": "green", "same": "green"}


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--direction",
    type=click.Choice(["receive", "send"]),
    help="What is done with the messages; by default what the endpoints say, and both where they do not.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "any"]),
    help="Exit with 1 where a change is breaking or undecided; or where any document changes.",
)
def command(old: str, new: str, direction: Direction | None, fail_on: str | None) -> None:
    """Say what changed between two versions of a schema, by the documents that they accept.

    OLD and NEW are XSDs, folders of XSDs, or either of these in a revision of git, such as HEAD~1:spec/api. Each
    difference is shown by a small document that one of them accepts and the other refuses.
    """
    from schemapress.diff.comparison import compare
    from schemapress.diff.revision import version

    with version(old) as before, version(new) as after:
        comparison = compare(before, after, direction)
    for line in _lines(comparison):
        click.echo(line)
    fails = {"breaking": not comparison.is_safe, "any": not comparison.is_same}
    sys.exit(fail_on is not None and fails[fail_on])


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
