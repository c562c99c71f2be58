"""`schemapress diff`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from schemapress.schema.model import Direction


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
@click.option("--format", "style", default="text", help="How to print: text (the default), markdown or json.")
def command(old: str, new: str, direction: Direction | None, fail_on: str | None, style: str) -> None:
    """Say what changed between two versions of a schema, by the documents that they accept.

    OLD and NEW are XSDs, folders of XSDs, or either of these in a revision of git, such as HEAD~1:spec/api. Each
    difference is shown by a small document that one of them accepts and the other refuses.
    """
    from schemapress.diff.comparison import compare
    from schemapress.diff.report import report
    from schemapress.diff.revision import version

    with version(old) as before, version(new) as after:
        comparison = compare(before, after, direction)
    click.echo(report(comparison, style), nl=False)
    fails = {"breaking": not comparison.is_safe, "any": not comparison.is_same}
    sys.exit(fail_on is not None and fails[fail_on])
