"""`schemapress build`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING, NoReturn

import click

from schemapress.build import manifest
from schemapress.cli import PROJECT_OPTION, project_to_build, tell, warn
from schemapress.cli.progress import Progress
from schemapress.errors import NoMessages, SchemapressError
from schemapress.project import ApiSource, Project
from schemapress_runtime.report.amount import agreeing, counted, plural

if TYPE_CHECKING:
    from schemapress.build.emission import Emission
    from schemapress.build.import_check import ImportCheck
    from schemapress.build.install import Installed
    from schemapress.build.watched import Stamps


@click.command("build")
@click.argument("api", nargs=-1)
@click.option("--force", is_flag=True, help="Build also what is up to date.")
@click.option("--watch", is_flag=True, help="Build again whenever a source, a setting or a template changes.")
@click.option("--verbose", "-v", is_flag=True, help="List the files that changed, and how each root is read.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but warnings and errors.")
@PROJECT_OPTION
def command(api: tuple[str, ...], force: bool, watch: bool, verbose: bool, quiet: bool, start: str) -> None:
    """Write the packages of all APIs, or of those named.

    What is up to date is left alone. Files that stand beside the generated ones are never touched. What is wrong with
    one API does not keep the others from being built. With --watch, Ctrl-C ends the command.
    """
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude each other.")
    project = project_to_build(Path(start))
    this = _Round(api, force, verbose, quiet)
    if watch:
        _watch(project, this)
    elif this.run(project).failed:
        sys.exit(2)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a round: the APIs that were there, those with an error, and the packages that belong to no API.

    All of them are names.
    """

    apis: frozenset[str]
    failed: frozenset[str]
    of_no_api: tuple[str, ...]

    def says_current(self, api: str) -> bool:
        """Whether the next round has to say of an API that it is up to date, for it was not there or had an error."""
        return api in self.failed or api not in self.apis

    def all_failed(self) -> _Outcome:
        """Return the outcome of a round after this one that an error ended before any API was built."""
        return replace(self, failed=self.apis)


@dataclass(frozen=True, slots=True)
class _Round:
    """How the named APIs are built once: `force` builds what is up to date.

    After a round `before`, what is as it was then is not told again.
    """

    names: tuple[str, ...]
    force: bool
    is_verbose: bool
    is_quiet: bool
    before: _Outcome | None = None

    def run(self, project: Project) -> _Outcome:
        """Build the APIs, and print and return what came of it. An error that several APIs have is printed once.

        Raises:
            SchemapressError: there is none of one of the names, or the settings are wrong.
        """
        folders = project.apis(self.names)
        self._tell_removed(project, folders)
        failed: set[str] = set()
        told: set[str] = set()
        with contextlib.ExitStack() as stack:
            imports: ImportCheck | None = None
            for folder in folders:
                package = project.output / folder.package
                origin = manifest.find_origin(folder, project).also_from(manifest.sources_of(package), folder.folder)
                if not self.force and manifest.is_current(package, origin):
                    modules = sorted(path.stem for path in package.glob("[!_]*.py"))
                    if self.before is None or self.before.says_current(folder.name):
                        self._say(f"{project.shown(package)} is up to date: {', '.join(modules)}")
                    continue
                if imports is None:
                    from schemapress.build.import_check import ImportCheck

                    imports = stack.enter_context(ImportCheck())
                try:
                    self._build(project, folder, package, imports)
                except NoMessages as nothing:
                    if len(folders) == 1:
                        raise
                    self._say(f"{project.shown(folder.folder)} makes no package: {nothing.message}")
                except SchemapressError as error:
                    failed.add(folder.name)
                    if str(error) not in told:
                        tell(error)
                    told.add(str(error))
        return _Outcome(
            frozenset(folder.name for folder in folders), frozenset(failed), self._of_no_api(project, folders)
        )

    def _tell_removed(self, project: Project, folders: Sequence[ApiSource]) -> None:
        gone = set() if self.before is None else self.before.apis - {folder.name for folder in folders}
        for name in sorted(gone):
            self._say(f"{project.settings.spec}/{name} has no XSD any more, and is not built")

    def _of_no_api(self, project: Project, folders: Sequence[ApiSource]) -> tuple[str, ...]:
        """Return the packages that belong to no API any more, which are printed if they are not those of before."""
        if self.names:
            return ()
        found = tuple(project.shown(one) for one in manifest.find_orphans(project.output, folders))
        if found and (self.before is None or self.before.of_no_api != found):
            what = agreeing(
                len(found),
                "belongs to no API any more. Delete the folder, or restore its API.",
                "belong to no API any more. Delete the folders, or restore their APIs.",
            )
            warn(f"{', '.join(found)} {what}")
        return found

    def _build(self, project: Project, folder: ApiSource, package: Path, imports: ImportCheck) -> None:
        """Build one package, install it, and print what changed."""
        from schemapress.build.emission import emit

        shown = project.shown(package)
        started = perf_counter()
        with Progress(shown, is_shown=not self.is_quiet) as progress:
            emission = emit(project, folder, progress.step)
            from schemapress.build.install import install  # only now: `emit` starts what takes longest

            def check(staged: Path) -> None:
                progress.step("import check")
                imports.check(staged, emission.modules, package, emission.extension_modules)

            done = install(emission.files, package, check)
        self._tell(folder, shown, emission, done, perf_counter() - started)

    def _tell(self, folder: ApiSource, shown: str, emission: Emission, done: Installed, seconds: float) -> None:
        self._tell_files(folder, shown, emission, done, seconds)
        for line in _passes(emission.passes) if self.is_verbose else ():
            self._say(f"  {line}")

    def _tell_files(self, folder: ApiSource, shown: str, emission: Emission, done: Installed, seconds: float) -> None:
        if not (done.added or done.changed or done.removed):
            self._say(f"{shown} is as it was ({seconds:.1f} s)")
            return
        for class_name, elements in emission.lost.unordered:
            warn(_lost_order(class_name, elements))
        if emission.lost.absent:
            warn(_seem_absent(emission.lost.absent))
        counts = {"added": done.added, "changed": done.changed, "removed": done.removed}
        files = ", ".join(f"{len(paths)} {what}" for what, paths in counts.items() if paths)
        self._say(f"{shown} from {_sources(folder)}: {files} ({seconds:.1f} s)")
        if compound := emission.compound_fields:
            has, keeps = agreeing(compound, "has", "have"), agreeing(compound, "keeps", "keep")
            fields = counted(compound, "field")
            self._say(f"  {fields} {has} elements that can stand in more than one order, and {keeps} it.")
        for mark, paths in (("+", done.added), ("~", done.changed), ("-", done.removed)) if self.is_verbose else ():
            for path in paths:
                lines = emission.files[path].count(b"\n") if path in emission.files else 0
                self._say(f"  {mark} {path}" + (f"  {lines} {plural('line', lines)}" if lines else ""))

    def _say(self, text: str) -> None:
        if not self.is_quiet:
            click.echo(text)


_MOST_NAMED = 3
"""Entry documents that are named; of more, their number is told."""


def _lost_order(class_name: str, elements: Sequence[str]) -> str:
    named = list(dict.fromkeys(f"<{name}>" for name in elements))
    return (
        f"{class_name} has plain fields for {', '.join(named[:-1])} and {named[-1]}, which can stand in more than one "
        "order: an object that is made or changed by hand loses it."
    )


_MOST_CLASSES = 3
"""Classes with slots that a warning names, with their elements; of more, their number is told."""


def _seem_absent(absent: Sequence[tuple[str, Sequence[str]]]) -> str:
    named = [
        f"{name} ({', '.join(f'<{element}>' for element in elements)})" for name, elements in absent[:_MOST_CLASSES]
    ]
    more = len(absent) - len(named)
    return (
        "objects with slots have no place to remember an optional element that is nil, or a list without items, and "
        f"write it as absent: {', '.join(named)}{f' and {more:,} more' if more else ''}. "
        "Without `slots` they remember it."
    )


_MOST_ROOTS = 10
"""Roots of which `--verbose` says how they are read; of more, their number is told."""


def _passes(passes: Sequence[tuple[str, str | None]]) -> Iterator[str]:
    for root, reason in passes[:_MOST_ROOTS]:
        yield f"<{root}> is read by the scanner" if reason is None else f"<{root}> is read tag by tag: {reason}"
    if (more := len(passes) - _MOST_ROOTS) > 0:
        yield f"and {more} more"


def _sources(folder: ApiSource) -> str:
    names = [path.name for path in folder.sources]
    return ", ".join(names) if len(names) <= _MOST_NAMED else f"{names[0]} and {len(names) - 1} more entry documents"


_BETWEEN_LOOKS = 0.3
"""Seconds between two looks at the files of a project, at least; looking takes a fifth of the time at most."""

_SETTLED = 0.1
"""Seconds in which no file has to change before a build begins, so that a program that saves several is done."""


def _watch(project: Project, this: _Round) -> NoReturn:
    """Build, and build again after each change, until the process is interrupted; errors are printed."""
    from schemapress.build.watched import find_changed, forget, read_stamps, read_stamps_of_sources

    is_first, outcome = True, None
    while True:
        before = read_stamps(project)
        try:
            outcome = replace(this, before=outcome).run(project)
        except SchemapressError as error:
            tell(error)
            outcome = outcome and outcome.all_failed()
        before = {
            **read_stamps_of_sources(project),
            **before,
        }  # a round names files outside of the roots
        if is_first and not this.is_quiet:
            click.echo(f"Watching {counted(len(before), 'file')}. Ctrl-C ends this.", err=True)
        is_first, this = False, replace(this, force=False)
        while True:
            now = _looked(project)
            found = find_changed(before, now)
            if not this.is_quiet and found:
                more = f" and {len(found) - 1} more" if len(found) > 1 else ""
                click.echo(f"{os.path.relpath(found[0], project.root)}{more} changed", err=True)
            before = now
            if found and (loaded := _loaded(project)) is not None:
                project = loaded
                break
            if found:
                outcome = outcome and outcome.all_failed()
        forget((project.settings.bindings or {}).values())


def _looked(project: Project) -> Stamps:
    """Wait, and return the stamps of a project's files once they stay as they are."""
    from schemapress.build.watched import read_stamps

    started = perf_counter()
    now = read_stamps(project)
    took = perf_counter() - started
    sleep(max(_BETWEEN_LOOKS, 4 * took))
    while (later := read_stamps(project)) != now:
        now = later
        sleep(max(_SETTLED, 4 * took))
    return now


def _loaded(project: Project) -> Project | None:
    """Return a project as its settings are now; None where they are wrong, which is printed."""
    try:
        return project_to_build(project.root)
    except SchemapressError as error:
        tell(error)
        return None
