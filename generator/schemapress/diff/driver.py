"""What `git diff` and `git log -p` show of an XSD, where git is told to ask schemapress (gitattributes(5))."""

from __future__ import annotations

import difflib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from schemapress.diff.comparison import compare
from schemapress.diff.report.text import printed
from schemapress.diff.review import Review
from schemapress.diff.versions.version import Reading, Version
from schemapress.errors import SchemapressError
from schemapress.load.roots import roots_of
from schemapress.project import limits_here


def shown(path: str, old: Path, new: Path) -> str:
    """Return what changed of a file: what the change breaks, or its text where that can't be said.

    `old` and `new` are files with the two texts, /dev/null where there is none. What the XSD includes is taken
    from the work tree.
    """
    title = f"schemapress diff a/{path} b/{path}\n"
    if not old.is_file() or not new.is_file():
        return title + _text(path, old, new)
    with tempfile.TemporaryDirectory(prefix="schemapress-diff-") as temporary:
        try:
            folder = Path(temporary).resolve()
            comparison = compare(path, _placed(folder / "a", path, old), _placed(folder / "b", path, new))
        except SchemapressError as error:
            return f"{title}{error}\n{_text(path, old, new)}"
    return title + printed(Review((comparison,)))


def _placed(folder: Path, path: str, file: Path) -> Version:
    """Return the version that has a text in the place of a file, among the other XSDs of the work tree."""
    for other in _tracked():
        target = folder / other
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(other, target)
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    parent = Path(path).parent.as_posix()
    return Version(f"{folder.name}/{path}", (target,), parent, Reading(roots=roots_of([folder]), limits=limits_here()))


def _tracked() -> Iterator[Path]:
    """Yield the XSDs that git knows; git calls a driver in the top folder of the work tree."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.xsd"], capture_output=True, text=True, check=False).stdout
    for name in listed.split("\0"):
        if name and Path(name).is_file():
            yield Path(name)


def _text(path: str, old: Path, new: Path) -> str:
    """Return the unified diff of two files."""
    before, after = (
        file.read_text("utf-8", "replace").splitlines(keepends=True) if file.is_file() else [] for file in (old, new)
    )
    return "".join(difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"))
