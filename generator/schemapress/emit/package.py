"""The package around the targets' modules: its `__init__`, the runtime modules, the check of its files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from .target import Api, File


def package_files(api: Api, targets: tuple[str, ...]) -> Iterator[File]:
    """Yield the files that every generated package has."""
    yield File("__init__.py", api.render("package.py.jinja", {"api": api, "targets": targets}))
    yield File("py.typed", "", format=False)
    yield from _runtime(files("schemapress_runtime"), "_runtime")


def _runtime(folder: Traversable, path: str) -> Iterator[File]:
    """Yield the modules of a folder of the runtime, each with its path inside of the package."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name == "verify.py":
            yield File(entry.name, entry.read_text("utf-8"), format=False)
        elif entry.name.endswith(".py"):
            yield File(f"{path}/{entry.name}", entry.read_text("utf-8"), format=False)
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _runtime(entry, f"{path}/{entry.name}")
