"""Merges edits of a person into an XSD that is captured again, with git."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from schemapress.errors import SchemapressError


@dataclass(frozen=True, slots=True)
class MergeResult:
    """A merged text, with conflicts between git's marks."""

    text: str
    conflicts: int


def merge(base: str, edited: str, captured: str) -> MergeResult:
    """Merge the edits of a person and the changes of the page, both since `base`.

    Raises:
        SchemapressError: git is not installed, or fails.
    """
    git = shutil.which("git")
    if git is None:
        hint = "Install git, or undo the edits of the XSD."
        raise SchemapressError("The XSD was edited by hand, and merging the edits needs git.", hint=hint)
    with tempfile.TemporaryDirectory(prefix="schemapress-merge-") as temporary:
        names = {"your edits": edited, "captured before": base, "captured now": captured}
        files = []
        for number, text in enumerate(names.values()):
            files.append(Path(temporary) / str(number))
            files[-1].write_text(text, "utf-8")
        labels = [part for name in names for part in ("-L", name)]
        command = [git, "merge-file", "--stdout", *labels, *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode < 0 or done.returncode > 127:
        raise SchemapressError(f"git could not merge the XSD: {done.stderr.strip()}")
    return MergeResult(done.stdout, done.returncode)
