"""`schemapress export`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemapress.cli import PROJECT_OPTION
from schemapress.errors import SchemapressError, writing
from schemapress.project import load_project
from schemapress.runtime.amount import counted

if TYPE_CHECKING:
    from schemapress.export.openapi import Loss


@click.command("export")
@click.argument("kind", type=click.Choice(["openapi"]))
@click.argument("api")
@PROJECT_OPTION
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of the terminal.")
@click.option("--strict", is_flag=True, help="Refuse what OpenAPI can't say, instead of leaving it out.")
def command(kind: str, api: str, start: str, output: Path | None, strict: bool) -> None:
    """Write what an API says for tools that read no XSD: an OpenAPI 3.1 document with the `xml` object, in YAML.

    What OpenAPI can't say is left out, so that the document admits more than the schema, and is told of.
    """
    import yaml

    from schemapress.export.openapi import export_openapi
    from schemapress.schema.load import load

    del kind  # there is one so far
    project = load_project(Path(start))
    (folder,) = project.apis((api,))
    schema = load(folder.sources, roots=project.roots, limits=project.settings.limits)
    exported = export_openapi(schema, schema.documentation.partition(":")[0] or folder.name)
    if strict and exported.lost:
        first = exported.lost[0]
        message = f"This has {first.what}, for which OpenAPI has no words."
        raise SchemapressError(message, place=first.place, hint="Give the XSD itself to those who need it.")
    text = yaml.safe_dump(exported.document, sort_keys=False, allow_unicode=True, width=120)
    if output is None:
        click.echo(text, nl=False)
    else:
        with writing(output):
            output.write_text(text, "utf-8")
        click.echo(f"{output} from {', '.join(path.name for path in folder.sources)}")
    for what, places in _by_kind(exported.lost).items():
        more = f", and at {counted(len(places) - 1, 'more place')}" if len(places) > 1 else ""
        click.echo(f"{click.style('left out', fg='yellow')} {places[0]}: {what}{more}", err=True)


def _by_kind(lost: Iterable[Loss]) -> dict[str, list[str]]:
    """Return the places of what is lost, by what it is."""
    found: dict[str, list[str]] = {}
    for one in lost:
        found.setdefault(one.what, []).append(one.place)
    return found
