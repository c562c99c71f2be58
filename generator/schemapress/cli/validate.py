"""`schemapress validate`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.command("validate")
@click.option(
    "--schema",
    "schemas",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    help="An XSD; several of them make one schema.",
)
@click.option(
    "--root",
    "roots",
    multiple=True,
    type=click.Path(exists=True, file_okay=False),
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
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help="How to print; text by default."
)
@click.option("--doctype", is_flag=True, help="Allow document type declarations; their external part is never read.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
def command(
    schemas: tuple[str, ...],
    roots: tuple[str, ...],
    locations: tuple[str, ...],
    style: str,
    doctype: bool,
    files: tuple[str, ...],
) -> None:
    """Validate documents against a schema that need not be part of a project.

    Exits with 1 where one of them is not valid.
    """
    from schemapress import compiled
    from schemapress.project import limits_here, locations_here

    named: dict[str, str | Path] = {**locations_here()}
    for location in locations:
        uri, equals, file = location.rpartition("=")
        if not equals:
            raise click.BadParameter("expected URI=FILE", param_hint="--location")
        named[uri] = file
    validator = compiled.compile(schemas, doctype=doctype, roots=roots or None, locations=named, limits=limits_here())
    reports = {file: validator.validate(file) for file in files}
    if style == "json":
        click.echo(json.dumps([{"file": file, **report.as_dict()} for file, report in reports.items()], indent=2))
    else:
        for file, report in reports.items():
            if report.valid:
                click.echo(f"{file}: valid")
            for problem in report:
                place = file if problem.line is None else f"{file}:{problem.line}:{problem.column}"
                click.echo(f"{place}: {problem.path}: {problem.message} {click.style(f'[{problem.code}]', dim=True)}")
    sys.exit(not all(report.valid for report in reports.values()))
