"""`schemapress validate`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import PROJECT_OPTION, parse_locations, print_error, warn
from schemapress.errors import SchemapressError, printable
from schemapress.project import Project, api_of, load_project, project_here

if TYPE_CHECKING:
    from schemapress.documents.outcome import DocumentOutcome, Tally
    from schemapress.limits import SourceLimits
    from schemapress.load.roots import Roots


@click.command("validate")
@click.option(
    "--schema",
    "schemas",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Validate against this XSD, or against the entry documents of this folder. Repeat the option to join several.",
)
@click.option(
    "--api", metavar="NAME", help="Validate against the schema of this API of the project, instead of --schema."
)
@click.option(
    "--root",
    "roots",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read schemas only from this folder. Repeat the option for several folders. "
    "Default: the parent of the folder of each XSD.",
)
@click.option(
    "--location",
    "locations",
    multiple=True,
    metavar="URI=FILE",
    help="Read FILE wherever a schema imports this URL or namespace. Repeat the option for several.",
)
@click.option(
    "--catalog",
    "catalogs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An OASIS XML catalog, asked after a catalog.xml beside a schema and before those of the project.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "junit", "github"]),
    default="text",
    help="The format of the report. Default: text.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print only problems: no valid documents, no summary.")
@click.option(
    "--no-cache",
    is_flag=True,
    help="Load the schema from its files, and keep nothing of it. Default: a loaded schema is kept in your folder for "
    "caches, and loaded again when one of its files has changed. `schemapress cache` shows the folder, and clears it.",
)
@click.option("--doctype", is_flag=True, help="Accept document type declarations. Their external part is never read.")
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
    no_cache: bool,
    doctype: bool,
    start: str,
    files: tuple[str, ...],
) -> None:
    """Validate documents against a schema: any XSD, or the schema of an API of the project.

    FILE is a document, a folder (every .xml file in it and its subfolders), or - for standard input. Exits with 1 if a
    document is invalid, and with 2 if one can't be read; all other documents are still validated.
    """
    from schemapress import compilation
    from schemapress.documents.named import STANDARD_INPUT, validate_named
    from schemapress.documents.outcome import Tally
    from schemapress.documents.report import OUTCOME_FORMATS
    from schemapress.limits import DEFAULT_LIMITS

    if files.count(STANDARD_INPUT) > 1:
        raise click.UsageError("- is standard input, which can be read only once.")
    if "" in files:
        raise click.UsageError("A FILE is the empty string. Name a document, a folder, or - for standard input.")
    limits: SourceLimits = DEFAULT_LIMITS
    if api is not None:
        if schemas or roots or locations or catalogs:
            message = "--api can't be combined with --schema, --root, --location or --catalog."
            raise click.UsageError(f"{message} The settings of the project have these for the API.")
        project = load_project(Path(start))
        (folder,) = project.apis((api,))
        paths, readable, limits = folder.sources, folder.roots, project.settings.limits
    elif schemas:
        current = project_here(Path(start))
        if current is not None:
            current.check_paths()
            limits = current.settings.limits
        paths, readable = _find_schema(schemas, roots, parse_locations(locations), catalogs, current)
    else:
        raise click.UsageError("No schema is named. Pass --schema FILE, or --api NAME for an API of the project.")
    with _name_options_in_hint() if api is None else nullcontext():
        cache = None if no_cache else compilation.default_cache()
        if cache is not None and (fault := cache.find_fault()) is not None:
            warn(fault)
        validator = compilation.compile_within(paths, readable, doctype=doctype, limits=limits, cache=cache)
    tally = Tally()
    outcomes = _count(validate_named(files, validator.validate), tally, is_quiet=quiet and style != "junit")
    for piece in OUTCOME_FORMATS[style](outcomes):
        click.echo(piece, nl=False)
    if tally.documents > 1 and not quiet:
        click.echo(tally, err=True)
    sys.exit(tally.code)


@contextmanager
def _name_options_in_hint() -> Iterator[None]:
    """Add the options of this command to the hint of an error that names settings of the project."""
    try:
        yield
    except SchemapressError as error:
        if error.hint is None or "[tool.schemapress" not in error.hint:
            raise
        hint = f"{error.hint} This command takes --location, --catalog and --root instead."
        raise SchemapressError(error.message, place=error.place, hint=hint) from None


def _count(outcomes: Iterator[DocumentOutcome], tally: Tally, *, is_quiet: bool) -> Iterator[DocumentOutcome]:
    """Yield outcomes, without those of valid documents if `is_quiet`; count all of them, and print their errors."""
    for outcome in outcomes:
        tally.add(outcome)
        if outcome.error is not None:
            print_error(SchemapressError(outcome.error, place=printable(outcome.name)))
        if not (is_quiet and outcome.valid):
            yield outcome


def _find_schema(
    schemas: tuple[Path, ...],
    roots: tuple[Path, ...],
    locations: dict[str, Path],
    catalogs: tuple[Path, ...],
    project: Project | None,
) -> tuple[tuple[Path, ...], Roots]:
    """Return the entry documents of a schema given by files and folders, and the roots that it may be read from.

    Raises:
        SchemapressError: a folder has no XSD.
    """
    from schemapress.load.entries import find_entries
    from schemapress.load.roots import roots_around, roots_of, xsds

    all_catalogs = catalogs if project is None else (*catalogs, *project.catalogs)
    named = locations if project is None else {**project.locations, **locations}
    around = roots_around((path / "*.xsd" if path.is_dir() else path for path in schemas), named, all_catalogs)
    if roots:
        around = roots_of(roots, named, all_catalogs)
    elif project is not None:
        around = roots_of([*around.folders, *project.roots.folders], named, all_catalogs)
    entries: dict[Path, None] = {}
    for path in schemas:
        if not path.is_dir():
            entries[path] = None
            continue
        api = api_of(path)
        files = xsds(path) if api is None else api.sources
        if not files:
            raise SchemapressError("There is no .xsd file in this folder.", place=str(path))
        entries.update(dict.fromkeys(find_entries(files, around) if api is None else files))
    return tuple(entries), around
