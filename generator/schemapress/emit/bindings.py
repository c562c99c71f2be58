"""Target `bindings`: xsdata's dataclasses, its output unchanged."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from schemapress.errors import SchemapressError
from schemapress.project import ApiFolder

from .target import Api, File

if TYPE_CHECKING:
    from .existing import ExistingBindings


class Bindings:
    """A run of xsdata, which goes on by itself while the schema is being read and templates are prepared."""

    def __init__(self, sources: tuple[Path, ...], package: str) -> None:
        """Start xsdata on the sources, to write into a temporary folder."""
        self._folder = tempfile.TemporaryDirectory(prefix="schemapress-bindings-")
        self._path = Path(self._folder.name) / package / "bindings.py"
        source = sources[0] if len(sources) == 1 else sources[0].parent
        command = [sys.executable, "-m", "xsdata", "generate", str(source.resolve())]
        command += ["--package", f"{package}.bindings", "--structure-style", "single-package"]
        scripts = sysconfig.get_path("scripts")
        environment = {**os.environ, "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")])}
        self._process = subprocess.Popen(
            command,
            cwd=self._folder.name,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._output: str | None = None
        self._module: ModuleType | None = None

    def __enter__(self) -> Bindings:
        return self

    def __exit__(self, *_: object) -> None:
        if self._output is None:
            self._process.kill()
            self._output, _rest = self._process.communicate()
        if self._module is not None:
            del sys.modules[self._module.__name__]
        self._folder.cleanup()

    def text(self) -> str:
        """Return the text of the module.

        Raises:
            SchemapressError: xsdata failed; with what it printed.
        """
        if self._output is None:
            self._output, _ = self._process.communicate()
        if self._process.returncode != 0 or not self._path.is_file():
            raise SchemapressError(f"xsdata could not generate the bindings:\n{self._output}")
        return self._path.read_text("utf-8")

    def module(self) -> ModuleType:
        """Return the module, imported under a name of its own."""
        if self._module is None:
            self.text()
            name = f"_schemapress_bindings_{id(self)}"
            spec = importlib.util.spec_from_file_location(name, self._path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            spec.loader.exec_module(module)
            self._module = module
        return self._module


def start_bindings(folder: ApiFolder) -> Bindings | ExistingBindings:
    """Return the bindings of an API: a run of xsdata, or the classes of the package that has them already."""
    if folder.bindings is None:
        return Bindings(folder.sources, folder.package)
    from .existing import ExistingBindings

    return ExistingBindings(folder.bindings)


class BindingsTarget:
    """Emits `bindings.py`."""

    name = "bindings"
    requires: tuple[str, ...] = ()

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the module as xsdata wrote it."""
        yield File("bindings.py", api.bindings.text(), format=False)
