"""`schemapress capture`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import warn
from schemapress_runtime.report.amount import agreeing, counted

if TYPE_CHECKING:
    from schemapress.capture.capture import Asked, Capture
    from schemapress.capture.draft import Draft
    from schemapress.capture.folder import Outcome
    from schemapress.capture.question import Decision
    from schemapress.capture.session import SourceOutcome
    from schemapress.load.roots import Roots


@click.command("capture")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE|URL...")
@click.option(
    "--into", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder: spec/NAME."
)
@click.option(
    "--fetch",
    is_flag=True,
    help="Fetch what an XSD or a WSDL includes and imports by URL, and write a catalog.xml that says where it is.",
)
@click.option(
    "--interactive", is_flag=True, help="Ask at the terminal what a page leaves open; each answer is kept at once."
)
@click.option("--strict", is_flag=True, help="Exit with 1 while any question stands on its default.")
@click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file with answers for a whole family of pages.",
)
@click.option(
    "--samples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of example messages (*.xml), which settle what they can.",
)
def command(
    pages: tuple[str, ...],
    folder: Path,
    fetch: bool,
    interactive: bool,
    strict: bool,
    profile: Path | None,
    samples: Path | None,
) -> None:
    """Write an XSD from each page of documentation, and record every question that it leaves open.

    A page is a Redocly page in Markdown, an OpenAPI document (YAML or JSON), an XSD or a WSDL: a file, or a URL of http
    or https, which is fetched; decisions.toml has its digest and the day. What a page says and an XSD does not is
    listed as "not captured".

    Without a flag each question takes its default, and is listed. Captured again, a page keeps the answers that
    a person gave, and edits of the XSD are merged with. Nothing is written where anything is refused.
    """
    from schemapress.capture.destination import unseen
    from schemapress.capture.profile import read_profile
    from schemapress.capture.samples import read_samples
    from schemapress.capture.session import Answers, captured
    from schemapress.limits import DEFAULT_LIMITS
    from schemapress.load.roots import NOTHING
    from schemapress.project import project_here

    project = project_here()
    limits, known = (DEFAULT_LIMITS, NOTHING) if project is None else (project.settings.limits, project.roots)
    warning = None if project is None else unseen(folder, project)
    if warning is not None:
        warn(warning)
    answers = Answers(
        read_profile(Path("pyproject.toml"), profile),
        () if samples is None else read_samples(samples, limits),
        _asked_of if interactive else None,
    )
    with captured(pages, folder, answers, known, limits, fetch=fetch) as session:
        for outcome in session.outcomes:
            _tell_source(outcome, folder)
        if session.untold:
            _tell_locations(folder, session.untold)
        if not session.conflicts:
            _tell_changes(folder, session.earlier, known)
        sys.exit(bool(session.conflicts or (strict and session.open_questions)))


def _asked_of(draft: Draft, keep: Callable[[Sequence[Decision]], None]) -> Asked:
    """Return what asks about a draft at the terminal."""

    def asked(decisions: list[Decision]) -> list[Decision]:
        from .asking import ask

        return ask(decisions, keep, draft.schema)

    return asked


def _tell_source(outcome: SourceOutcome, folder: Path) -> None:
    """Say what became of a source, and what is there of it no longer."""
    if outcome.named.is_copy:
        _tell_copies(folder, outcome.named.name, outcome.written)
    else:
        for capture, written in zip(outcome.captures, outcome.written, strict=True):
            _tell(capture, written)
    for schema in outcome.removed:
        click.echo(f"  {folder / schema} is removed: {outcome.named.name} does not refer to it any more.")
    for schema in outcome.gone:
        path, page = folder / schema, outcome.named.name
        if outcome.named.is_copy:
            why = f"it was edited, and {page} does not refer to it any more"
            click.echo(f"  {path} stays: {why}. Delete it, if nobody needs it.")
        else:
            click.echo(f"  {path} was captured from {page}, and is not any more: delete it, if it is gone.")


def _tell_locations(folder: Path, urls: Mapping[str, str]) -> None:
    """Say which locations a project needs for what was fetched, where the publisher has a catalog of its own."""
    click.echo(f"  {folder / 'catalog.xml'} is the publisher's, and stays as it is. Add to pyproject.toml:")
    click.echo("  [tool.schemapress.locations]")
    for url, file in sorted(urls.items()):
        click.echo(f'  "{url}" = "{(folder / file).as_posix()}"')


def _components(files: Sequence[Path]) -> tuple[str, str]:
    """Return how many elements and types XSDs declare for all of their schema."""
    from lxml import etree

    from schemapress.load.source import XSD_TAG
    from schemapress_runtime.xml.document import xml_parser

    roots = [etree.fromstring(file.read_bytes(), xml_parser(doctype=True)) for file in files]
    elements = sum(len(root.findall(f"{XSD_TAG}element")) for root in roots)
    types = sum(len(root.findall(f"{XSD_TAG}{kind}")) for root in roots for kind in ("complexType", "simpleType"))
    return counted(elements, "element"), counted(types, "type")


def _tell_copies(folder: Path, page: str, copied: Sequence[Outcome]) -> None:
    """Say what a schema has that was copied with all that it refers to."""
    files = [outcome.path for outcome in copied if outcome.path.suffix.lower() == ".xsd"]
    counts = counted(len(copied), "file"), *_components(files)
    click.echo(f"{folder} from {page}: {', '.join(counts)}")
    for outcome in copied:
        for line in outcome.diff:
            click.echo(f"  {line}")
        if outcome.conflicts:
            _tell_conflicts(outcome)


def _tell_changes(folder: Path, earlier: Path, named: Roots) -> None:
    """Say what the new XSDs of a folder break that the earlier ones did not; `named` is what the project names."""
    from schemapress.capture.changes import changes
    from schemapress.diff.report.text import render
    from schemapress.diff.review import Review
    from schemapress.errors import SchemapressError

    try:
        comparison = changes(folder, earlier, named)
    except SchemapressError as error:
        click.echo(f"  {error.message}")
    else:
        if comparison is not None:
            click.echo(render(Review((comparison,))), nl=False)


def _tell(made: Capture, outcome: Outcome) -> None:
    is_xsd = outcome.path.suffix.lower() == ".xsd"
    counts = [counted(made.fields, "field")] if made.fields or not is_xsd else [*_components([outcome.path])]
    if made.fields or made.decisions:
        defaults = agreeing(len(made.open), "on its default", "on their defaults")
        counts += [counted(len(made.decisions), "question"), f"{len(made.open)} of them {defaults}"]
    click.echo(f"{outcome.path} from {made.source.page}: {', '.join(counts)}")
    for omission in made.omissions:
        click.echo(f"  {click.style('not captured:', fg='yellow')} {omission}")
    for decision in made.decisions:
        if decision.answered_by == "samples":
            mark, answer = click.style("settled", fg="green"), click.style(decision.answer, bold=True)
            click.echo(f"  {mark} {decision.question.text} → {answer} ({decision.why})")
    for decision in made.open:
        mark, answer = click.style("open", fg="cyan"), click.style(decision.answer, bold=True)
        click.echo(f"  {mark} {decision.question.text} → {answer}")
    for key, answered in made.dropped:
        mark = click.style("not asked any more", fg="yellow")
        click.echo(f"  {mark} {key}, which {answered.answered_by} answered with {answered.answer!r}")
    for line in outcome.diff:
        click.echo(f"  {line}")
    if outcome.conflicts:
        _tell_conflicts(outcome)
    elif outcome.merged:
        click.echo("  Your edits of the XSD were kept.")


def _tell_conflicts(outcome: Outcome) -> None:
    mark = click.style("conflict:", fg="red", bold=True)
    click.echo(f"{mark} the page changed in {counted(outcome.conflicts, 'place')} that you edited.", err=True)
    click.echo(f"  The XSD is as it was; {outcome.path.name} has both. Settle it there, and move it over.", err=True)
