"""What a capture changed of a folder: its schemas before and after, compared message by message."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path

from schemapress.diff.comparison import Comparison, compare
from schemapress.diff.inputs.version import Reading, Version
from schemapress.errors import SchemapressError
from schemapress.load.entries import find_entries
from schemapress.load.roots import Roots, roots_of, xsds

from .session import also_from, in_copy


def changes(folder: Path, earlier: Path, named: Roots) -> Comparison | None:
    """Return what differs between a folder and its earlier copy, or None where no earlier XSD changed or went.

    Both are read from their entry documents; `named` is what the project names.

    Raises:
        SchemapressError: one of the two does not load.
    """
    files = xsds(earlier)
    if all(_same(file, folder / file.relative_to(earlier)) for file in files) or not xsds(folder):
        return None
    locations = in_copy(dict(named.locations), folder, earlier)
    roots = roots_of([earlier, *named.folders], locations, named.catalogs)
    before = _version(f"{folder} before", earlier, folder, roots)
    after = _version(str(folder), folder, folder, also_from(folder, named))
    try:
        return compare(folder.name, before, after, kinds=("documents", "endpoint"))
    except SchemapressError as error:
        message = error.message.replace(str(earlier), str(folder))
        raise SchemapressError(message, place=error.place, hint=error.hint) from None


def _same(file: Path, other: Path) -> bool:
    return other.is_file() and file.read_bytes() == other.read_bytes()


def _version(name: str, path: Path, shown: Path, roots: Roots) -> Version:
    found = find_entries(xsds(path), roots)
    inside = Path(os.path.relpath(found[0].resolve().parent, path.resolve())).as_posix()
    return Version(name, found, posixpath.normpath(posixpath.join(shown.as_posix(), inside)), Reading(roots=roots))
