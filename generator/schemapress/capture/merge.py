"""A person's edits of a captured XSD, kept when the page is captured anew; git knows how to merge."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from schemapress.errors import SchemapressError


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text; where there are conflicts, they stand in it between git's marks."""

    text: str
    conflicts: int


def merge(base: str, edited: str, captured: str) -> Merged:
    """Merge what a person changed and what the page changed, both since `base`.

    Raises:
        SchemapressError: git is not installed.
    """
    git = shutil.which("git")
    if git is None:
        hint = "Install git, or undo the edits of the XSD."
        raise SchemapressError("The XSD was edited by hand, and to merge that needs git.", hint=hint)
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
    return Merged(done.stdout, done.returncode)
