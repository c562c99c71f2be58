"""The inputs of a build, with the time of the last change of each, for `--watch`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import invalidate_caches
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.load.roots import CATALOG, ENDPOINT_FILE, files_below
from schemapress.project import Project

from . import manifest

Stamps = Mapping[Path, tuple[int, int]]
"""When each file was changed last, in nanoseconds, and its size."""


def read_stamps(project: Project) -> Stamps:
    """Return the stamps of all files of a project that the digest of any of its packages covers.

    These are the settings, the templates, and whatever a schema may be made of: the XSDs and catalogs of the
    specifications and of the other roots, the files of endpoint facts, what `locations` and `catalogs` name, what was
    read for the packages that are there, and the packages that have bindings.
    """
    return {**_stamp(_files(project)), **read_stamps_of_sources(project)}


def read_stamps_of_sources(project: Project) -> Stamps:
    """Return the stamps of the files that were read for the packages of a project."""
    try:
        apis = project.apis()
    except SchemapressError:
        return {}
    return _stamp(file for api in apis for file in manifest.files_of(project.output / api.package, api.folder))


def _stamp(files: Iterable[Path]) -> Stamps:
    stamps = {}
    for file in files:
        with suppress(OSError):
            stat = file.stat()
            stamps[file.resolve()] = stat.st_mtime_ns, stat.st_size
    return stamps


def _files(project: Project) -> Iterator[Path]:
    settings = project.settings
    yield project.root / "pyproject.toml"
    yield from (*project.locations.values(), *project.catalogs)
    yield from files_below(project.root / settings.spec, ENDPOINT_FILE)
    for folder in (settings.spec, *settings.roots):
        yield from files_below(project.root / folder, ".xsd")
        yield from files_below(project.root / folder, CATALOG)
    if project.templates is not None:
        yield from files_below(project.templates, ".jinja")
    for package in (settings.bindings or {}).values():
        yield from manifest.modules_of(package)


def find_changed(before: Stamps, now: Stamps) -> list[Path]:
    """Return the files that were added, changed or removed between two stamps."""
    return sorted(path for path in {*before, *now} if before.get(path) != now.get(path))


def forget(packages: Iterable[str]) -> None:
    """Take modules out of those that Python has imported, so that their files are read again."""
    invalidate_caches()
    for package in packages:
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            del sys.modules[name]
