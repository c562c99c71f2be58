"""Packages built from a schema for one test, imported under a name of their own."""

from __future__ import annotations

import importlib
import itertools
import sys
from pathlib import Path
from types import ModuleType

from schemapress.emit.bindings import Bindings
from schemapress.emit.install import install
from schemapress.emit.pipeline import emit
from schemapress.project import load_project

_NUMBERS = itertools.count(1)


def build(project: Path) -> ModuleType:
    """Build the API `demo` of a project, and import its package."""
    name = f"demo_{next(_NUMBERS)}_{abs(hash(project)):x}"
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text("utf-8") + f'\npackages = {{demo = "{name}"}}\n', "utf-8")
    loaded = load_project(project)
    (folder,) = loaded.apis()
    with Bindings(folder.sources, folder.package) as bindings:
        install(emit(loaded, folder, bindings).files, loaded.output / name)
    sys.path.insert(0, str(loaded.output))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(loaded.output))
