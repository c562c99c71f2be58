"""Temporary folders that a build works in; what a build that was killed left is removed by the next one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from schemapress.errors import write_error

try:
    import fcntl
except ImportError:  # not on Windows, where folders of killed builds stay
    fcntl = None  # type: ignore[assignment]  # asked before each use

CAN_LOCK = fcntl is not None
"""Whether a folder without a lock is known to be a leftover."""

_PREFIX = "schemapress-build-"
_MARK = ".schemapress-build"
"""A file that only these folders have, so that no other one is ever removed; who works in the folder has locked it."""


@contextlib.contextmanager
def workspace() -> Iterator[tuple[Path, int]]:
    """Give a temporary folder, and the file descriptor that holds its lock, which a child process can inherit.

    As long as a process has the lock, no other build takes the folder for a leftover.

    Raises:
        SchemapressError: the folder can't be made or written.
    """
    try:
        folder, lock = _make()
    except OSError as error:
        raise write_error(error, Path(tempfile.gettempdir())) from None
    try:
        yield folder, lock
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process is inside of this for the same folder."""
    lock = os.open(folder, os.O_RDONLY) if fcntl is not None else None
    try:
        if lock is not None:
            with contextlib.suppress(OSError):  # a file system without locks is for one build at a time
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _make() -> tuple[Path, int]:
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = os.open(folder / f"{_MARK}.new", os.O_RDWR | os.O_CREAT)
    if fcntl is not None:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX)
    (folder / f"{_MARK}.new").rename(folder / _MARK)  # from here on, and with its lock held, it can be a leftover
    return folder, lock


def _remove_leftovers() -> None:
    """Remove the folders of builds that were killed: those with the mark whose lock nobody holds any more."""
    if fcntl is None:
        return
    for mark in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_MARK}"):
        with contextlib.suppress(OSError):
            lock = os.open(mark, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if os.fstat(lock).st_uid == os.getuid():
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(mark.parent, ignore_errors=True)
            finally:
                os.close(lock)
