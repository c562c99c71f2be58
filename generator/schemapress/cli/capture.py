"""`schemapress capture`."""

from __future__ import annotations

import getpass
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.runtime.amount import agreeing, counted

if TYPE_CHECKING:
    from schemapress.capture.capture import Capture
    from schemapress.capture.folder import Outcome
    from schemapress.capture.question import Decision
    from schemapress.schema.roots import Roots


@click.command("capture")
@click.argument("pages", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="spec/NAME.")
@click.option("--interactive", is_flag=True, help="Ask at the terminal what a page leaves open.")
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
    pages: tuple[Path, ...], folder: Path, interactive: bool, strict: bool, profile: Path | None, samples: Path | None
) -> None:
    """Write an XSD from each page of documentation, and record every question that it leaves open.

    A page is a Redocly page in Markdown, an OpenAPI document (YAML or JSON), an XSD or a WSDL.

    Without a flag each question takes its default, and is listed. Captured again, a page keeps the answers that
    a person gave, and edits of the XSD are merged with.
    """
    from schemapress.capture.capture import capture, digest, safe_name
    from schemapress.capture.decisions import Source
    from schemapress.capture.folder import Folder
    from schemapress.capture.profile import read_profile
    from schemapress.capture.reading import read_source
    from schemapress.capture.samples import read_samples
    from schemapress.limits import DEFAULT_LIMITS
    from schemapress.project import project_here
    from schemapress.schema.entries import find_entries
    from schemapress.schema.load import check
    from schemapress.schema.roots import NOTHING

    into, project = Folder(folder), project_here()
    limits, named = (DEFAULT_LIMITS, NOTHING) if project is None else (project.settings.limits, project.roots)
    answers = read_profile(Path("pyproject.toml"), profile)
    messages = [] if samples is None else read_samples(samples, limits)
    open_questions = conflicts = 0
    written = []
    with tempfile.TemporaryDirectory(prefix="schemapress-capture-") as temporary:
        earlier = into.copied(Path(temporary))
        for path in pages:
            data, copied = path.read_bytes(), []
            for draft in read_source(data, path, limits, named):
                source = Source(safe_name(path.name), digest(data), date.today().isoformat(), draft.schema)
                known, ask = into.known(draft.schema), _ask if interactive else lambda one: one
                made = capture(draft, source, known, answers, ask, messages if draft.questions else ())
                is_copy = path.suffix.lower() == ".xsd"
                outcome = into.write(made, None if is_copy else data)
                if is_copy:
                    copied.append(outcome)
                else:
                    _tell(made, outcome)
                written.append(outcome.path)
                open_questions += len(made.open)
                conflicts += outcome.conflicts
            if copied:
                _tell_copies(folder, path, copied)
        if not conflicts:
            roots = _with(named, folder)
            schemas = [file for file in written if file.suffix.lower() == ".xsd"]
            check(find_entries(schemas, roots), roots=roots, limits=limits)
            _tell_changes(folder, earlier, named)
    sys.exit(bool(conflicts or (strict and open_questions)))


def _tell_copies(folder: Path, page: Path, copied: list[Outcome]) -> None:
    """Say what a schema has that was copied with all that it refers to."""
    from lxml import etree

    from schemapress.runtime.document import xml_parser
    from schemapress.schema.source import XSD

    files = [outcome.path for outcome in copied if outcome.path.suffix.lower() == ".xsd"]
    roots = [etree.fromstring(file.read_bytes(), xml_parser(doctype=True)) for file in files]
    elements = sum(len(root.findall(f"{XSD}element")) for root in roots)
    types = sum(len(root.findall(f"{XSD}{kind}")) for root in roots for kind in ("complexType", "simpleType"))
    counts = counted(len(copied), "file"), counted(elements, "element"), counted(types, "type")
    click.echo(f"{folder} from {page.name}: {', '.join(counts)}")
    for outcome in copied:
        for line in outcome.diff:
            click.echo(f"  {line}")
        if outcome.conflicts:
            _tell_conflicts(outcome)


def _with(named: Roots, folder: Path) -> Roots:
    """Return what the project names, with a folder more that may be read."""
    return replace(named, folders=(folder.resolve(), *named.folders))


def _tell_changes(folder: Path, earlier: tuple[Path, ...], named: Roots) -> None:
    """Say what the new XSDs of a folder break that the earlier ones did not; `named` is what the project names."""
    from schemapress.diff.comparison import compare
    from schemapress.diff.report.text import printed
    from schemapress.diff.review import Review
    from schemapress.diff.versions.version import Reading, Version
    from schemapress.errors import SchemapressError

    now = tuple(folder / file.name for file in earlier)
    if earlier and [file.read_bytes() for file in earlier] != [file.read_bytes() for file in now]:
        readings = Reading(roots=_with(named, earlier[0].parent)), Reading(roots=_with(named, folder))
        before = Version(f"{folder} before", earlier, str(folder), readings[0])
        after = Version(str(folder), now, str(folder), readings[1])
        try:
            comparison = compare(folder.name, before, after, kinds=("documents", "endpoint"))
        except SchemapressError as error:
            click.echo(f"  {error.message}")
        else:
            click.echo(printed(Review((comparison,))), nl=False)


def _ask(decision: Decision) -> Decision:
    question = decision.question
    click.echo(f"\n{click.style(question.text, bold=True)}", err=True)
    for evidence in question.evidence:
        click.echo(f"  {evidence.place}: {evidence.text}", err=True)
    for number, candidate in enumerate(question.candidates, start=1):
        mark = f"  (default: {question.why})" if candidate == question.default else ""
        click.echo(f"  {number}. {candidate}{mark}", err=True)
    default = question.candidates.index(question.default) + 1
    while True:
        given = str(click.prompt("  Which one", default=str(default), err=True)).strip()
        if given.isdigit() and 1 <= int(given) <= len(question.candidates):
            answer = question.candidates[int(given) - 1]
        elif question.free or given in question.candidates:
            answer = given
        else:
            click.echo(f"  Give a number from 1 to {len(question.candidates)}.", err=True)
            continue
        why = question.why if answer == question.default else "Chosen at the terminal."
        return replace(decision, answer=answer, answered_by=getpass.getuser(), why=why)


def _tell(made: Capture, outcome: Outcome) -> None:
    counts = counted(made.fields, "field"), counted(len(made.decisions), "question")
    defaults = agreeing(len(made.open), "on its default", "on their defaults")
    click.echo(f"{outcome.path} from {made.source.page}: {', '.join(counts)}, {len(made.open)} of them {defaults}")
    for unread in made.unread:
        mark = click.style("not read", fg="yellow")
        click.echo(f"  {mark} {unread.place}: {unread.text[:100]} ({unread.why})", err=True)
    for decision in made.decisions:
        if decision.answered_by == "samples":
            mark, answer = click.style("settled", fg="green"), click.style(decision.answer, bold=True)
            click.echo(f"  {mark} {decision.question.text} → {answer} ({decision.why})")
    for decision in made.open:
        mark, answer = click.style("open", fg="cyan"), click.style(decision.answer, bold=True)
        click.echo(f"  {mark} {decision.question.text} → {answer}")
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
