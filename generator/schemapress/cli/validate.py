"""`schemapress validate`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import PROJECT_OPTION, tell
from schemapress.errors import SchemapressError, printable
from schemapress.project import Project, api_of, load_project, project_here

if TYPE_CHECKING:
    from schemapress.documents.outcome import Outcome, Tally
    from schemapress.limits import SourceLimits
    from schemapress.load.roots import Roots


@click.command("validate")
@click.option(
    "--schema",
    "schemas",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="An XSD, or a folder of XSDs, whose entry documents are taken as `build` takes them; several make one schema.",
)
@click.option("--api", metavar="NAME", help="An API of the project, instead of --schema.")
@click.option(
    "--root",
    "roots",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder that schemas are read from; by default the one that the folder of each XSD lies in.",
)
@click.option(
    "--location",
    "locations",
    multiple=True,
    metavar="URI=FILE",
    help="The file for a URL or a namespace that a schema imports.",
)
@click.option(
    "--catalog",
    "catalogs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An OASIS XML catalog that is asked after the catalog.xml beside a schema, before those of the project.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "junit", "github"]),
    default="text",
    help="How to print; text by default.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print problems alone: nothing of valid documents, and no summary.")
@click.option("--doctype", is_flag=True, help="Allow document type declarations; their external part is never read.")
@PROJECT_OPTION
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
def command(
    schemas: tuple[Path, ...],
    api: str | None,
    roots: tuple[Path, ...],
    locations: tuple[str, ...],
    catalogs: tuple[Path, ...],
    style: str,
    quiet: bool,
    doctype: bool,
    start: str,
    files: tuple[str, ...],
) -> None:
    """Validate documents against a schema: any XSD, or that of an API of the project.

    FILE is a document, a folder, which stands for every .xml in it and below, or - for standard input. Exits with 1
    where a document is not valid, and with 2 where one can't be read; the others are validated all the same.
    """
    from schemapress import compiled
    from schemapress.documents.named import STANDARD_INPUT, outcomes
    from schemapress.documents.outcome import Tally
    from schemapress.documents.report import FORMATS
    from schemapress.limits import DEFAULT_LIMITS

    if files.count(STANDARD_INPUT) > 1:
        raise click.UsageError("- stands for standard input, which can be read once.")
    if "" in files:
        raise click.UsageError("A FILE is empty; name a document, a folder, or - for standard input.")
    limits: SourceLimits = DEFAULT_LIMITS
    if api is not None:
        if schemas or roots or locations or catalogs:
            message = (
                "--api brings its own entry documents, roots, locations and catalogs; leave the other options out."
            )
            raise click.UsageError(message)
        project = load_project(Path(start))
        (folder,) = project.apis((api,))
        paths, readable, limits = folder.sources, folder.roots, project.settings.limits
    elif schemas:
        found = project_here(Path(start))
        if found is not None:
            found.check_paths()
            limits = found.settings.limits
        paths, readable = _named_schema(schemas, roots, _locations(locations), catalogs, found)
    else:
        raise click.UsageError("Name the schema: --schema FILE, or --api NAME for an API of the project.")
    with _telling_options() if api is None else nullcontext():
        validator = compiled.compile_within(paths, readable, doctype=doctype, limits=limits)
    tally = Tally()
    told = _told(outcomes(files, validator.validate), tally, is_quiet=quiet and style != "junit")
    for piece in FORMATS[style](told):
        click.echo(piece, nl=False)
    if tally.documents > 1 and not quiet:
        click.echo(tally, err=True)
    sys.exit(tally.code)


@contextmanager
def _telling_options() -> Iterator[None]:
    """Let an error that advises a setting of the project say which options of this command do the same."""
    try:
        yield
    except SchemapressError as error:
        if error.hint is None or "[tool.schemapress" not in error.hint:
            raise
        hint = f"{error.hint} Here, --location, --catalog and --root say the same."
        raise SchemapressError(error.message, place=error.place, hint=hint) from None


def _told(outcomes: Iterator[Outcome], tally: Tally, *, is_quiet: bool) -> Iterator[Outcome]:
    """Yield outcomes as they come, those of valid documents only where this is not quiet; each is counted."""
    for outcome in outcomes:
        tally.add(outcome)
        if outcome.error is not None:
            tell(SchemapressError(outcome.error, place=printable(outcome.name)))
        if not (is_quiet and outcome.valid):
            yield outcome


def _locations(pairs: tuple[str, ...]) -> dict[str, Path]:
    named = {}
    for pair in pairs:
        uri, equals, file = pair.rpartition("=")
        if not equals:
            raise click.BadParameter("expected URI=FILE", param_hint="--location")
        if not Path(file).is_file():
            raise click.BadParameter(f"there is no file {file!r} for {uri!r}", param_hint="--location")
        named[uri] = Path(file)
    return named


def _named_schema(
    schemas: tuple[Path, ...],
    roots: tuple[Path, ...],
    locations: dict[str, Path],
    catalogs: tuple[Path, ...],
    project: Project | None,
) -> tuple[tuple[Path, ...], Roots]:
    """Return the entry documents of a schema that is named by its files and folders, and what may be read for it.

    Raises:
        SchemapressError: a folder has no XSD.
    """
    from schemapress.load.entries import find_entries
    from schemapress.load.roots import roots_around, roots_of, xsds

    asked = catalogs if project is None else (*catalogs, *project.catalogs)
    named = locations if project is None else {**project.locations, **locations}
    around = roots_around((path / "*.xsd" if path.is_dir() else path for path in schemas), named, asked)
    if roots:
        around = roots_of(roots, named, asked)
    elif project is not None:
        around = roots_of([*around.folders, *project.roots.folders], named, asked)
    entries: dict[Path, None] = {}
    for path in schemas:
        if not path.is_dir():
            entries[path] = None
            continue
        api = api_of(path)
        found = xsds(path) if api is None else api.sources
        if not found:
            raise SchemapressError("There is no .xsd in this folder.", place=str(path))
        entries.update(dict.fromkeys(find_entries(found, around) if api is None else found))
    return tuple(entries), around
