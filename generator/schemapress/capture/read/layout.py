"""Places copies of schema documents: where an earlier capture put them, or in the layout of the publisher."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemapress.errors import SchemapressError
from schemapress.load.roots import is_remote

from .reference_fetcher import FetchedFiles, references_in


def lay_out(files: Sequence[Path], top: Path, fetched: FetchedFiles, kept: Mapping[str, str]) -> dict[Path, str]:
    """Return the path of each file in the folder of the specification.

    Files that refer to each other by relative paths keep their relative positions. `kept` has the paths of files that
    are there already, by URL: they stay, and related files are placed relative to them. All other files keep their
    paths below `top`.

    Raises:
        SchemapressError: a file would lie outside the folder, or two files would have one path.
    """
    layout: dict[Path, str] = {}
    for group in _groups(files):
        there = [(path, kept[url]) for path in group if (url := _url(path, fetched)) in kept]
        for path in group:
            layout[path] = _place_beside(path, *there[0], fetched, kept) if there else fetched.place_of(path, top)
    taken: dict[str, Path] = {}
    for path, place in layout.items():
        other = taken.setdefault(place, path)
        if other != path:
            message = f"This would become {place}, and so would {_name(other, fetched)}."
            raise SchemapressError(message, place=_name(path, fetched), hint="Capture one of them into another folder.")
    return layout


def _place_beside(path: Path, first: Path, place: str, fetched: FetchedFiles, kept: Mapping[str, str]) -> str:
    """Return the path of a file relative to the related file `first`, which is at `place`."""
    way = Path(os.path.relpath(path, first.parent)).as_posix()
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(place), way))
    own = kept.get(_url(path, fetched), beside)
    reason = f"because {_name(first, fetched)} is at {place}"
    if beside.startswith("../"):
        below = "/".join(first.parent.parts[-beside.split("/").count("..") :])
        message = f"This would be put outside the folder, at {beside}, {reason}."
        hint = (
            f"Move all XSDs of the folder, and those of its .captured, into a folder {below} in each, put {below}/ "
            "before each `schema` in decisions.toml, and capture again. Or capture into another folder."
        )
        raise SchemapressError(message, place=_name(path, fetched), hint=hint)
    if own != beside:
        message = f"This is at {own} in the folder, but would have to be at {beside}, {reason}."
        hint = (
            f"Move {own} and .captured/{own} there, and change its `schema` in decisions.toml. "
            "Or capture into another folder."
        )
        raise SchemapressError(message, place=_name(path, fetched), hint=hint)
    return own


def _groups(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Yield the files in groups that are connected by relative references."""
    related: dict[Path, set[Path]] = {path: set() for path in files}
    for path in files:
        for target in _targets(path):
            if target in related:
                related[path].add(target)
                related[target].add(path)
    seen: set[Path] = set()
    for path in files:
        group: dict[Path, None] = {}
        waiting = [path]
        while waiting:
            file = waiting.pop(0)
            if file not in seen:
                seen.add(file)
                group[file] = None
                waiting += sorted(related[file])
        if group:
            yield list(group)


def _targets(path: Path) -> Iterator[Path]:
    """Yield the files that a document refers to by relative paths; its errors were reported when it was read."""
    for reference in references_in(path):
        location = reference.get("schemaLocation", "").strip()
        if location and not is_remote(location):
            yield (path.parent / unquote(urlsplit(location).path)).resolve()


def _url(path: Path, fetched: FetchedFiles) -> str:
    download = fetched.downloads.get(path)
    return "" if download is None else download.url


def _name(path: Path, fetched: FetchedFiles) -> str:
    return _url(path, fetched) or str(path)
