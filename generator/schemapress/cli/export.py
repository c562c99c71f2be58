"""`schemapress export`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import PROJECT_OPTION
from schemapress.errors import SchemapressError, writing
from schemapress.project import ApiSource, Project, load_project
from schemapress_runtime.report.amount import counted

if TYPE_CHECKING:
    from schemapress.load.schema import Schema
    from schemapress.write.openapi import Loss


@click.command("export")
@click.argument("kind", type=click.Choice(["openapi", "json-schema"]))
@click.argument("api")
@PROJECT_OPTION
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of the terminal.")
@click.option("--strict", is_flag=True, help="For openapi: refuse what it can't say, instead of leaving it out.")
def command(kind: str, api: str, start: str, output: Path | None, strict: bool) -> None:
    """Write what an API says for tools that read no XSD.

    openapi is an OpenAPI 3.1 document with the `xml` object, in YAML. What OpenAPI can't say is left out, with a
    warning for each: the document then admits more than the schema.

    json-schema is a JSON Schema (draft 2020-12) of the JSON that `to_json` of the package writes, in JSON.
    """
    from schemapress.load.loader import load

    project = load_project(Path(start))
    (folder,) = project.apis((api,))
    schema = load(folder.sources, roots=project.roots, limits=project.settings.limits)
    title = schema.documentation.partition(":")[0] or folder.name
    if kind == "json-schema":
        if strict:
            raise click.UsageError("--strict is for openapi: a JSON Schema never says all that an XSD does.")
        _write(_json_schema(project, folder, schema, title), folder, output)
    else:
        _write_openapi(schema, title, folder, output, strict=strict)


def _write(text: str, folder: ApiSource, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
    else:
        with writing(output):
            output.write_text(text, "utf-8")
        click.echo(f"{output} from {', '.join(path.name for path in folder.sources)}")


def _json_schema(project: Project, folder: ApiSource, schema: Schema, title: str) -> str:
    """Return the JSON Schema of an API; its package is built in a temporary folder, unless it is there already."""
    from schemapress.build import manifest
    from schemapress.workspace import workspace
    from schemapress.write.json_schema_of_package import json_schema_of

    package = project.output / folder.package
    origin = manifest.find_origin(folder, project).also_from(manifest.sources_of(package), folder.folder)
    if manifest.is_current(package, origin):
        return json_schema_of(package, schema, title)
    from schemapress.build.emission import emit

    emission = emit(project, folder)
    with workspace() as (built, _):
        for name, data in emission.files.items():
            (built / name).parent.mkdir(parents=True, exist_ok=True)
            (built / name).write_bytes(data)
        return json_schema_of(built, schema, title)


def _write_openapi(schema: Schema, title: str, folder: ApiSource, output: Path | None, *, strict: bool) -> None:
    import yaml

    from schemapress.write.openapi import export_openapi

    exported = export_openapi(schema, title)
    if strict and exported.lost:
        first = exported.lost[0]
        message = f"This has {first.what}, for which OpenAPI has no words."
        raise SchemapressError(message, place=first.place, hint="Give the XSD itself to those who need it.")
    _write(yaml.safe_dump(exported.document, sort_keys=False, allow_unicode=True, width=120), folder, output)
    for what, places in _by_kind(exported.lost).items():
        more = f", and at {counted(len(places) - 1, 'more place')}" if len(places) > 1 else ""
        click.echo(f"{click.style('left out', fg='yellow')} {places[0]}: {what}{more}", err=True)


def _by_kind(lost: Iterable[Loss]) -> dict[str, list[str]]:
    """Return the places of what is lost, by what it is."""
    found: dict[str, list[str]] = {}
    for one in lost:
        found.setdefault(one.what, []).append(one.place)
    return found
