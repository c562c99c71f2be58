"""`schemapress capture`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import warn
from schemapress_runtime.report.amount import agreeing, counted

if TYPE_CHECKING:
    from schemapress.capture.ask.question import Decision, KeepDecisions
    from schemapress.capture.draft import Draft
    from schemapress.capture.finish import Capture
    from schemapress.capture.session import SourceOutcome
    from schemapress.capture.write.folder import WrittenFile
    from schemapress.load.roots import Roots


@click.command("capture")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE|URL...")
@click.option(
    "--into",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Write into this folder: spec/NAME.",
)
@click.option(
    "--fetch",
    is_flag=True,
    help="Fetch everything that an XSD or a WSDL includes and imports by URL, and map the URLs in catalog.xml.",
)
@click.option(
    "--interactive", is_flag=True, help="Ask the open questions at the terminal. Each answer is saved at once."
)
@click.option("--strict", is_flag=True, help="Exit with 1 if any question stands on its default.")
@click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take answers from this TOML file, which can serve many pages.",
)
@click.option(
    "--samples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Settle open questions by the example messages (*.xml) in this folder.",
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

    A page is a Redocly page in Markdown, an OpenAPI document (YAML or JSON), an XSD or a WSDL. It is a file, or an http
    or https URL, which is fetched. decisions.toml records its digest and the day. Parts of a page that an XSD can't
    express are listed as "not captured".

    Without options each question takes its default and is listed. If you capture a page again, answers of a person are
    kept, and edits of the XSD are merged. If anything is refused, nothing is written.
    """
    from schemapress.capture.decide.profile import read_profile
    from schemapress.capture.decide.samples import read_samples
    from schemapress.capture.session import AnswerSources, capture_sources
    from schemapress.capture.write.destination import warn_if_not_built
    from schemapress.limits import DEFAULT_LIMITS
    from schemapress.load.roots import NO_ROOTS
    from schemapress.project import project_here

    project = project_here()
    limits, known = (DEFAULT_LIMITS, NO_ROOTS) if project is None else (project.settings.limits, project.roots)
    warning = None if project is None else warn_if_not_built(folder, project)
    if warning is not None:
        warn(warning)
    answers = AnswerSources(
        read_profile(Path("pyproject.toml"), profile),
        () if samples is None else read_samples(samples, limits),
        _ask_at_terminal if interactive else None,
    )
    with capture_sources(pages, folder, answers, known, limits, fetch=fetch) as session:
        for outcome in session.outcomes:
            _report_source(outcome, folder)
        if session.unmapped:
            _report_locations(folder, session.unmapped)
        if not session.conflicts:
            _report_changes(folder, session.earlier, known)
        sys.exit(bool(session.conflicts or (strict and session.open_questions)))


def _ask_at_terminal(draft: Draft, decisions: list[Decision], keep: KeepDecisions) -> list[Decision]:
    from .asking import ask

    return ask(decisions, keep, draft.schema)


def _report_source(outcome: SourceOutcome, folder: Path) -> None:
    """Print the result of a source, and which XSDs it no longer gives."""
    if outcome.source.is_copy:
        _report_copies(folder, outcome.source.name, outcome.written)
    else:
        for capture, written in zip(outcome.captures, outcome.written, strict=True):
            _report_capture(capture, written)
    for schema in outcome.removed:
        click.echo(f"  {folder / schema} is removed: {outcome.source.name} no longer refers to it.")
    for schema in outcome.obsolete:
        path, page = folder / schema, outcome.source.name
        if outcome.source.is_copy:
            why = f"it was edited, but {page} no longer refers to it"
            click.echo(f"  {path} stays: {why}. Delete it if nobody needs it.")
        else:
            click.echo(f"  {path} was captured from {page}, but no longer is. Delete it if it is obsolete.")


def _report_locations(folder: Path, urls: Mapping[str, str]) -> None:
    """Print the locations that a project needs for fetched files, if the catalog is the publisher's."""
    click.echo(f"  {folder / 'catalog.xml'} is the publisher's and stays as it is. Add to pyproject.toml:")
    click.echo("  [tool.schemapress.locations]")
    for url, file in sorted(urls.items()):
        click.echo(f'  "{url}" = "{(folder / file).as_posix()}"')


def _count_components(files: Sequence[Path]) -> tuple[str, str]:
    """Return the numbers of global elements and types in XSDs."""
    from lxml import etree

    from schemapress.load.document import XSD_TAG
    from schemapress_runtime.xml.document import xml_parser

    roots = [etree.fromstring(file.read_bytes(), xml_parser(doctype=True)) for file in files]
    elements = sum(len(root.findall(f"{XSD_TAG}element")) for root in roots)
    types = sum(len(root.findall(f"{XSD_TAG}{kind}")) for root in roots for kind in ("complexType", "simpleType"))
    return counted(elements, "element"), counted(types, "type")


def _report_copies(folder: Path, page: str, copies: Sequence[WrittenFile]) -> None:
    """Print the size of a schema that was copied with everything that it refers to."""
    elements, types = _count_components([file.path for file in copies if file.path.suffix.lower() == ".xsd"])
    click.echo(f"{folder / page}: {elements}, {types} ({counted(len(copies), 'file')})")
    for file in copies:
        for line in file.diff:
            click.echo(f"  {line}")
        if file.conflicts:
            _report_conflicts(file)


def _report_changes(folder: Path, earlier: Path, named: Roots) -> None:
    """Print what the new XSDs of a folder break; `named` are the roots of the project."""
    from schemapress.capture.write.changes import compare_with_earlier
    from schemapress.diff.report.text import render
    from schemapress.diff.review import Review
    from schemapress.errors import SchemapressError

    try:
        comparison = compare_with_earlier(folder, earlier, named)
    except SchemapressError as error:
        click.echo(f"  {error.message}")
    else:
        if comparison is not None:
            click.echo(render(Review((comparison,))), nl=False)


def _report_capture(capture: Capture, file: WrittenFile) -> None:
    is_xsd = file.path.suffix.lower() == ".xsd"
    counts = [counted(capture.fields, "field")] if capture.fields or not is_xsd else [*_count_components([file.path])]
    if capture.fields or capture.decisions:
        defaults = agreeing(len(capture.open), "on its default", "on their defaults")
        counts += [counted(len(capture.decisions), "question"), f"{len(capture.open)} of them {defaults}"]
    click.echo(f"{file.path} from {capture.source.page}: {', '.join(counts)}")
    for omission in capture.omissions:
        click.echo(f"  {click.style('not captured:', fg='yellow')} {omission}")
    for decision in capture.decisions:
        if decision.answered_by == "samples":
            mark, answer = click.style("settled", fg="green"), click.style(decision.answer, bold=True)
            click.echo(f"  {mark} {decision.question.text} → {answer} ({decision.why})")
    for decision in capture.open:
        mark, answer = click.style("open", fg="cyan"), click.style(decision.answer, bold=True)
        click.echo(f"  {mark} {decision.question.text} → {answer}")
    for key, dropped in capture.dropped:
        mark = click.style("no longer asked", fg="yellow")
        click.echo(f"  {mark} {key}, which {dropped.answered_by} answered with {dropped.answer!r}")
    for line in file.diff:
        click.echo(f"  {line}")
    if file.conflicts:
        _report_conflicts(file)
    elif file.merged:
        click.echo("  Your edits of the XSD were kept.")


def _report_conflicts(file: WrittenFile) -> None:
    mark = click.style("conflict:", fg="red", bold=True)
    click.echo(f"{mark} the page changed in {counted(file.conflicts, 'place')} that you edited.", err=True)
    click.echo(f"  The XSD is unchanged. Resolve them in {file.path.name}, and replace the XSD with it.", err=True)
