"""Putting a package in place at once, so that whoever looks sees the old one whole or the new one whole."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from schemapress.errors import SchemapressError

from . import manifest

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation changed; paths inside the package."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def install(files: dict[str, bytes], package: Path) -> Installed:
    """Make a folder have exactly these generated files; files that the generator did not write stay as they are.

    The new folder is made ready beside the old one, with the other files linked into it, and then takes
    its place in one step.

    Raises:
        SchemapressError: a file that the generator did not write is in the way, or the disk refuses.
    """
    old = manifest.listed_files(manifest.read(package))
    for path in files:
        if path not in old and path != manifest.NAME and (package / path).exists():
            raise SchemapressError(
                "This file is in the way: a file of this name is to be generated.",
                place=str(package / path),
                hint="Move it elsewhere.",
            )
    generated = {*old, manifest.NAME}
    before = {path: (package / path).read_bytes() for path in generated if (package / path).is_file()}
    staging = package.with_name(f".{package.name}.staging-{os.getpid()}")
    try:
        package.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(package)
        staging.mkdir()
        for path, data in files.items():
            file = staging / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        _link_others(package, staging, generated | set(files))
        _exchange(staging, package)
    except OSError as error:
        raise SchemapressError(f"The package can't be written: {error.strerror}.", place=str(error.filename)) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Installed(
        added=tuple(sorted(path for path in files if path not in before)),
        changed=tuple(sorted(path for path in files if path in before and before[path] != files[path])),
        removed=tuple(sorted(path for path in before if path not in files)),
    )


def _remove_leftovers(package: Path) -> None:
    """Remove what a build that was killed left beside the package."""
    for leftover in package.parent.glob(f".{package.name}.staging-*"):
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
                os.link(package / path, staging / path, follow_symlinks=False)
        for name in folders:
            path = inside / name
            if (package / path).is_symlink():
                os.symlink(os.readlink(package / path), staging / path)
            elif not any((package / path).iterdir()):
                (staging / path).mkdir(parents=True, exist_ok=True)


def _exchange(staging: Path, package: Path) -> None:
    """Swap two folders; where the system can't do that in one step, move the old one aside first."""
    if not package.exists():
        staging.rename(package)
        return
    if sys.platform == "linux":
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if (
            rename is not None
            and rename(_AT_FDCWD, os.fsencode(staging), _AT_FDCWD, os.fsencode(package), _RENAME_EXCHANGE) == 0
        ):
            return
    aside = staging.with_name(staging.name + "-old")
    package.rename(aside)
    staging.rename(package)
    aside.rename(staging)
