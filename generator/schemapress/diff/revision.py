"""The files of one version of a schema: on disk, or in a revision of git as `REVISION:PATH`."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemapress.errors import SchemapressError


@contextmanager
def version(name: str) -> Iterator[tuple[Path, ...]]:
    """Give the files of a version while the block runs: an XSD, or those of a folder.

    `name` is a path, or `REVISION:PATH` with a path from the top of the repository, as `git show` takes it. All XSDs of
    a revision are taken out of it, for one may include another.

    Raises:
        SchemapressError: there is no such path or revision, or no XSD in the folder.
    """
    path = Path(name)
    revision, colon, inside = name.partition(":")
    if path.exists() or not colon:
        yield _files(path, name)
        return
    with tempfile.TemporaryDirectory(prefix="schemapress-diff-") as temporary:
        top = _git(Path(), "rev-parse", "--show-toplevel").decode().strip()
        commit = _git(Path(top), "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", of=revision)
        listed = _git(Path(top), "ls-tree", "-r", "--name-only", "-z", commit.decode().strip()).decode().split("\0")
        schemas = [file for file in listed if file.endswith(".xsd")]
        if schemas:
            archive = _git(Path(top), "archive", "--format=tar", commit.decode().strip(), "--", *schemas)
            with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
                for member in opened:
                    extracted = opened.extractfile(member)
                    if extracted is not None:
                        target = Path(temporary) / member.name
                        target.parent.mkdir(parents=True, exist_ok=True)
                        target.write_bytes(extracted.read())
        yield _files(Path(temporary) / inside, name)


def _files(path: Path, name: str) -> tuple[Path, ...]:
    if path.is_file():
        return (path,)
    if not path.is_dir():
        hint = "Name an XSD, a folder of XSDs, or REVISION:PATH with a path from the top of the repository."
        raise SchemapressError("There is no such file or folder.", place=name, hint=hint)
    found = tuple(sorted(path.glob("*.xsd")))
    if not found:
        raise SchemapressError("There is no .xsd in this folder.", place=name)
    return found


def _git(folder: Path, *arguments: str, of: str | None = None) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise SchemapressError("To read a revision needs git, which is not installed.")
    done = subprocess.run([git, "-C", str(folder), *arguments], capture_output=True, check=False)
    if done.returncode and of is not None:
        raise SchemapressError(f"There is no revision {of!r} in this repository.", hint="`git log` lists them.")
    if done.returncode:
        raise SchemapressError(f"git says: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
