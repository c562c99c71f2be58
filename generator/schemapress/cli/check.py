"""`schemapress check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from schemapress.cli import PROJECT_OPTION, project_to_build
from schemapress.errors import NoMessages


@click.command("check")
@click.argument("api", nargs=-1)
@PROJECT_OPTION
def command(api: tuple[str, ...], start: str) -> None:
    """Say whether the packages are what the sources and this version would write.

    Prints a unified diff, from what is there to what would be written, and exits with 1 where they are not. Without
    names, a package in the output that belongs to no API any more counts as drift, too.
    """
    from schemapress.build import manifest
    from schemapress.build.drift import diff_package
    from schemapress.build.emission import emit

    project = project_to_build(Path(start))
    drifted = False
    folders = project.apis(api)
    for folder in folders:
        package = project.output / folder.package
        shown = project.shown(package)
        try:
            files = emit(project, folder).files
        except NoMessages as nothing:
            if len(folders) == 1:
                raise
            click.echo(f"{project.shown(folder.folder)} makes no package: {nothing.message}")
            continue
        if not any((package / path).exists() for path in files):
            drifted = True
            click.echo(f"{shown} is not built. Run `schemapress build`.", err=True)
            continue
        found = list(diff_package(files, package, shown))
        for line in found:
            click.echo(_coloured(line))
        if found:
            drifted = True
            click.echo(f"{shown} is not what {', '.join(path.name for path in folder.sources)} gives.", err=True)
            click.echo("  Run `schemapress build`, or undo the edit.", err=True)
        else:
            click.echo(f"{shown} is what {', '.join(path.name for path in folder.sources)} gives")
    for package in () if api else manifest.find_orphans(project.output, folders):
        drifted = True
        shown = project.shown(package)
        click.echo(f"{shown} belongs to no API any more. Delete the folder, or restore its API.", err=True)
    sys.exit(drifted)


def _coloured(line: str) -> str:
    if line.startswith("+"):
        return click.style(line, fg="green")
    if line.startswith("-"):
        return click.style(line, fg="red")
    return click.style(line, fg="cyan") if line.startswith("@@") else line
