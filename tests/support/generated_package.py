"""Packages built from a schema for one test, imported under a name of their own."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

from schemapress.build.emit import emit
from schemapress.build.install import install
from schemapress.project import load_project

_NUMBERS = itertools.count(1)


def build(project: Path) -> ModuleType:
    """Build the API `demo` of a project, and import its package."""
    name = f"demo_{next(_NUMBERS)}_{abs(hash(project)):x}"
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text("utf-8") + f'\npackages = {{demo = "{name}"}}\n', "utf-8")
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
        return self._module("_runtime.xml.plain_text").admit(document) or ""

    def _parse(self, document: bytes) -> Callable[[], object]:
        return partial(self._module("_runtime.xml.document").parse, document)

    def scanner_accepts(self, document: bytes) -> bool:
        return bool(self._module("scanner").accepts(self._admitted(document)))

    def scan(self, document: bytes) -> object:
        return self._module("scanner").scan(self._admitted(document))

    def reader_accepts(self, document: bytes) -> bool:
        validate = self._module("validators").VALIDATOR.tag_reader.validate
        return bool(validate(self._admitted(document), self._parse(document)).name == "VALID")

    def read(self, document: bytes) -> object:
        codec = self._module("codec")
        try:
            return codec.VALIDATOR.tag_reader.bind(
                self._admitted(document), self._parse(document), codec.MESSAGES.binders, codec.CLASSES
            )
        except self._module("_runtime.verdict").GiveUp:
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
