"""`schemapress diff`."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import parse_locations

if TYPE_CHECKING:
    from schemapress.diff.impact import Impact
    from schemapress.diff.inputs.resources import Resources
    from schemapress.diff.inputs.selection import InputOptions, Selection
    from schemapress.diff.review import FailOn, Review, WitnessStyle
    from schemapress.diff.rule import Kind
    from schemapress.load.schema import Direction


_Command = Callable[..., None]


def _resource_options(side: str) -> Callable[[_Command], _Command]:
    """Return a decorator with --location and --catalog for both versions, or for the side `old` or `new` alone."""
    prefix = f"{side}-" if side else ""
    versions = f"the {side} version" if side else "either version"
    location = click.option(
        f"--{prefix}location",
        f"{side or 'both'}_locations",
        multiple=True,
        metavar="URI=FILE",
        help=f"Read FILE wherever {versions} imports this URL or namespace. Repeat the option for several.",
    )
    catalog = click.option(
        f"--{prefix}catalog",
        f"{side or 'both'}_catalogs",
        multiple=True,
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=f"An OASIS XML catalog for {versions}, asked after a catalog.xml beside a schema and before those of the "
        "project.",
    )
    return lambda command: location(catalog(command))


@click.command("diff")
@click.argument("versions", metavar="[OLD] [NEW]", nargs=-1)
@click.option(
    "--against",
    metavar="REVISION",
    help="Compare the project on disk with a revision of git; or, for a range A..B, B with every revision from A on "
    "in which a specification changed (A.. compares the disk with them).",
)
@click.option(
    "--all-against",
    "all_against",
    metavar="REVISION...",
    multiple=True,
    help="Compare the project on disk with each of several revisions of git, in one report.",
)
@click.option(
    "--direction",
    type=click.Choice(["receive", "send"]),
    help="Your role for these messages. Default: the direction in the endpoint facts; "
    "if none is given, both are reported.",
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(["documents", "endpoint", "documentation", "python"]),
    multiple=True,
    help="Compare only this kind of change. Repeat the option for several kinds. Default: all.",
)
@click.option(
    "--map-namespace",
    "namespaces",
    metavar="OLD=NEW",
    multiple=True,
    help="Compare as if namespace OLD was already named NEW, in every file of the old version. Repeat the option for "
    "several namespaces. Default: a namespace of messages that changed is found by their local names.",
)
@_resource_options("")
@_resource_options("old")
@_resource_options("new")
@click.option(
    "--strict",
    "is_strict",
    is_flag=True,
    help="Refuse an old version that breaks a rule of XSD. Default: report the rule, and compare as far as it loads.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "compatible", "any"]),
    help="Exit with 1 if documents or endpoints have breaking or undecided changes (breaking), have any change "
    "(compatible), or if there is any finding (any). Accepted findings do not count.",
)
@click.option(
    "--format",
    "style",
    default="text",
    metavar="[text|markdown|comment|html|json|junit|github]",
    help="The format of the report, one of these or of a plug-in. Default: text.",
)
@click.option(
    "--witness",
    type=click.Choice(["difference", "full", "none"]),
    default="difference",
    help="How much of each example document text, markdown and html show: the lines that differ from a minimal "
    "document of the message (difference, the default), all lines (full), or nothing (none).",
)
@click.option(
    "--impact",
    "folder",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    help="Validate the messages (*.xml) in a folder against both versions, and report those whose verdict changes.",
)
@click.option(
    "--changelog",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add an entry under [Unreleased] in a changelog. Creates the file if it does not exist.",
)
@click.option(
    "--accept",
    "reason",
    metavar="REASON",
    help="Accept all breaking and undecided findings, recording REASON in accepted.toml.",
)
@click.option(
    "--ignore-path",
    "ignored_paths",
    metavar="PATTERN",
    multiple=True,
    help="Leave out findings at or below a path such as '/order/extension' or '/**/remark'; * stands for any "
    "characters of a step, ** for any steps. Repeat the option for several paths.",
)
@click.option(
    "--time-limit",
    "seconds",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    help="Leave undecided what is not compared of an API after so many seconds.",
)
@click.option("--rules", "list_rules", is_flag=True, help="List the rules and exit.")
def command(
    versions: tuple[str, ...],
    against: str | None,
    all_against: tuple[str, ...],
    direction: Direction | None,
    kinds: tuple[Kind, ...],
    namespaces: tuple[str, ...],
    both_locations: tuple[str, ...],
    both_catalogs: tuple[Path, ...],
    old_locations: tuple[str, ...],
    old_catalogs: tuple[Path, ...],
    new_locations: tuple[str, ...],
    new_catalogs: tuple[Path, ...],
    is_strict: bool,
    fail_on: FailOn | None,
    style: str,
    witness: WitnessStyle,
    folder: Path | None,
    changelog: Path | None,
    reason: str | None,
    ignored_paths: tuple[str, ...],
    seconds: float,
    list_rules: bool,
) -> None:
    """Compare two versions of a schema by the documents that they accept.

    OLD and NEW are XSDs, folders of XSDs, or either of these in a git revision, such as HEAD~1:spec/api. OLD
    alone is a range of revisions, such as main...: the command compares every specification that changed. A small
    document that one version accepts and the other refuses shows each difference.
    """
    if reason is not None and not reason.strip():
        raise click.UsageError("--accept takes the reason why the findings are accepted.")
    from schemapress.diff.comparison import CHANGE_KINDS
    from schemapress.diff.inputs.selection import InputOptions
    from schemapress.diff.report import render
    from schemapress.diff.run import accept, review_selections
    from schemapress_runtime.report.amount import agreeing

    if list_rules:
        from schemapress.diff.report.rules import render_rules

        click.echo(render_rules(), nl=False)
        return
    gc.disable()  # a comparison keeps nearly everything; collecting garbage would take a third of the time
    with ExitStack() as stack:
        both = _read_resources("", both_locations, both_catalogs)
        options = InputOptions(
            _read_resources("old-", old_locations, old_catalogs).over(both),
            _read_resources("new-", new_locations, new_catalogs).over(both),
            _parse_mapping(namespaces),
            is_strict,
        )
        selections = _select(versions, against, all_against, options, stack)
        with _showing_progress():
            review = review_selections(selections, direction, kinds or CHANGE_KINDS, seconds, ignored_paths)
        if reason is not None:
            for name, count in accept(selections, review, reason):
                click.echo(f"Added {count} {agreeing(count, 'entry', 'entries')} to {name}.", err=True)
            review = review_selections(selections, direction, kinds or CHANGE_KINDS, seconds, ignored_paths)
        if folder is not None:
            if review.verdicts:
                raise click.UsageError("--impact can't be combined with several revisions. Name one, with --against.")
            review = replace(review, impact=_measure_impact(folder, selections, review))
        click.echo(render(replace(review, witness=witness), style), nl=False)
        if changelog is not None:
            from schemapress.diff.changelog import write

            write(changelog, review)
            click.echo(f"Wrote the entry to {changelog}.", err=True)
    sys.exit(fail_on is not None and review.fails(fail_on))


class _ProgressLine(logging.Handler):
    """Writes each message over the one before, on one line of the terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(f"\r\x1b[K{self.format(record)}", nl=False, err=True)


@contextmanager
def _showing_progress() -> Iterator[None]:
    """Show what is being compared while the block runs, if somebody looks at a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    logger, handler = logging.getLogger("schemapress.diff"), _ProgressLine()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        click.echo("\r\x1b[K", nl=False, err=True)


def _select(
    versions: tuple[str, ...],
    against: str | None,
    all_against: tuple[str, ...],
    options: InputOptions,
    stack: ExitStack,
) -> list[Selection]:
    from schemapress.diff.inputs.selection import list_range, parse_range, select_all, select_changed, select_versions

    if all_against:
        if against is not None:
            raise click.UsageError("--all-against can't be combined with --against. Pass one or the other.")
        return select_all([*all_against, *versions], None, options, stack)
    if against is not None:
        if versions:
            raise click.UsageError("--against can't be combined with OLD and NEW. Pass one or the other.")
        revisions = list_range(against)
        return (
            select_changed(against, None, options, stack)
            if revisions is None
            else select_all(*revisions, options, stack)
        )
    if len(versions) > 2:
        message = f"{versions[2]!r} is one version too many: OLD and NEW are two."
        raise click.UsageError(f"{message} To compare several revisions with the disk, pass --all-against.")
    if not versions:
        raise click.UsageError("Name OLD and NEW, a range of revisions such as main..., or --against REVISION.")
    if len(versions) == 2:
        return select_versions(*versions, options, stack)
    ends = parse_range(versions[0])
    if ends is None:
        hint = "Name NEW too, or a range of revisions such as main..."
        raise click.UsageError(f"{versions[0]!r} is only one version. {hint}")
    return select_changed(*ends, options, stack)


def _read_resources(prefix: str, pairs: tuple[str, ...], catalogs: tuple[Path, ...]) -> Resources:
    from schemapress.diff.inputs.resources import Resources

    return Resources(parse_locations(pairs, f"--{prefix}location"), catalogs)


def _parse_mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    mapping = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(old and new for old, new in mapping.items()):
        raise click.UsageError("--map-namespace takes OLD=NEW, the old and the new name of a namespace.")
    return mapping


def _measure_impact(folder: Path, selections: list[Selection], review: Review) -> Impact:
    from schemapress.diff.impact import find_messages, measure_impact

    files = find_messages(folder)
    versions = [
        (selection.old, selection.new, tuple(comparison.findings))
        for selection, comparison in zip(selections, review.comparisons, strict=True)
        if selection.old is not None and selection.new is not None
    ]
    with click.progressbar(files, label="Validating", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        return measure_impact(folder, bar, versions)
