"""The folder of cached schemas: whom it must belong to, how an entry gets there and goes away."""

from __future__ import annotations

import logging
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LOG = logging.getLogger(__name__)

_SUFFIX = ".schema"
"""The suffix of entries. Nothing else in the folder is read or removed, but what is left of an interrupted write."""

_UNFINISHED = ".unfinished"
_OLD = 3_600
"""Seconds after which a file that is being written counts as left behind by a process that was ended."""

MOST_BYTES = 512_000_000
"""Bytes of all entries. When a new one goes beyond, those that were not used for the longest time are removed."""

OPEN_TO_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def default_folder() -> Path | None:
    """Return the folder for caches that the platform gives to the user; None where the user has no home."""
    try:
        home = Path.home()
    except RuntimeError:
        home = None
    named, fallback = {
        "win32": ("LOCALAPPDATA", "AppData/Local"),
        "darwin": ("XDG_CACHE_HOME", "Library/Caches"),
    }.get(sys.platform, ("XDG_CACHE_HOME", ".cache"))
    base = os.environ.get(named, "")
    if os.path.isabs(base):  # the XDG Base Directory Specification has relative paths ignored
        return Path(base, "schemapress")
    return None if home is None or home == Path(home.anchor) else home / fallback / "schemapress"


@dataclass(frozen=True, slots=True)
class CacheFolder:
    """A folder of entries. Whatever goes wrong in it, the caller gets nothing from it, and no error."""

    path: Path
    most_bytes: int = MOST_BYTES

    def find_fault(self) -> str | None:
        """Return why the folder is not used, as a sentence; None if nobody else decides on it, or it is not there."""
        try:
            fault = _find_stranger(os.stat(self.path))
        except OSError:
            return None
        return None if fault is None else f"The cache {self.path} is not used: {fault}."

    def read(self, key: str) -> bytes | None:
        """Return the bytes of an entry; None where there is none that the user alone can have written."""
        file = self._entry(key)
        try:
            if self.find_fault() is not None:
                return None
            with open(file, "rb", opener=_open_no_link) as opened:
                status = os.fstat(opened.fileno())
                if _find_stranger(status) is not None or not stat.S_ISREG(status.st_mode):
                    return None
                data = opened.read()
            with suppress(OSError):
                os.utime(file)  # the time of its last use
        except OSError:
            return None
        return data

    def write(self, key: str, data: bytes) -> None:
        """Write an entry, which replaces an older one at once, and remove what is beyond the size of the folder."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.find_fault() is not None:
                return
            unfinished = self.path / f"{os.urandom(16).hex()}{_UNFINISHED}"
            try:
                with open(unfinished, "xb", opener=_open_private) as file:
                    file.write(data)
                os.replace(unfinished, self._entry(key))
            except BaseException:
                with suppress(OSError):
                    unfinished.unlink()
                raise
            self._purge(key)
        except OSError as error:
            _LOG.info("The schema is not cached: %s", error)

    def entries(self) -> list[tuple[Path, os.stat_result]]:
        """Return the entries with their sizes and times, those that were used last at the end."""
        found = [(path, status) for path, status in self._files() if path.suffix == _SUFFIX]
        return sorted(found, key=lambda entry: (entry[1].st_mtime_ns, entry[0]))

    def clear(self) -> int:
        """Remove all entries, and what is left of interrupted writes. Return the number of entries.

        Raises:
            OSError: one of them can't be removed.
        """
        removed = 0
        for path, _ in self._files():
            path.unlink(missing_ok=True)
            removed += path.suffix == _SUFFIX
        return removed

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        with suppress(FileNotFoundError), os.scandir(self.path) as found:
            for file in found:
                if file.name.endswith((_SUFFIX, _UNFINISHED)):
                    with suppress(FileNotFoundError):  # another process has removed it
                        yield Path(file.path), file.stat(follow_symlinks=False)

    def _purge(self, newest: str) -> None:
        now = time.time()
        for path, status in self._files():
            if path.suffix == _UNFINISHED and now - status.st_mtime > _OLD:
                path.unlink(missing_ok=True)
        entries = self.entries()
        surplus = sum(status.st_size for _, status in entries) - self.most_bytes
        for path, status in entries:
            if surplus > 0 and path != self._entry(newest):
                path.unlink(missing_ok=True)
                surplus -= status.st_size

    def _entry(self, key: str) -> Path:
        return self.path / f"{key}{_SUFFIX}"


def _open_no_link(path: str, flags: int) -> int:
    """Open a file that is no link, and wait for nobody who may write to it; for `open`, which closes it."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _open_private(path: str, flags: int) -> int:
    """Open a new file that nobody else can read; for `open`, which closes it."""
    return os.open(path, flags, 0o600)


def _find_stranger(status: os.stat_result) -> str | None:
    """Return what lets somebody else decide on a file or folder; None if nothing does."""
    if not hasattr(os, "geteuid"):
        return None  # Windows: the folder of a user is the user's own, and modes say nothing
    if status.st_uid != os.geteuid():
        return "it belongs to another user"
    return "others can write to it" if status.st_mode & OPEN_TO_OTHERS else None
