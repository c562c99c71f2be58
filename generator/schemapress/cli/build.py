"""`schemapress build`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from schemapress.cli import PROJECT_OPTION
from schemapress.emit import manifest
from schemapress.project import ApiFolder, Project, load_project

if TYPE_CHECKING:
    from schemapress.emit.importing import ImportCheck


@click.command("build")
@click.argument("api", nargs=-1)
@click.option("--force", is_flag=True, help="Build also what is up to date.")
@PROJECT_OPTION
def command(api: tuple[str, ...], force: bool, start: str) -> None:
    """Write the packages of all APIs, or of those named.

    What is up to date is left alone. Files that stand beside the generated ones are never touched.
    """
    project = load_project(Path(start))
    with contextlib.ExitStack() as stack:
        imports: ImportCheck | None = None
        for folder in project.apis(api):
            package = project.output / folder.package
            made_from = manifest.origin(folder, project).also_from(manifest.sources_of(package), folder.folder)
            if not force and manifest.is_current(package, made_from):
                modules = sorted(path.stem for path in package.glob("[!_]*.py"))
                click.echo(f"{package.relative_to(project.root)} is up to date: {', '.join(modules)}")
                continue
            if imports is None:
                from schemapress.emit.importing import ImportCheck

                imports = stack.enter_context(ImportCheck())
            _build(project, folder, package, imports)


def _build(project: Project, folder: ApiFolder, package: Path, imports: ImportCheck) -> None:
    """Build one package, install it, and print what changed."""
    from schemapress.emit.bindings import start_bindings

    started = perf_counter()
    with start_bindings(folder, project.settings.limits) as bindings:  # first, for xsdata takes longest
        from schemapress.emit.install import install
        from schemapress.emit.pipeline import emit

        emission = emit(project, folder, bindings)
    done = install(emission.files, package, lambda staged: imports.check(staged, emission.modules, package))
    shown = package.relative_to(project.root)
    seconds = perf_counter() - started
    if not (done.added or done.changed or done.removed):
        click.echo(f"{shown} is as it was ({seconds:.1f} s)")
        return
    click.echo(f"{shown} from {', '.join(path.name for path in folder.sources)} ({seconds:.1f} s)")
    for mark, paths in (("+", done.added), ("~", done.changed), ("-", done.removed)):
        for path in paths:
            lines = emission.files[path].count(b"\n") if path in emission.files else 0
            click.echo(f"  {mark} {path}" + (f"  {lines} lines" if lines else ""))
