"""Which files a schema may be read from: none that it was not given, and nothing from the network."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemapress.errors import SchemapressError

from . import SHIPPED

CATALOG = "catalog.xml"
"""The XML catalog that is looked for beside a schema, and in the folders above."""

RELATIVE = "Write a path relative to this document."


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders that files are read from, wherever links lead, and the files that URLs and namespaces stand for.

    `folders` are paths without links; the schemas that come with this package can always be read. `locations` has the
    files that somebody named for URLs or namespaces; `catalogs` are asked after the ones beside a schema.
    """

    folders: tuple[Path, ...]
    locations: tuple[tuple[str, Path], ...] = ()
    catalogs: tuple[Path, ...] = ()

    def holds(self, path: Path) -> bool:
        """Whether a file lies in one of the folders, wherever links lead."""
        try:
            real = path.resolve()
            path.is_file()
        except (OSError, RuntimeError, ValueError):  # a name that no file can have, or links in a circle
            return False
        return any(real.is_relative_to(folder) for folder in (*self.folders, SHIPPED))


NOTHING = Roots(())
"""No folder, no location and no catalog: what is known outside of a project."""


def roots_of(
    folders: Iterable[Path], locations: Mapping[str, Path] | None = None, catalogs: Iterable[Path] = ()
) -> Roots:
    """Return roots; the files of locations may be read wherever they are, and so may catalogs."""
    named = tuple((locations or {}).items())
    beside = (*(file for _, file in named), *catalogs)
    resolved = dict.fromkeys(path.resolve() for path in (*folders, *beside))
    return Roots(tuple(resolved), named, tuple(catalogs))


def roots_around(
    paths: Iterable[Path], locations: Mapping[str, Path] | None = None, catalogs: Iterable[Path] = ()
) -> Roots:
    """Return the roots of files that somebody named: for each, the folder that its own folder lies in.

    So a schema in `maindoc/` may refer to `../common/`. Where that would be the root of the file system, its own
    folder is taken. Of a catalog it is its own folder, where the files are that it gives.
    """
    found: dict[Path, None] = {}
    for path in paths:
        for folder in (path.resolve().parent, path.parent.resolve()):
            found[folder if folder.parent == Path(folder.anchor) else folder.parent] = None
    catalogs = tuple(catalogs)
    found.update(dict.fromkeys(catalog.resolve().parent for catalog in catalogs))
    return roots_of(found, locations, catalogs)


def xsds(folder: Path) -> tuple[Path, ...]:
    """Return the XSDs in a folder and the folders below, hidden ones apart, in the order of their paths."""
    return tuple(path for path in files_below(folder, ".xsd") if path.is_file())


def files_below(folder: Path, suffix: str, refused: Callable[[OSError], None] | None = None) -> tuple[Path, ...]:
    """Return what ends in a suffix, in any case, in a folder and the folders below, in the order of their paths.

    Hidden files and folders are left out. A folder that can't be read is passed over, and `refused` gets the error.
    """
    return tuple(sorted(_below(folder, suffix, refused)))


def _below(folder: Path, suffix: str, refused: Callable[[OSError], None] | None) -> Iterator[Path]:
    for inside, folders, names in os.walk(folder, onerror=refused):
        folders[:] = [name for name in folders if name[0] != "."]
        yield from (Path(inside, name) for name in names if name[0] != "." and name.lower().endswith(suffix))


def is_remote(location: str) -> bool:
    """Whether a location is a URL of another machine, or of a scheme that is not a file's."""
    try:
        parts = urlsplit(location.strip())
    except ValueError:
        return True
    return bool(parts.netloc) or (len(parts.scheme) > 1 and parts.scheme != "file")


def located(location: str, document: Path, roots: Roots, place: str) -> Path:
    """Return the file that a location in a document names, which need not be there.

    Raises:
        SchemapressError: it is a URL or an absolute path, is not UTF-8, or lies outside of the roots.
    """
    shown = location if len(location) <= 200 else f"{location[:200]}…"
    if is_remote(location):
        message = f"This refers to {shown!r}, which is no file on this machine; nothing is fetched."
        raise SchemapressError(message, place=place, hint=SAVE)
    try:
        path = unquote(urlsplit(location.strip()).path, errors="strict")
    except UnicodeDecodeError:
        message = f"This refers to {shown!r}, which is the name of a file in another encoding than UTF-8."
        raise SchemapressError(message, place=place, hint="Rename the file, and refer to it by the new name.") from None
    if urlsplit(location.strip()).scheme or path.startswith("/") or "\\" in path or "\0" in path:
        raise SchemapressError(f"This refers to {shown!r}, which is no relative path.", place=place, hint=RELATIVE)
    file = document.parent / path
    if not roots.holds(file):
        message = f"This refers to {shown!r}, which is outside of the folders that may be read."
        raise SchemapressError(message, place=place, hint=outside_hint(roots))
    return file


SAVE = "Save it below the specification, and name the file for it: [tool.schemapress.locations], or a catalog.xml."
"""What to do about a document that is on the network."""


def outside_hint(roots: Roots) -> str:
    """Return what to do about a file that is outside of the roots."""
    listed = ", ".join(map(str, roots.folders))
    return f"Those are {listed}. Move the file there, or name its folder: `roots` in [tool.schemapress]."
