"""The package around the targets' modules: its `__init__`, the runtime modules, the check of its files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from .target import Api, File


def package_files(api: Api, targets: tuple[str, ...]) -> Iterator[File]:
    """Yield the files that every generated package has."""
    yield File("__init__.py", api.render("package.py.jinja", {"api": api, "targets": targets}))
    yield File("py.typed", "", format=False)
    runtime = files("schemapress.runtime")
    for resource in sorted(runtime.iterdir(), key=lambda entry: entry.name):
        if resource.name.endswith(".py"):
            path = "verify.py" if resource.name == "verify.py" else f"runtime/{resource.name}"
            yield File(path, resource.read_text("utf-8"), format=False)
