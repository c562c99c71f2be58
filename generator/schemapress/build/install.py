"""Replaces a package atomically: readers see the whole old package or the whole new one."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from schemapress.errors import SchemapressError, writing
from schemapress.file_mode import apply_umask
from schemapress.workspace import CAN_LOCK, alone_in

from . import manifest

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Installed:
    """The changes of an installation; paths inside the package."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def install(files: dict[str, bytes], package: Path, check: Callable[[Path], None] | None = None) -> Installed:
    """Make a folder have exactly these generated files; files that the generator did not write stay as they are.

    The new folder is made ready beside the old one, with the other files linked into it. `check` looks at it there,
    and raises where it must not be installed. Then it takes its place in one step. One build at a time does this.

    Raises:
        SchemapressError: a file that the generator did not write is in the way, or the disk refuses.
    """
    package = Path(os.path.realpath(package))
    with writing(package):
        package.parent.mkdir(parents=True, exist_ok=True)
        with alone_in(package.parent):
            return _install(files, package, check)


def _install(files: dict[str, bytes], package: Path, check: Callable[[Path], None] | None) -> Installed:
    _recover(package)
    old = manifest.listed_files(manifest.read(package))
    for path in files:
        if path not in old and path != manifest.MANIFEST and (package / path).exists():
            raise _in_the_way(package / path)
    if package.exists() and not package.is_dir():
        raise _in_the_way(package)
    generated = {*old, manifest.MANIFEST}
    before = {path: (package / path).read_bytes() for path in generated if (package / path).is_file()}
    staging = Path(tempfile.mkdtemp(prefix=f".{package.name}{_STAGING}", dir=package.parent))
    made: set[Path] = set()
    try:
        staging.chmod(apply_umask(0o777))
        for path, data in files.items():
            file = staging / path
            if file.parent not in made:
                file.parent.mkdir(parents=True, exist_ok=True)
                made.add(file.parent)
            if before.get(path) == data and not (package / path).is_symlink():
                _link(package / path, file)  # which takes less time than to write it, and keeps its time
            else:
                file.write_bytes(data)
        if check is not None:
            check(staging)
        _link_others(package, staging, generated | set(files))
        _exchange(staging, package)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Installed(
        added=tuple(sorted(path for path in files if path not in before)),
        changed=tuple(sorted(path for path in files if path in before and before[path] != files[path])),
        removed=tuple(sorted(path for path in before if path not in files)),
    )


_STAGING = ".staging-"
_ASIDE = "-old"
"""Ends the name of the folder that the package is in while the new one takes its place."""


_LEFTOVER = re.compile(rf"\.([A-Za-z_]\w*){re.escape(_STAGING)}[a-z0-9_]{{8}}({re.escape(_ASIDE)})?", re.ASCII)
"""The names that `tempfile` makes for the folders of a build: the package, and whether it is the one moved aside."""


def _in_the_way(path: Path) -> SchemapressError:
    message = "The build would overwrite this file, which it did not generate."
    return SchemapressError(message, place=str(path), hint="Move it elsewhere.")


def _recover(package: Path) -> None:
    """Put a package back that a killed build had moved aside, and remove other leftovers of such builds.

    What belongs to other packages is left alone where builds can't lock the folder: they may be at work on it.
    """
    mine = f".{package.name}{_STAGING}"
    for leftover in sorted(package.parent.iterdir()):
        match = _LEFTOVER.fullmatch(leftover.name)
        if match is None or leftover.is_symlink() or not (CAN_LOCK or leftover.name.startswith(mine)):
            continue
        name, is_aside = match.groups()
        if is_aside and manifest.read(leftover) is not None:
            _restore(leftover, leftover.with_name(name))
        if CAN_LOCK:
            shutil.rmtree(leftover, ignore_errors=True)


def _link_others(package: Path, staging: Path, generated: set[str]) -> None:
    """Take the files that are not generated along, as links to the same files; caches are made anew."""
    if not package.is_dir():
        return
    for folder, folders, names in os.walk(package):
        folders[:] = [name for name in folders if name != "__pycache__"]
        inside = Path(folder).relative_to(package)
        for name in names:
            path = inside / name
            if path.as_posix() not in generated:
                (staging / inside).mkdir(parents=True, exist_ok=True)
                _link(package / path, staging / path)
        for name in folders:
            path = inside / name
            if (package / path).is_symlink():
                os.symlink(os.readlink(package / path), staging / path)
            elif not any((package / path).iterdir()):
                (staging / path).mkdir(parents=True, exist_ok=True)


def _link(file: Path, target: Path) -> None:
    """Make a link to a file, or a copy of it where the disk has no such links."""
    try:
        os.link(file, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(file, target, follow_symlinks=False)


def _exchange(staging: Path, package: Path) -> None:
    """Swap two folders; where the system can't do that in one step, move the old one aside first.

    Where the new one then does not get in place, the old one goes back; after a kill, the next build puts it back.
    """
    if not package.exists():
        staging.rename(package)
        return
    if _swap(staging, package):
        return
    aside = staging.with_name(staging.name + _ASIDE)
    try:
        package.rename(aside)
        staging.rename(package)
    except BaseException:
        _restore(aside, package)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _swap(first: Path, second: Path) -> bool:
    """Swap two folders in one step; return whether the system could."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0)


def _restore(aside: Path, package: Path) -> None:
    """Put a package that was moved aside back, unless there is one in its place."""
    if aside.exists() and not package.exists():
        aside.rename(package)
