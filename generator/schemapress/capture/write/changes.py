"""Compares the schemas of a folder before and after a capture."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from schemapress.diff.comparison import Comparison, compare
from schemapress.diff.inputs.version import Reading, Version
from schemapress.errors import SchemapressError
from schemapress.load.entries import find_entries
from schemapress.load.roots import Roots, roots_of, xsds

from .staging import add_folder, locations_in_copy


def compare_with_earlier(folder: Path, earlier: Path, named: Roots) -> Comparison | None:
    """Compare a folder with its earlier copy; return None if no earlier XSD was changed or removed.

    Both are read from their entry documents; `named` are the roots of the project.

    Raises:
        SchemapressError: one of the two can't be loaded.
    """
    files = xsds(earlier)
    if all(_is_same(file, folder / file.relative_to(earlier)) for file in files) or not xsds(folder):
        return None
    locations = locations_in_copy(dict(named.locations), folder, earlier)
    roots = roots_of([earlier, *named.folders], locations, named.catalogs)
    before = _read_version(f"{folder} before", earlier, folder, roots)
    after = _read_version(str(folder), folder, folder, add_folder(named, folder))
    try:
        return compare(folder.name, before, after, kinds=("documents", "endpoint"))
    except SchemapressError as error:
        message = error.message.replace(str(earlier), str(folder))
        raise SchemapressError(message, place=error.place, hint=error.hint) from None


def _is_same(file: Path, other: Path) -> bool:
    return other.is_file() and file.read_bytes() == other.read_bytes()


def _read_version(name: str, path: Path, display: Path, roots: Roots) -> Version:
    entries = find_entries(xsds(path), roots)
    inside = Path(os.path.relpath(entries[0].resolve().parent, path.resolve())).as_posix()
    return Version(name, entries, posixpath.normpath(posixpath.join(display.as_posix(), inside)), Reading(roots=roots))
