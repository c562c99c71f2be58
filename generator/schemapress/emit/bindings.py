"""Target `bindings`: xsdata's dataclasses, its output unchanged."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from schemapress.errors import SchemapressError
from schemapress.project import ApiFolder
from schemapress.schema.model import Schema, namespace_of

from .bindings_module import BindingsModule
from .shape import Shapes
from .target import Api, File
from .workspace import workspace

if TYPE_CHECKING:
    from .existing import ExistingBindings

_WRITTEN = Path("api", "bindings.py")


class Bindings:
    """A run of xsdata in a process of its own, which starts at once and waits until the schema has been judged.

    xsdata reads the files that the schema was loaded from, and no others. What it writes is read, never executed.
    """

    def __init__(self, sources: tuple[Path, ...]) -> None:
        """Start the process, for XSDs that make one schema."""
        self._sources = tuple(path.resolve() for path in sources)
        self._stack = contextlib.ExitStack()
        self._folder, lock = self._stack.enter_context(workspace())
        scripts = sysconfig.get_path("scripts")
        environment = {**os.environ, "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "schemapress.emit.xsdata_process"],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            pass_fds=(lock,) if os.name == "posix" else (),  # as long as it runs, the folder is in use
        )
        self._text: str | None = None
        self._module: BindingsModule | None = None

    def __enter__(self) -> Bindings:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            self._process.communicate()
        self._stack.close()

    def begin(self, schema: Schema) -> None:
        """Let xsdata generate the classes of the schema that was loaded from the sources.

        Raises:
            SchemapressError: the schema has a name that xsdata can't write.
        """
        _check_namespaces(schema)
        order = {"sources": list(map(str, self._sources)), "files": list(map(str, schema.paths))}
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # its output says why it ended
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()

    def text(self) -> str:
        """Return the text of the module.

        Raises:
            SchemapressError: xsdata failed, with what it printed; or wrote what is no module of bindings.
        """
        if self._text is None:
            output, _ = self._process.communicate()
            written = self._folder / _WRITTEN
            if self._process.returncode != 0 or not written.is_file():
                said = output.strip()
                reason = said.rpartition("\n")[2] if said.startswith("Traceback") else said
                raise SchemapressError(f"xsdata could not generate the bindings: {reason or 'it found no types.'}")
            self._text = written.read_text("utf-8")
            self._module = BindingsModule(self._text)
        return self._text

    def shapes(self) -> Shapes:
        """Return the shapes of the classes.

        Raises:
            SchemapressError: as for the text.
        """
        self.text()
        assert self._module is not None
        return self._module.shapes()


_NOT_IN_A_NAMESPACE = re.compile(r'["\\{}\s]|^(?:Type\[|Literal\[|ForwardRef\()')
"""What xsdata would not write as the text that it is; no URI has any of it (RFC 3986 §2)."""


def _check_namespaces(schema: Schema) -> None:
    """Check that xsdata can write the target namespaces.

    Raises:
        SchemapressError: one has a character that ends a literal, or separates namespaces.
    """
    for namespace in schema.target_namespaces:
        if namespace.isprintable() and not _NOT_IN_A_NAMESPACE.search(namespace):
            continue
        components = (*schema.elements.values(), *schema.types.values(), *schema.attributes.values())
        names = ((component.place, getattr(component, "key", component.name)) for component in components)
        place = next((str(place) for place, name in names if name and namespace_of(name) == namespace), None)
        message = f"The target namespace {namespace[:200]!r} is no URI."
        raise SchemapressError(message, place=place, hint="Take the quotes, braces, backslashes and spaces out of it.")


def start_bindings(folder: ApiFolder) -> Bindings | ExistingBindings:
    """Return the bindings of an API: a run of xsdata, or the classes of the package that has them already."""
    if folder.bindings is None:
        return Bindings(folder.sources)
    from .existing import ExistingBindings

    return ExistingBindings(folder.bindings)


class BindingsTarget:
    """Emits `bindings.py`."""

    name = "bindings"
    requires: tuple[str, ...] = ()

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the module as xsdata wrote it."""
        yield File("bindings.py", api.bindings.text(), format=False)
