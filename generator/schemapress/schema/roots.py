"""Which files a schema may be read from: none that it was not given, and nothing from the network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemapress.errors import SchemapressError

Roots = tuple[Path, ...]
"""Folders; a file is read only from inside of one, wherever links lead (paths without links)."""

RELATIVE = "Write a path relative to this document."


def roots_of(folders: Iterable[Path]) -> Roots:
    """Return folders as roots."""
    return tuple(dict.fromkeys(folder.resolve() for folder in folders))


def roots_around(paths: Iterable[Path]) -> Roots:
    """Return the roots of files that somebody named: for each, the folder that its own folder lies in.

    So a schema in `maindoc/` may refer to `../common/`. Where that would be the root of the file system, its own
    folder is taken.
    """
    found: dict[Path, None] = {}
    for path in paths:
        for folder in (path.resolve().parent, path.parent.resolve()):
            found[folder if folder.parent == Path(folder.anchor) else folder.parent] = None
    return tuple(found)


def is_inside(path: Path, roots: Roots) -> bool:
    """Whether a file lies in one of the roots, wherever links lead."""
    try:
        real = path.resolve()
        path.is_file()
    except (OSError, RuntimeError, ValueError):  # a name that no file can have, or links in a circle
        return False
    return any(real.is_relative_to(root) for root in roots)


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
        raise SchemapressError(message, place=place, hint="Save it beside this document, and refer to that file.")
    try:
        path = unquote(urlsplit(location.strip()).path, errors="strict")
    except UnicodeDecodeError:
        message = f"This refers to {shown!r}, which is the name of a file in another encoding than UTF-8."
        raise SchemapressError(message, place=place, hint="Rename the file, and refer to it by the new name.") from None
    if urlsplit(location.strip()).scheme or path.startswith("/") or "\\" in path or "\0" in path:
        raise SchemapressError(f"This refers to {shown!r}, which is no relative path.", place=place, hint=RELATIVE)
    file = document.parent / path
    if not is_inside(file, roots):
        message = f"This refers to {shown!r}, which is outside of the folders that may be read."
        raise SchemapressError(message, place=place, hint=outside_hint(roots))
    return file


def outside_hint(roots: Roots) -> str:
    """Return what to do about a file that is outside of the roots."""
    listed = ", ".join(map(str, roots))
    return f"Those are {listed}. Move the file there, or name its folder: `locations` in [tool.schemapress], or --root."
