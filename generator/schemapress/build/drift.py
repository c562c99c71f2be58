"""Compares a package on disk with the output of a build."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import manifest


def diff_package(files: Mapping[str, bytes], package: Path, name: str) -> Iterator[str]:
    """Yield the lines of a unified diff from the files on disk to `files`; none if they are the same.

    Files that stand in the package and were never generated do not count, and neither does CRLF for LF, which git may
    write; `name` is how the diff calls the package.
    """
    stale = set(manifest.listed_files(manifest.read(package))) - set(files)
    for path in sorted({*files, *stale}):
        there, wanted = _read(package / path), files.get(path)
        if there == wanted:
            continue
        before = "/dev/null" if there is None else f"{name}/{path}"
        after = "/dev/null" if wanted is None else f"{name}/{path} (as it would be built)"
        for line in difflib.unified_diff(_lines(there), _lines(wanted), before, after, lineterm=""):
            yield line.rstrip("\n")


def _read(path: Path) -> bytes | None:
    try:
        return manifest.with_line_feeds(path.read_bytes())
    except OSError:
        return None


def _lines(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode("utf-8", "replace").splitlines()
