"""Revisions of git: the schemas of one, taken out of the repository into a folder."""

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

TAKEN = ("*.xsd", "accepted.toml")
"""The files that are taken out of a revision, wherever they lie: one schema may include another one anywhere."""


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Give a folder with the schemas of a revision, as they lie in the repository, while the block runs.

    Raises:
        SchemapressError: there is no such revision, no repository, or no git.
    """
    top = top_of_repository()
    commit = _git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", of=revision).decode().strip()
    listed = os.fsdecode(_git(top, "ls-tree", "-r", "--name-only", "-z", commit)).split("\0")
    names = [Path(file) for file in listed if file]
    patterns = [f":(glob)**/{pattern}" for pattern in TAKEN if any(name.match(pattern) for name in names)]
    with tempfile.TemporaryDirectory(prefix="schemapress-diff-") as temporary:
        if patterns:
            archive = _git(top, "archive", "--format=tar", commit, "--", *patterns)
            with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
                opened.extractall(temporary, filter="data")
        yield Path(temporary).resolve()


def top_of_repository() -> Path:
    """Return the top folder of the repository that the current folder is in.

    Raises:
        SchemapressError: it is in none, or there is no git.
    """
    return Path(os.fsdecode(_git(Path(), "rev-parse", "--show-toplevel")).removesuffix("\n"))


def merge_base(one: str, other: str) -> str:
    """Return the commit that two revisions went apart from.

    Raises:
        SchemapressError: one of them does not exist, or they have nothing in common.
    """
    top = top_of_repository()
    for revision in (one, other):
        _git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", of=revision)
    return _git(top, "merge-base", one, other).decode().strip()


def _git(folder: Path, *arguments: str, of: str | None = None) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise SchemapressError("To read a revision needs git, which is not installed.")
    done = subprocess.run([git, "-C", str(folder), *arguments], capture_output=True, check=False)
    if done.returncode and of is not None:
        raise SchemapressError(f"There is no revision {of!r} in this repository.", hint="`git log` lists them.")
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or "nothing"
        raise SchemapressError(f"git {arguments[0]} failed; it says: {said}")
    return done.stdout
