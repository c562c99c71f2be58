"""`schemapress build`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING, NoReturn

import click

from schemapress.build import manifest
from schemapress.cli import PROJECT_OPTION, load_project_to_build, print_error, warn
from schemapress.cli.progress import Progress
from schemapress.errors import NoMessages, SchemapressError
from schemapress.project import ApiSource, Project
from schemapress_runtime.report.amount import agreeing, counted, plural

if TYPE_CHECKING:
    from schemapress.build.emission import Emission
    from schemapress.build.install import Installed
    from schemapress.build.watched import Stamps


@click.command("build")
@click.argument("api", nargs=-1)
@click.option("--force", is_flag=True, help="Build packages that are up to date too.")
@click.option("--watch", is_flag=True, help="Build again whenever a source, a setting or a template changes.")
@click.option("--verbose", "-v", is_flag=True, help="List the changed files, and how each root element is read.")
@click.option("--quiet", "-q", is_flag=True, help="Print only warnings and errors.")
@PROJECT_OPTION
def command(api: tuple[str, ...], force: bool, watch: bool, verbose: bool, quiet: bool, start: str) -> None:
    """Generate the packages of all APIs, or of the named ones.

    Packages that are up to date stay as they are. Files beside the generated ones are never touched. If an API has an
    error, the other APIs are still built. With --watch, Ctrl-C ends the command.
    """
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet can't be combined. Pass one of them.")
    gc.set_threshold(100_000, 50, 100)  # a build keeps nearly everything, and collecting garbage takes long
    project = load_project_to_build(Path(start))
    round_ = _Round(api, force, verbose, quiet)
    if watch:
        _watch(project, round_)
    elif round_.run(project).failed:
        sys.exit(2)


@dataclass(frozen=True, slots=True)
class _RoundResult:
    """The names of the APIs of a round, of those with an error, and of the packages without an API."""

    apis: frozenset[str]
    failed: frozenset[str]
    orphans: tuple[str, ...]

    def reports_current(self, api: str) -> bool:
        """Whether the next round reports that an API is up to date: it is new, or had an error."""
        return api in self.failed or api not in self.apis

    def fail_all(self) -> _RoundResult:
        """Return the result of a next round that an error ends before any API is built."""
        return replace(self, failed=self.apis)


@dataclass(frozen=True, slots=True)
class _Round:
    """One build of the named APIs. `force` builds packages that are up to date too.

    After a round `before`, unchanged results are not reported again.
    """

    names: tuple[str, ...]
    force: bool
    is_verbose: bool
    is_quiet: bool
    before: _RoundResult | None = None

    def run(self, project: Project) -> _RoundResult:
        """Build the APIs, print the results and return them. An error that several APIs share is printed once.

        Raises:
            SchemapressError: there is no API of a name, or the settings are invalid.
        """
        folders = project.apis(self.names)
        self._report_removed(project, folders)
        failed: set[str] = set()
        printed: set[str] = set()
        for folder in folders:
            package = project.output / folder.package
            origin = manifest.find_origin(folder, project).also_from(manifest.sources_of(package), folder.folder)
            if not self.force and manifest.is_current(package, origin):
                modules = sorted(path.stem for path in package.glob("[!_]*.py"))
                if self.before is None or self.before.reports_current(folder.name):
                    self._say(f"{project.show(package)} is up to date: {', '.join(modules)}")
                continue
            try:
                self._build(project, folder, package)
            except NoMessages as nothing:
                if len(folders) == 1:
                    raise
                self._say(f"{project.show(folder.folder)} has no package: {nothing.message}")
            except SchemapressError as error:
                failed.add(folder.name)
                if str(error) not in printed:
                    print_error(error)
                printed.add(str(error))
        return _RoundResult(
            frozenset(folder.name for folder in folders), frozenset(failed), self._warn_of_orphans(project, folders)
        )

    def _report_removed(self, project: Project, folders: Sequence[ApiSource]) -> None:
        gone = set() if self.before is None else self.before.apis - {folder.name for folder in folders}
        for name in sorted(gone):
            self._say(f"{project.settings.spec}/{name} has no XSD any more and is not built")

    def _warn_of_orphans(self, project: Project, folders: Sequence[ApiSource]) -> tuple[str, ...]:
        """Return the packages without an API, with a warning if they are not those of the previous round."""
        if self.names:
            return ()
        orphans = tuple(project.show(package) for package in manifest.find_orphans(project.output, folders))
        if orphans and (self.before is None or self.before.orphans != orphans):
            predicate = agreeing(
                len(orphans),
                "has no API any more. Delete the folder, or restore its API.",
                "have no API any more. Delete the folders, or restore their APIs.",
            )
            warn(f"{', '.join(orphans)} {predicate}")
        return orphans

    def _build(self, project: Project, folder: ApiSource, package: Path) -> None:
        """Build one package, install it, and print what changed."""
        from schemapress.build.emit import emit

        shown = project.show(package)
        started = perf_counter()
        with Progress(shown, is_shown=not self.is_quiet) as progress:
            emission = emit(project, folder, progress.step)
            from schemapress.build.import_check import ImportCheck  # only now: `emit` starts what takes longest
            from schemapress.build.install import install

            def check(staged: Path) -> None:
                progress.step("import check")
                with progress.pause():
                    imports = ImportCheck(staged, emission.modules)
                imports.check(package, emission.extension_modules)

            done = install(emission.files, package, check)
        self._report(folder, shown, emission, done, perf_counter() - started)

    def _report(self, folder: ApiSource, shown: str, emission: Emission, done: Installed, seconds: float) -> None:
        self._report_files(folder, shown, emission, done, seconds)
        if emission.lacks_endpoints and (self.before is None or self.before.reports_current(folder.name)):
            command = f"`schemapress endpoints {folder.name}`"
            self._say(
                f"  No handlers or client were made: the API has no endpoint facts. {command} writes a first file."
            )
        for line in _describe_passes(emission.passes) if self.is_verbose else ():
            self._say(f"  {line}")

    def _report_files(self, folder: ApiSource, shown: str, emission: Emission, done: Installed, seconds: float) -> None:
        if not (done.added or done.changed or done.removed):
            self._say(f"{shown} is unchanged ({seconds:.1f} s)")
            return
        for class_name, elements in emission.lost.unordered:
            warn(_describe_lost_order(class_name, elements))
        if emission.lost.absent:
            warn(_describe_absent(emission.lost.absent))
        counts = {"added": done.added, "changed": done.changed, "removed": done.removed}
        files = ", ".join(f"{len(paths)} {change}" for change, paths in counts.items() if paths)
        self._say(f"{shown} from {_name_sources(folder)}: {files} ({seconds:.1f} s)")
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
"""Entry documents that are listed by name; more are counted."""


def _describe_lost_order(class_name: str, elements: Sequence[str]) -> str:
    named = list(dict.fromkeys(f"<{name}>" for name in elements))
    return (
        f"{class_name} has plain fields for {', '.join(named[:-1])} and {named[-1]}, which can stand in more than one "
        "order: an object that is made or changed in code loses the order."
    )


_MOST_CLASSES = 3
"""Classes with slots that a warning lists; more are counted."""


def _describe_absent(absent: Sequence[tuple[str, Sequence[str]]]) -> str:
    named = [
        f"{name} ({', '.join(f'<{element}>' for element in elements)})" for name, elements in absent[:_MOST_CLASSES]
    ]
    more = len(absent) - len(named)
    return (
        "objects with slots can't remember an optional element that is nil, or an empty list, and "
        f"write it as absent: {', '.join(named)}{f' and {more:,} more' if more else ''}. "
        "Turn off `slots` to keep them."
    )


_MOST_ROOTS = 10
"""Root elements that `--verbose` lists with how they are read; more are counted."""


def _describe_passes(passes: Sequence[tuple[str, str | None]]) -> Iterator[str]:
    for root, reason in passes[:_MOST_ROOTS]:
        yield f"<{root}> is read by the scanner" if reason is None else f"<{root}> is read tag by tag: {reason}"
    if (more := len(passes) - _MOST_ROOTS) > 0:
        yield f"and {more} more"


def _name_sources(folder: ApiSource) -> str:
    names = [path.name for path in folder.sources]
    return ", ".join(names) if len(names) <= _MOST_NAMED else f"{names[0]} and {len(names) - 1} more entry documents"


_BETWEEN_SCANS = 0.3
"""Minimum seconds between two scans of the files of a project; scanning takes at most a fifth of the time."""

_SETTLED = 0.1
"""Seconds without a change before a build begins, so that a program can finish saving several files."""


def _watch(project: Project, round_: _Round) -> NoReturn:
    """Build, and build again after each change, until the process is interrupted. Errors are printed."""
    from schemapress.build.watched import find_changed, forget, read_stamps, read_stamps_of_sources

    is_first, result = True, None
    while True:
        before = read_stamps(project)
        try:
            result = replace(round_, before=result).run(project)
        except SchemapressError as error:
            print_error(error)
            result = result and result.fail_all()
        before = {**read_stamps_of_sources(project), **before}  # a round adds files outside the roots that it read
        if is_first and not round_.is_quiet:
            click.echo(f"Watching {counted(len(before), 'file')}. Press Ctrl-C to stop.", err=True)
        is_first, round_ = False, replace(round_, force=False)
        while True:
            now = _wait_until_settled(project)
            files = find_changed(before, now)
            if not round_.is_quiet and files:
                more = f" and {len(files) - 1} more" if len(files) > 1 else ""
                click.echo(f"{os.path.relpath(files[0], project.root)}{more} changed", err=True)
            before = now
            if files and (reloaded := _reload(project)) is not None:
                project = reloaded
                break
            if files:
                result = result and result.fail_all()
        forget((project.settings.bindings or {}).values())


def _wait_until_settled(project: Project) -> Stamps:
    """Wait until the files of a project stop changing, and return their stamps."""
    from schemapress.build.watched import read_stamps

    started = perf_counter()
    now = read_stamps(project)
    took = perf_counter() - started
    sleep(max(_BETWEEN_SCANS, 4 * took))
    while (later := read_stamps(project)) != now:
        now = later
        sleep(max(_SETTLED, 4 * took))
    return now


def _reload(project: Project) -> Project | None:
    """Return a project with its current settings; print the error of invalid settings and return None."""
    try:
        return load_project_to_build(project.root)
    except SchemapressError as error:
        print_error(error)
        return None
