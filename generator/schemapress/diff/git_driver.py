"""The output of `git diff` and `git log -p` for an XSD, with schemapress as git's diff driver (gitattributes(5))."""

from __future__ import annotations

import difflib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import Reading, Version
from schemapress.diff.report.text import render
from schemapress.diff.review import Review
from schemapress.errors import SchemapressError
from schemapress.load.roots import roots_of
from schemapress.project import limits_here


def render_git_diff(path: str, old: Path, new: Path) -> str:
    """Return the review of a changed XSD, or a diff of its text if its versions can't be compared.

    `old` and `new` are files with the two texts, or /dev/null. Included files are read from the work tree.
    """
    title = f"schemapress diff a/{path} b/{path}\n"
    if not old.is_file() or not new.is_file():
        return title + _diff_texts(path, old, new)
    with tempfile.TemporaryDirectory(prefix="schemapress-diff-") as temporary:
        try:
            folder = Path(temporary).resolve()
            before = _make_version(folder / "a", path, old, is_lenient=True)
            comparison = compare(path, before, _make_version(folder / "b", path, new))
        except SchemapressError as error:
            return f"{title}{error}\n{_diff_texts(path, old, new)}"
    return title + render(Review((comparison.with_severities({}).with_lifecycles(date.today()),)))


def _make_version(folder: Path, path: str, file: Path, *, is_lenient: bool = False) -> Version:
    """Return the version in which a file has another text, beside the other XSDs of the work tree."""
    for other in _list_tracked():
        target = folder / other
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(other, target)
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    parent = Path(path).parent.as_posix()
    reading = Reading(roots=roots_of([folder]), limits=limits_here(), is_lenient=is_lenient)
    return Version(f"{folder.name}/{path}", (target,), parent, reading)


def _list_tracked() -> Iterator[Path]:
    """Yield the XSDs and catalogs that git tracks; git calls a driver in the top folder of the work tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.xsd", "*catalog.xml"], capture_output=True, text=True, check=False
    ).stdout
    for name in listed.split("\0"):
        if name and Path(name).is_file():
            yield Path(name)


def _diff_texts(path: str, old: Path, new: Path) -> str:
    """Return the unified diff of two files."""
    before, after = (
        file.read_text("utf-8", "replace").splitlines(keepends=True) if file.is_file() else [] for file in (old, new)
    )
    return "".join(difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"))
