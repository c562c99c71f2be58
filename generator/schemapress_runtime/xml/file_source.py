"""Files that documents are read from: paths, and files that are open."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

FileSource = str | os.PathLike[str] | IO[bytes]
"""The path of a file, or a file that is open for bytes."""

_COPIED_BYTES = 1 << 18
"""Bytes that are copied at once."""


@contextmanager
def open_source(source: FileSource) -> Iterator[IO[bytes]]:
    """Open a path, and close it at the end; a file that is open stays so.

    Raises:
        OSError: the file can't be opened.
        TypeError: the source is neither a path nor a file.
    """
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            yield file
        return
    if not hasattr(source, "read"):
        hint = "; decode and validate take bytes" if isinstance(source, bytes) else ""
        raise TypeError(f"expected a path or a file, not {type(source).__name__}{hint}")
    yield source


def is_seekable(file: IO[bytes]) -> bool:
    """Whether a file can be read again from a place."""
    seekable = getattr(file, "seekable", None)
    return seekable is not None and bool(seekable())


@contextmanager
def readable_again(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """Give a file that can be read again from a place: a temporary copy of one that can be read only once."""
    if is_seekable(file):
        yield file
        return
    with tempfile.TemporaryFile() as copied:
        shutil.copyfileobj(file, copied, _COPIED_BYTES)
        copied.seek(0)
        yield copied
