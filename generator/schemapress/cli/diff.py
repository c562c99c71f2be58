"""`schemapress diff`."""

from __future__ import annotations

import gc
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from schemapress.diff.impact import Impact
    from schemapress.diff.review import FailOn
    from schemapress.diff.rule import Kind
    from schemapress.diff.versions.selection import Selection
    from schemapress.load.schema import Direction


@click.command("diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--against", metavar="REVISION", help="Compare the project on disk with a revision of git.")
@click.option(
    "--direction",
    type=click.Choice(["receive", "send"]),
    help="What is done with the messages; by default what the endpoints say, and both where they do not.",
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(["documents", "endpoint", "documentation", "python"]),
    multiple=True,
    help="What to compare; may be given several times. By default all.",
)
@click.option(
    "--map-namespace",
    "namespaces",
    metavar="OLD=NEW",
    multiple=True,
    help="Compare as if a namespace of OLD had its new name already.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "compatible", "any"]),
    help="Exit with 1 where documents or endpoints are broken, or may be; where they change; or on any finding.",
)
@click.option(
    "--format",
    "style",
    default="text",
    help="How to print: text (the default), markdown, html, json, junit or github.",
)
@click.option(
    "--impact",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Count which messages (*.xml) in a folder would change their verdict.",
)
@click.option(
    "--changelog",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write an entry under [Unreleased] of a changelog.",
)
@click.option(
    "--accept",
    "reason",
    metavar="REASON",
    help="Let pass from now on, for this reason, what is breaking or undecided: it is added to accepted.toml.",
)
@click.option("--rules", "list_rules", is_flag=True, help="List the rules that findings name, and end.")
def command(
    old: str | None,
    new: str | None,
    against: str | None,
    direction: Direction | None,
    kinds: tuple[Kind, ...],
    namespaces: tuple[str, ...],
    fail_on: FailOn | None,
    style: str,
    folder: Path | None,
    changelog: Path | None,
    reason: str | None,
    list_rules: bool,
) -> None:
    """Say what changed between two versions of a schema, by the documents that they accept.

    OLD and NEW are XSDs, folders of XSDs, or either of these in a revision of git, such as HEAD~1:spec/api. OLD
    alone is a range of revisions, such as main..., of which everything is compared that changed. Each
    difference is shown by a small document that one version accepts and the other refuses.
    """
    from schemapress.diff.comparison import KINDS
    from schemapress.diff.report import report
    from schemapress.diff.reviewing import accept, review_of

    if list_rules:
        from schemapress.diff.report.rules import printed

        click.echo(printed(), nl=False)
        return
    gc.disable()  # a comparison keeps nearly all that it makes: to look for garbage takes a third of the time
    with ExitStack() as stack:
        selections = _selections(old, new, against, _mapped(namespaces), stack)
        review = review_of(selections, direction, kinds or KINDS)
        if reason is not None:
            for name, count in accept(selections, review, reason):
                click.echo(f"{name} has {count} more.", err=True)
            review = review_of(selections, direction, kinds or KINDS)
        if folder is not None:
            review = replace(review, impact=_impact(folder, selections))
        click.echo(report(review, style), nl=False)
        if changelog is not None:
            from schemapress.diff.changelog import write

            write(changelog, review)
            click.echo(f"{changelog} has the entry.", err=True)
    sys.exit(fail_on is not None and review.fails(fail_on))


def _selections(
    old: str | None, new: str | None, against: str | None, namespaces: dict[str, str], stack: ExitStack
) -> list[Selection]:
    from schemapress.diff.versions.selection import range_of, revisions, two_versions

    if against is not None:
        if old is not None:
            raise click.UsageError("--against takes the place of OLD and NEW.")
        return revisions(against, None, namespaces, stack)
    if old is None:
        raise click.UsageError("Name OLD and NEW, a range of revisions such as main..., or --against REVISION.")
    if new is not None:
        return two_versions(old, new, namespaces, stack)
    found = range_of(old)
    if found is None:
        hint = "Name what to compare it with, or a range of revisions such as main..."
        raise click.UsageError(f"There is only {old!r}. {hint}")
    return revisions(*found, namespaces, stack)


def _mapped(pairs: tuple[str, ...]) -> dict[str, str]:
    mapped = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(old and new for old, new in mapped.items()):
        raise click.UsageError("--map-namespace takes OLD=NEW, two names of namespaces.")
    return mapped


def _impact(folder: Path, selections: list[Selection]) -> Impact:
    from schemapress.diff.impact import impact, messages

    files = messages(folder)
    versions = [(one.old, one.new) for one in selections if one.old is not None and one.new is not None]
    with click.progressbar(files, label="Validating", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        return impact(folder, bar, versions)
