"""`schemapress check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from schemapress.cli import PROJECT_OPTION, load_project_to_build
from schemapress.errors import NoMessages


@click.command("check")
@click.argument("api", nargs=-1)
@PROJECT_OPTION
def command(api: tuple[str, ...], start: str) -> None:
    """Check that the packages are up to date with their sources and this version of schemapress.

    If a package is not, prints a unified diff from its files to those that `build` would write, and exits with 1.
    Without names, a package in the output folder whose API no longer exists counts as drift too.
    """
    from schemapress.build import manifest
    from schemapress.build.drift import diff_package
    from schemapress.build.emit import emit

    project = load_project_to_build(Path(start))
    drifted = False
    folders = project.apis(api)
    for folder in folders:
        package = project.output / folder.package
        shown = project.show(package)
        try:
            files = emit(project, folder).files
        except NoMessages as nothing:
            if len(folders) == 1:
                raise
            click.echo(f"{project.show(folder.folder)} has no package: {nothing.message}")
            continue
        if not any((package / path).exists() for path in files):
            drifted = True
            click.echo(f"{shown} is not built. Run `schemapress build`.", err=True)
            continue
        differences = list(diff_package(files, package, shown))
        for line in differences:
            click.echo(_colour(line))
        if differences:
            drifted = True
            click.echo(f"{shown} is not up to date with {', '.join(path.name for path in folder.sources)}.", err=True)
            click.echo("  Run `schemapress build`, or undo the edit.", err=True)
        else:
            click.echo(f"{shown} is up to date with {', '.join(path.name for path in folder.sources)}")
    for package in () if api else manifest.find_orphans(project.output, folders):
        drifted = True
        shown = project.show(package)
        click.echo(f"{shown} has no API any more. Delete the folder, or restore its API.", err=True)
    sys.exit(drifted)


def _colour(line: str) -> str:
    if line.startswith("+"):
        return click.style(line, fg="green")
    if line.startswith("-"):
        return click.style(line, fg="red")
    return click.style(line, fg="cyan") if line.startswith("@@") else line
