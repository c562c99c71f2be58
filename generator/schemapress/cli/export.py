"""`schemapress export`."""

from __future__ import annotations

from pathlib import Path

import click

from schemapress.cli import PROJECT_OPTION
from schemapress.project import load_project


@click.command("export")
@click.argument("kind", type=click.Choice(["openapi"]))
@click.argument("api")
@PROJECT_OPTION
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of the terminal.")
def command(kind: str, api: str, start: str, output: Path | None) -> None:
    """Write what an API says for tools that read no XSD: an OpenAPI 3.1 document with the `xml` object, in YAML."""
    import yaml

    from schemapress.export.openapi import export_openapi
    from schemapress.schema.load import load

    del kind  # there is one so far
    project = load_project(Path(start))
    (folder,) = project.apis((api,))
    schema = load(folder.sources, roots=project.roots, limits=project.settings.limits)
    document = export_openapi(schema, schema.documentation.partition(":")[0] or folder.name)
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        click.echo(f"{output} from {', '.join(path.name for path in folder.sources)}")
