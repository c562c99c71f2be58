"""Where the copies of schema documents are put: where an earlier capture put them, or as they are at the publisher."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemapress.errors import SchemapressError
from schemapress.load.roots import is_remote

from .following import Fetched, references_in


def places(files: Sequence[Path], top: Path, fetched: Fetched, kept: Mapping[str, str]) -> dict[Path, str]:
    """Return where each file is put in the folder of the specification.

    Files that refer to each other by relative paths stay as they are to each other. `kept` has where files are already,
    by their URLs: they stay there, and the others are put relative to them. Files of which none is there already are
    put as they are below `top`.

    Raises:
        SchemapressError: a file would be outside of the folder, or two files would have one place.
    """
    found: dict[Path, str] = {}
    for group in _groups(files):
        there = [(path, kept[url]) for path in group if (url := _url(path, fetched)) in kept]
        for path in group:
            found[path] = _beside(path, *there[0], fetched, kept) if there else fetched.place_of(path, top)
    taken: dict[str, Path] = {}
    for path, place in found.items():
        other = taken.setdefault(place, path)
        if other != path:
            message = f"This would become {place}, and so would {_name(other, fetched)}."
            raise SchemapressError(message, place=_name(path, fetched), hint="Capture one of them into another folder.")
    return found


def _beside(path: Path, first: Path, place: str, fetched: Fetched, kept: Mapping[str, str]) -> str:
    """Return where a file is put that refers to `first`, or is referred to by it, if that one is at `place`."""
    way = Path(os.path.relpath(path, first.parent)).as_posix()
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(place), way))
    own = kept.get(_url(path, fetched), beside)
    there = f"{_name(first, fetched)} is at {place} in it"
    if beside.startswith("../"):
        below = "/".join(first.parent.parts[-beside.split("/").count("..") :])
        message = f"This would be put outside of the folder, at {beside}, for {there}."
        hint = (
            f"Move all XSDs of the folder, and those of its .captured, into a folder {below} in each, put {below}/ "
            "before each `schema` in decisions.toml, and capture again. Or capture into another folder."
        )
        raise SchemapressError(message, place=_name(path, fetched), hint=hint)
    if own != beside:
        message = f"This is at {own} in the folder, and would have to be at {beside}, for {there}."
        hint = (
            f"Move {own} and .captured/{own} there, and change its `schema` in decisions.toml. "
            "Or capture into another folder."
        )
        raise SchemapressError(message, place=_name(path, fetched), hint=hint)
    return own


def _groups(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Yield the files in groups, those together that relative references join."""
    joined: dict[Path, set[Path]] = {path: set() for path in files}
    for path in files:
        for target in _targets(path):
            if target in joined:
                joined[path].add(target)
                joined[target].add(path)
    seen: set[Path] = set()
    for path in files:
        group: dict[Path, None] = {}
        waiting = [path]
        while waiting:
            one = waiting.pop(0)
            if one not in seen:
                seen.add(one)
                group[one] = None
                waiting += sorted(joined[one])
        if group:
            yield list(group)


def _targets(path: Path) -> Iterator[Path]:
    """Yield the files that a document refers to by relative paths; what is wrong with it was told when it was read."""
    for reference in references_in(path):
        location = reference.get("schemaLocation", "").strip()
        if location and not is_remote(location):
            yield (path.parent / unquote(urlsplit(location).path)).resolve()


def _url(path: Path, fetched: Fetched) -> str:
    download = fetched.downloads.get(path)
    return "" if download is None else download.url


def _name(path: Path, fetched: Fetched) -> str:
    return _url(path, fetched) or str(path)
