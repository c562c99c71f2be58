"""Which files a schema may be read from: none that it was not given, and nothing from the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    folder is taken.
    """
    found: dict[Path, None] = {}
    for path in paths:
        for folder in (path.resolve().parent, path.parent.resolve()):
            found[folder if folder.parent == Path(folder.anchor) else folder.parent] = None
    return roots_of(found, locations, catalogs)


def xsds(folder: Path) -> tuple[Path, ...]:
    """Return the XSDs in a folder and the folders below, hidden ones apart, in the order of their paths."""
    found = (path for path in folder.rglob("*.[xX][sS][dD]") if path.is_file())
    return tuple(sorted(path for path in found if not any(part[0] == "." for part in path.relative_to(folder).parts)))


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


SAVE = (
    "Save it below the specification, and name the file for it: `locations` in [tool.schemapress], --location, or a "
    "catalog.xml."
)
"""What to do about a document that is on the network."""


def outside_hint(roots: Roots) -> str:
    """Return what to do about a file that is outside of the roots."""
    listed = ", ".join(map(str, roots.folders))
    return f"Those are {listed}. Move the file there, or name its folder: `roots` in [tool.schemapress], or --root."
