"""Packages built from a schema for one test, imported under a name of their own."""

from __future__ import annotations

import importlib
import itertools
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from schemapress.build.emit import emit
from schemapress.build.install import install
from schemapress.project import load_project

_NUMBERS = itertools.count(1)


def runtime_module(package: ModuleType, name: str) -> ModuleType:
    """Return a module of the runtime of a package: its own copy, or the installed one."""
    runtime = str(package.InvalidDocument.__module__).removesuffix(".report.problem")
    return importlib.import_module(f"{runtime}.{name}")


def build(project: Path) -> ModuleType:
    """Build the API `demo` of a project, and import its package.

    The package requires the installed runtime, unless the settings say otherwise: a copy has the same modules, but
    takes as long to compile and to import as all else of a build.
    """
    name = f"demo_{next(_NUMBERS)}_{abs(hash(project)):x}"
    settings = project / "pyproject.toml"
    text = settings.read_text("utf-8")
    runtime = "" if "runtime = " in text else 'runtime = "installed"\n'
    settings.write_text(f'{text}\npackages = {{demo = "{name}"}}\n{runtime}', "utf-8")
    loaded = load_project(project)
    (folder,) = loaded.apis()
    install(emit(loaded, folder).files, loaded.output / name)
    sys.path.insert(0, str(loaded.output))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(loaded.output))


@dataclass(frozen=True, slots=True)
class Passes:
    """Each pass of a package by itself: what it says of a document, False or None where it gives up."""

    package: ModuleType

    def _module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package.__name__}.{name}")

    def _admitted(self, document: bytes) -> str:
        return runtime_module(self.package, "xml.plain_text").admit(document) or ""

    def scanner_accepts(self, document: bytes) -> bool:
        return bool(self._module("scanner").accepts(self._admitted(document)))

    def scan(self, document: bytes) -> object:
        return self._module("scanner").scan(self._admitted(document))

    def reader_accepts(self, document: bytes) -> bool:
        validate = self._module("validators").VALIDATOR.tag_reader.validate
        return bool(validate(self._admitted(document)).name == "VALID")

    def read(self, document: bytes) -> object:
        codec = self._module("codec")
        try:
            return codec.VALIDATOR.tag_reader.bind(self._admitted(document), codec.MESSAGES.binders, codec.CLASSES)
        except runtime_module(self.package, "verdict").GiveUp:
            return None

    def walk_accepts(self, document: bytes) -> bool:
        return bool(self._module("validators").VALIDATOR.walk(document).valid)

    def accepting(self, document: bytes) -> set[str]:
        """Return the names of the passes that take a document as valid."""
        verdicts = {
            "scanner": self.scanner_accepts(document),
            "scan": self.scan(document) is not None,
            "reader": self.reader_accepts(document),
            "read": self.read(document) is not None,
            "walk": self.walk_accepts(document),
        }
        return {name for name, accepts in verdicts.items() if accepts}
