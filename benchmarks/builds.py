"""Packages that are built once: a folder per API, named by the digest of what the build depends on.

`BUILDS` names the folder of them all, `.venv/builds` without it.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from schemapress.build.emit import emit
from schemapress.build.install import install
from schemapress.project import Project, load_project

REPOSITORY = Path(__file__).parent.parent


def build(name: str, lay_out: Callable[[Path], None]) -> Project:
    """Return the project of an API whose package is built: that of an earlier run, where nothing has changed since.

    `lay_out` writes the specification and the pyproject.toml of the project. The API has the name that is given.
    """
    builds = Path(os.environ.get("BUILDS") or REPOSITORY / ".venv" / "builds")
    builds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=builds, prefix=f"{name}.") as temporary:
        folder = Path(temporary) / "project"
        folder.mkdir()
        lay_out(folder)
        kept = builds / f"{name}-{_digest(folder)}"
        if not kept.is_dir():
            _build(folder, name)
            for earlier in builds.glob(f"{name}-????????????????"):
                shutil.rmtree(earlier)
            folder.rename(kept)
    return load_project(kept)


def import_package(project: Project, name: str) -> ModuleType:
    """Import the package of an API of a project."""
    (api,) = project.apis((name,))
    sys.path.insert(0, str(project.output))
    try:
        return importlib.import_module(api.package)
    finally:
        sys.path.remove(str(project.output))


def _build(folder: Path, name: str) -> None:
    project = load_project(folder)
    (api,) = project.apis((name,))
    install(emit(project, api).files, project.output / api.package)


def _digest(folder: Path) -> str:
    """Return the digest of a project and of what builds it: the generator, the runtime that it copies, and xsdata."""
    digest = hashlib.sha256(version("xsdata").encode())
    for root in (REPOSITORY / "generator", folder):
        for path in sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and ".egg-info" not in str(path):
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
