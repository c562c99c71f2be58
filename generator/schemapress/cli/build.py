"""`schemapress build`."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from schemapress.cli import PROJECT_OPTION, tell
from schemapress.emit import manifest
from schemapress.errors import NoMessages, SchemapressError
from schemapress.project import ApiFolder, Project, load_project

if TYPE_CHECKING:
    from schemapress.emit.importing import ImportCheck


@click.command("build")
@click.argument("api", nargs=-1)
@click.option("--force", is_flag=True, help="Build also what is up to date.")
@click.option("--verbose", "-v", is_flag=True, help="List the files that changed.")
@PROJECT_OPTION
def command(api: tuple[str, ...], force: bool, verbose: bool, start: str) -> None:
    """Write the packages of all APIs, or of those named.

    What is up to date is left alone. Files that stand beside the generated ones are never touched. What is wrong with
    one API does not keep the others from being built.
    """
    project = load_project(Path(start))
    folders = project.apis(api)
    failed = False
    with contextlib.ExitStack() as stack:
        imports: ImportCheck | None = None
        for folder in folders:
            package = project.output / folder.package
            made_from = manifest.origin(folder, project).also_from(manifest.sources_of(package), folder.folder)
            if not force and manifest.is_current(package, made_from):
                modules = sorted(path.stem for path in package.glob("[!_]*.py"))
                click.echo(f"{package.relative_to(project.root)} is up to date: {', '.join(modules)}")
                continue
            if imports is None:
                from schemapress.emit.importing import ImportCheck

                imports = stack.enter_context(ImportCheck())
            try:
                _build(project, folder, package, imports, verbose=verbose)
            except NoMessages as nothing:
                if len(folders) == 1:
                    raise
                click.echo(f"{folder.folder.relative_to(project.root)} makes no package: {nothing.message}")
            except SchemapressError as error:
                if len(folders) == 1:
                    raise
                tell(error)
                failed = True
    if failed:
        sys.exit(2)


def _build(project: Project, folder: ApiFolder, package: Path, imports: ImportCheck, *, verbose: bool) -> None:
    """Build one package, install it, and print what changed."""
    from schemapress.emit.bindings import start_bindings

    started = perf_counter()
    with start_bindings(folder, project.settings.limits) as bindings:  # first, for xsdata takes longest
        from schemapress.emit.install import install
        from schemapress.emit.pipeline import emit

        emission = emit(project, folder, bindings)
        unordered = bindings.unordered()
    done = install(emission.files, package, lambda staged: imports.check(staged, emission.modules, package))
    shown = package.relative_to(project.root)
    seconds = perf_counter() - started
    if not (done.added or done.changed or done.removed):
        click.echo(f"{shown} is as it was ({seconds:.1f} s)")
        return
    for class_name, elements in unordered:
        click.echo(f"{click.style('warning:', fg='yellow')} {_lost_order(class_name, elements)}", err=True)
    counts = {"added": done.added, "changed": done.changed, "removed": done.removed}
    files = ", ".join(f"{len(paths)} {what}" for what, paths in counts.items() if paths)
    click.echo(f"{shown} from {_sources(folder)}: {files} ({seconds:.1f} s)")
    compound = emission.files.get("bindings.py", b"").count(b'"type": "Elements"')
    if compound:
        click.echo(f"  {compound} fields have elements that can stand in more than one order, and keep it.")
    for mark, paths in (("+", done.added), ("~", done.changed), ("-", done.removed)) if verbose else ():
        for path in paths:
            lines = emission.files[path].count(b"\n") if path in emission.files else 0
            click.echo(f"  {mark} {path}" + (f"  {lines} lines" if lines else ""))


_MOST_NAMED = 3
"""Entry documents that are named; of more, their number is told."""


def _lost_order(class_name: str, elements: list[str]) -> str:
    named = list(dict.fromkeys(f"<{name}>" for name in elements))
    return (
        f"{class_name} has plain fields for {', '.join(named[:-1])} and {named[-1]}, which can stand in more than one "
        "order: an object that is made or changed by hand loses it."
    )


def _sources(folder: ApiFolder) -> str:
    names = [path.name for path in folder.sources]
    return ", ".join(names) if len(names) <= _MOST_NAMED else f"{names[0]} and {len(names) - 1} more entry documents"
