"""The files that a schema may be read from: only files in the given folders, and nothing from the network."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemapress.errors import SchemapressError

from . import SHIPPED

CATALOG = "catalog.xml"
"""The name of an XML catalog beside a schema, or in a folder above it."""

ENDPOINT_FILE = "endpoints.toml"
"""The name of a file of endpoint facts, in the folder of an API."""

RELATIVE = "Write a path relative to this document."


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders that files may be read from, and the files for URLs and namespaces.

    `folders` are paths without links; a file counts where its links lead. The schemas that come with this package can
    always be read. `locations` maps URLs and namespaces to files; `catalogs` are asked after those beside a schema.
    """

    folders: tuple[Path, ...]
    locations: tuple[tuple[str, Path], ...] = ()
    catalogs: tuple[Path, ...] = ()

    def holds(self, path: Path) -> bool:
        """Whether a file lies in one of the folders, after following links."""
        try:
            real = path.resolve()
            path.is_file()
        except (OSError, RuntimeError, ValueError):  # an impossible name, or links in a circle
            return False
        return any(real.is_relative_to(folder) for folder in (*self.folders, SHIPPED))


NO_ROOTS = Roots(())
"""No folder, no location and no catalog, as outside a project."""


def roots_of(
    folders: Iterable[Path], locations: Mapping[str, Path] | None = None, catalogs: Iterable[Path] = ()
) -> Roots:
    """Return roots. The files of locations, and catalogs, may be read wherever they are."""
    named = tuple((locations or {}).items())
    beside = (*(file for _, file in named), *catalogs)
    resolved = dict.fromkeys(path.resolve() for path in (*folders, *beside))
    return Roots(tuple(resolved), named, tuple(catalogs))


def roots_around(
    paths: Iterable[Path], locations: Mapping[str, Path] | None = None, catalogs: Iterable[Path] = ()
) -> Roots:
    """Return the roots of files that somebody named: for each file, the parent of its folder.

    So a schema in `maindoc/` may refer to `../common/`. If that is the root of the file system, the folder itself is
    taken. For a catalog it is the folder of the catalog.
    """
    folders: dict[Path, None] = {}
    for path in paths:
        for folder in (path.resolve().parent, path.parent.resolve()):
            folders[folder if folder.parent == Path(folder.anchor) else folder.parent] = None
    catalogs = tuple(catalogs)
    folders.update(dict.fromkeys(catalog.resolve().parent for catalog in catalogs))
    return roots_of(folders, locations, catalogs)


def xsds(folder: Path) -> tuple[Path, ...]:
    """Return the XSDs in a folder and its subfolders, without hidden ones, sorted by path."""
    return tuple(path for path in files_below(folder, ".xsd") if path.is_file())


def find_endpoint_file(folder: Path) -> Path | None:
    """Return the file of endpoint facts in the folder of an API, or None."""
    file = folder / ENDPOINT_FILE
    return file if file.is_file() else None


def files_below(folder: Path, suffix: str, refused: Callable[[OSError], None] | None = None) -> tuple[Path, ...]:
    """Return the files with a suffix, in upper or lower case, in a folder and its subfolders, sorted by path.

    Hidden files and folders are left out. A folder that can't be read is skipped, and `refused` gets the error.
    """
    return tuple(sorted(_below(folder, suffix, refused)))


def _below(folder: Path, suffix: str, refused: Callable[[OSError], None] | None) -> Iterator[Path]:
    for inside, folders, names in os.walk(folder, onerror=refused):
        folders[:] = [name for name in folders if name[0] != "."]
        yield from (Path(inside, name) for name in names if name[0] != "." and name.lower().endswith(suffix))


def is_remote(location: str) -> bool:
    """Whether a location is a URL with a host, or with another scheme than file."""
    try:
        parts = urlsplit(location.strip())
    except ValueError:
        return True
    return bool(parts.netloc) or (len(parts.scheme) > 1 and parts.scheme != "file")


def locate_file(location: str, document: Path, roots: Roots, place: str) -> Path:
    """Return the file that a location in a document names; the file need not exist.

    Raises:
        SchemapressError: the location is a URL or an absolute path, is not UTF-8, or lies outside the roots.
    """
    shown = location if len(location) <= 200 else f"{location[:200]}…"
    if is_remote(location):
        message = f"This refers to {shown!r}, which is not on this machine; nothing is fetched."
        raise SchemapressError(message, place=place, hint=SAVE)
    try:
        path = unquote(urlsplit(location.strip()).path, errors="strict")
    except UnicodeDecodeError:
        message = f"This refers to {shown!r}, a file name that is not UTF-8."
        raise SchemapressError(message, place=place, hint="Rename the file, and fix the reference.") from None
    if urlsplit(location.strip()).scheme or path.startswith("/") or "\\" in path or "\0" in path:
        raise SchemapressError(f"This refers to {shown!r}, which is not a relative path.", place=place, hint=RELATIVE)
    file = document.parent / path
    if not roots.holds(file):
        message = f"This refers to {shown!r}, which is outside the folders that may be read."
        raise SchemapressError(message, place=place, hint=outside_hint(roots))
    return file


SAVE = "Save it in the specification folder, and map the URL to the file: [tool.schemapress.locations], or catalog.xml."
"""How to fix a reference to a document on the network."""


def outside_hint(roots: Roots) -> str:
    """Return how to fix a reference to a file outside the roots."""
    listed = ", ".join(map(str, roots.folders))
    return f"Those are: {listed}. Move the file there, or add its folder to `roots` in [tool.schemapress]."
