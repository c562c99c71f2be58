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
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of standard output."
)
@click.option(
    "--strict",
    is_flag=True,
    help="For openapi: fail if OpenAPI can't express a part of the schema, instead of leaving it out.",
)
def command(kind: str, api: str, start: str, output: Path | None, strict: bool) -> None:
    """Write an API as an OpenAPI document or a JSON Schema, for tools that don't read XSD.

    openapi writes an OpenAPI 3.1 document with the `xml` object, in YAML. Parts of the schema that OpenAPI can't
    express are left out with a warning: the document then accepts more than the schema.

    json-schema writes a JSON Schema (draft 2020-12) of the JSON that `to_json` of the package writes.
    """
    from schemapress.load.loader import load

    project = load_project(Path(start))
    (folder,) = project.apis((api,))
    schema = load(
        folder.sources, roots=project.roots, limits=project.settings.limits, endpoint_file=folder.endpoint_file
    )
    title = schema.documentation.partition(":")[0] or folder.name
    if kind == "json-schema":
        if strict:
            raise click.UsageError("--strict is only for openapi: a JSON Schema never expresses everything in an XSD.")
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
    """Return the JSON Schema of an API; unless its package is up to date, it is built in a temporary folder."""
    from schemapress.build import manifest
    from schemapress.build.json_schema_of_package import export_json_schema_of
    from schemapress.workspace import workspace

    package = project.output / folder.package
    origin = manifest.find_origin(folder, project).also_from(manifest.sources_of(package), folder.folder)
    if manifest.is_current(package, origin):
        return export_json_schema_of(package, schema, title)
    from schemapress.build.emit import emit

    emission = emit(project, folder)
    with workspace() as (built, _):
        for name, data in emission.files.items():
            (built / name).parent.mkdir(parents=True, exist_ok=True)
            (built / name).write_bytes(data)
        return export_json_schema_of(built, schema, title)


def _write_openapi(schema: Schema, title: str, folder: ApiSource, output: Path | None, *, strict: bool) -> None:
    import yaml

    from schemapress.write.openapi import export_openapi

    export = export_openapi(schema, title)
    if strict and export.lost:
        first = export.lost[0]
        message = f"OpenAPI can't express {first.part}."
        raise SchemapressError(message, place=first.place, hint="Leave out --strict, or publish the XSD itself.")
    _write(yaml.safe_dump(export.document, sort_keys=False, allow_unicode=True, width=120), folder, output)
    for part, places in _group_by_kind(export.lost).items():
        more = f", and at {counted(len(places) - 1, 'more place')}" if len(places) > 1 else ""
        click.echo(f"{click.style('left out', fg='yellow')} {places[0]}: {part}{more}", err=True)


def _group_by_kind(lost: Iterable[Loss]) -> dict[str, list[str]]:
    """Return the places of losses, by kind of loss."""
    places: dict[str, list[str]] = {}
    for loss in lost:
        places.setdefault(loss.part, []).append(loss.place)
    return places
