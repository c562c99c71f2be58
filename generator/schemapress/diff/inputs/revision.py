"""Revisions of git: the schemas of a revision, checked out into a folder."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemapress.errors import SchemapressError

CHECKED_OUT = ("*.xsd", "accepted.toml")
"""The files of a revision that are checked out from every folder: a schema may include files from anywhere."""


@contextmanager
def check_out(revision: str) -> Iterator[Path]:
    """Provide a folder with the schemas of a revision, at their paths in the repository, while the block runs.

    Raises:
        SchemapressError: the revision does not exist, the current folder is in no repository, or git is missing.
    """
    top = find_repository()
    commit = _run_git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", of=revision).decode().strip()
    listed = os.fsdecode(_run_git(top, "ls-tree", "-r", "--name-only", "-z", commit)).split("\0")
    names = [Path(file) for file in listed if file]
    patterns = [f":(glob)**/{pattern}" for pattern in CHECKED_OUT if any(name.match(pattern) for name in names)]
    with tempfile.TemporaryDirectory(prefix="schemapress-diff-") as temporary:
        if patterns:
            archive = _run_git(top, "archive", "--format=tar", commit, "--", *patterns)
            with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
                opened.extractall(temporary, filter="data")
        yield Path(temporary).resolve()


def find_repository() -> Path:
    """Return the top folder of the repository around the current folder.

    Raises:
        SchemapressError: the current folder is in no repository, or git is missing.
    """
    return Path(os.fsdecode(_run_git(Path(), "rev-parse", "--show-toplevel")).removesuffix("\n"))


def find_merge_base(first: str, second: str) -> str:
    """Return the commit at which two revisions diverged.

    Raises:
        SchemapressError: a revision does not exist, or they have no common commit.
    """
    top = find_repository()
    for revision in (first, second):
        _run_git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", of=revision)
    return _run_git(top, "merge-base", first, second).decode().strip()


def _run_git(folder: Path, *arguments: str, of: str | None = None) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise SchemapressError("git is not installed, so revisions can't be read.", hint="Install git.")
    result = subprocess.run([git, "-C", str(folder), *arguments], capture_output=True, check=False)
    if result.returncode and of is not None:
        hint = "To list the revisions, run `git log --all`."
        raise SchemapressError(f"Revision {of!r} does not exist in this repository.", hint=hint)
    if result.returncode:
        message = result.stderr.decode(errors="replace").strip() or "no message"
        raise SchemapressError(f"git {arguments[0]} failed: {message}")
    return result.stdout
