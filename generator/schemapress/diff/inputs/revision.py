"""Revisions of git: the schemas of a revision, checked out into a folder."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemapress.errors import CatalogError, SchemapressError
from schemapress.load.catalog import Catalog
from schemapress.load.inputs import Inputs
from schemapress.load.roots import CATALOG, ENDPOINT_FILE, is_remote

CHECKED_OUT = ("*.xsd", CATALOG, ENDPOINT_FILE, "accepted.toml", "pyproject.toml")
"""The files of a revision that are checked out from every folder: a schema may include files from anywhere.

So is every file that a catalog or the settings of a project map something to.
"""

_COMMIT = re.compile("[0-9a-f]{12,40}")
"""A commit as git prints it; shorter texts may be the names of branches."""


@contextmanager
def check_out(revision: str) -> Iterator[Path]:
    """Provide a folder with the schemas of a revision, at their paths in the repository, while the block runs.

    Raises:
        SchemapressError: the revision does not exist, the current folder is in no repository, or git is missing.
    """
    top = find_repository()
    commit = find_commit(revision)
    listed = os.fsdecode(_run_git(top, "ls-tree", "-r", "--name-only", "-z", commit)).split("\0")
    names = [Path(file.lower()) for file in listed if file]
    patterns = [f":(glob,icase)**/{pattern}" for pattern in CHECKED_OUT if any(name.match(pattern) for name in names)]
    with tempfile.TemporaryDirectory(prefix="schemapress-diff-") as temporary:
        folder = Path(temporary).resolve()
        _extract(top, commit, patterns, folder)
        _check_out_mapped(top, commit, {file for file in listed if file}, folder)
        yield folder


def _check_out_mapped(top: Path, commit: str, listed: set[str], folder: Path) -> None:
    """Check out the files that catalogs and settings name, and the catalogs that those lead to."""
    folders = {parent.as_posix() for file in listed for parent in Path(file).parents} - {"."}
    named = [path for settings in folder.rglob("pyproject.toml") for path in _read_settings(settings)]
    waiting, read = [*folder.rglob(CATALOG), *named], set[Path]()
    while waiting:
        path = waiting.pop()
        if path in read or not path.is_relative_to(folder):
            continue
        read.add(path)
        name = path.relative_to(folder).as_posix()
        if not path.exists() and name in listed | folders:
            _extract(top, commit, [f":(literal){name}"], folder)
        if path.is_file() and path.suffix.lower() != ".xsd":
            waiting += _read_catalog(path)


def _read_settings(file: Path) -> Iterator[Path]:
    """Yield the files that the settings of a project name; what is wrong in them is for later."""
    try:
        settings = tomllib.loads(file.read_text("utf-8"))["tool"]["schemapress"]
        named = [*settings.get("catalogs", []), *settings.get("locations", {}).values()]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return
    for name in named:
        if isinstance(name, str):
            yield Path(os.path.normpath(file.parent / name))


def _read_catalog(file: Path) -> Iterator[Path]:
    """Yield the files and folders that a catalog names on this machine; nothing for another file."""
    try:
        urls = Catalog(file, Inputs()).targets
    except CatalogError:
        return
    for url in urls:
        if not is_remote(url):
            yield Path(os.path.normpath(unquote(urlsplit(url).path)))


def _extract(top: Path, commit: str, patterns: list[str], folder: Path) -> None:
    """Write the files of a commit that match a pathspec into a folder; nothing without a pathspec."""
    if patterns:
        archive = _run_git(top, "archive", "--format=tar", commit, "--", *patterns)
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            opened.extractall(folder, filter=_keep_inside)


def _keep_inside(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Return a file of an archive, or None for one that would lie or lead outside of the folder."""
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        return None


def find_repository() -> Path:
    """Return the top folder of the repository around the current folder.

    Raises:
        SchemapressError: the current folder is in no repository, or git is missing.
    """
    return Path(os.fsdecode(_run_git(Path(), "rev-parse", "--show-toplevel")).removesuffix("\n"))


def find_commit(revision: str) -> str:
    """Return the commit of a revision.

    Raises:
        SchemapressError: the revision does not exist, or the current folder is in no repository.
    """
    commit = _run_git(
        find_repository(), "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", of=revision
    )
    return commit.decode().strip()


def find_merge_base(first: str, second: str) -> str:
    """Return the commit at which two revisions diverged.

    Raises:
        SchemapressError: a revision does not exist, or they have no common commit.
    """
    return _run_git(find_repository(), "merge-base", find_commit(first), find_commit(second)).decode().strip()


def list_changing_commits(old: str, new: str, inside: str) -> list[str]:
    """Return a commit, and the later ones up to another that changed something in a folder, the oldest first.

    Raises:
        SchemapressError: a revision does not exist.
    """
    first, last = find_commit(old), find_commit(new)
    listed = _run_git(find_repository(), "rev-list", "--reverse", "--topo-order", f"{first}..{last}", "--", inside)
    return [first, *listed.decode().split()]


def shorten_revision(revision: str) -> str:
    """Return the name of a revision in reports: of a commit, its tag or seven characters; otherwise as it was given."""
    if not _COMMIT.fullmatch(revision):
        return revision
    return name_commit(find_commit(revision))


def name_commit(commit: str) -> str:
    """Return the name of a commit in reports: its first tag, or at least seven characters that no other commit has."""
    top = find_repository()
    tags = _run_git(top, "tag", "--points-at", commit, "--sort=version:refname").decode().split()
    return tags[0] if tags else _run_git(top, "rev-parse", "--short=7", commit).decode().strip()


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
