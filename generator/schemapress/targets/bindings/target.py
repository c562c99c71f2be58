"""Target `bindings`: xsdata's dataclasses, its output unchanged, in one module or in a package of several."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import select
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress.load.schema import Schema
from schemapress.project import ApiSource
from schemapress.targets.class_shapes import Lost, Shapes
from schemapress.targets.target import ClassesRun, EmitContext, File
from schemapress.workspace import workspace
from schemapress_runtime.names import local_name, namespace_of
from schemapress_runtime.xsd.components import ComplexType

from .binding_package import package_text
from .class_kind import DATACLASSES, ClassKind
from .modules import BindingsModules, SameName, check_package_text
from .xsdata_order import DEFAULT_CONFIG, LOST, OUT_OF_MEMORY, PACKAGE, TOO_DEEP, Order, XsdataConfig

_ONE_MODULE, _PACKAGE_FILE = f"{PACKAGE.name}.py", "__init__.py"

_MOST_OUTPUT = 10_000
"""Characters that are read from the end of xsdata's output."""


class Bindings:
    """A run of xsdata in a process of its own, which starts at once and waits until the schema has been judged.

    xsdata gets the bytes that were judged, and reads no files of the schema. What it takes is bounded. What it writes
    is read, never executed.
    """

    def __init__(
        self,
        sources: tuple[Path, ...],
        limits: SourceLimits = DEFAULT_LIMITS,
        config: XsdataConfig = DEFAULT_CONFIG,
        kind: ClassKind = DATACLASSES,
    ) -> None:
        """Start the process, for XSDs that make one schema."""
        self._config = config
        self._kind = kind
        self.class_type = kind.name
        self._sources = tuple(path.resolve() for path in sources)
        self._limits = limits
        self._deadline = math.inf
        self._stack = contextlib.ExitStack()
        self._folder, lock = self._stack.enter_context(workspace())
        self._output = self._stack.enter_context((self._folder / "output").open("w+b"))
        scripts = sysconfig.get_path("scripts")
        environment = {**os.environ, "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "schemapress.targets.bindings.xsdata_start"],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that it ends with all processes that it has started
            pass_fds=(lock,) if os.name == "posix" else (),  # as long as it runs, the folder is in use
        )
        self._files: Mapping[str, str] | None = None
        self._modules: BindingsModules | None = None
        self._schema: Schema | None = None

    def __enter__(self) -> Bindings:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._stack.close()

    def begin(self, schema: Schema) -> None:
        """Let xsdata generate the classes of the schema that was loaded from the sources.

        Raises:
            SchemapressError: the schema has a name that xsdata can't write.
        """
        _check_namespaces(schema)
        self._schema = schema
        limits = self._limits
        order = Order(
            self._sources,
            schema.contents,
            schema.targets,
            limits.bindings_seconds,
            limits.bindings_bytes,
            self._config.text,
            self._config.compound,
            self._kind.name,
            self._kind.generator,
        )
        self._deadline = time.monotonic() + limits.bindings_seconds
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # its output says why it ended
            order.write(self._process.stdin)

    def files(self) -> Mapping[str, str]:
        """Return the texts of the modules by their paths: `bindings.py` alone, or those in `bindings`.

        Raises:
            SameName: xsdata has one name for two components of the schema; with the place of the second one.
            SchemapressError: xsdata failed, with what it printed; or took more than the limits allow; or wrote what is
                no module of bindings, or modules that import each other in a circle.
        """
        if self._files is None:
            self._wait()
            root = self._folder / PACKAGE.parent
            written = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in root.rglob("*.py")}
            written.pop("__init__.py", None)
            if self._process.returncode != 0 or not written:
                raise self._failure(self._process.returncode)
            self._files = self._read(dict(sorted(written.items())))
        return self._files

    def _read(self, written: dict[str, str]) -> Mapping[str, str]:
        """Read the modules, and return them with the package around them."""
        is_one, around = _ONE_MODULE in written, f"{PACKAGE.name}/"
        texts = {}
        for path, text in written.items():
            if path.endswith(_PACKAGE_FILE):
                check_package_text(text)
            else:
                texts[path.removeprefix(around).removesuffix(".py").replace("/", ".")] = text
        try:
            self._modules = BindingsModules(texts, self._config.extensions, self._kind)
        except SameName as same:
            same.place = None if self._schema is None else _find_place(same, self._schema)
            if ("field" if same.class_name else "class") in self._config.substituted:
                same.hint = f"Change the `substitutions` of xsdata, if the names are equal because of them. {same.hint}"
            raise
        return written if is_one else written | {around + _PACKAGE_FILE: package_text(self._modules.exported)}

    def lost(self) -> Lost:
        """Return the information that objects lose because of the configuration.

        Raises:
            SchemapressError: as for the files.
        """
        self.files()
        return Lost(**json.loads((self._folder / LOST).read_text("utf-8")))

    def extension_modules(self) -> set[str]:
        """Return the modules that have the base classes and decorators that the project adds."""
        return {module for module, _ in self._config.extensions}

    def _wait(self) -> None:
        """Wait until xsdata is done, or its time is over."""
        self._close_input()
        left = self._deadline - time.monotonic()
        try:
            _wait_for(self._process, None if left == math.inf else max(left, 0))
        except subprocess.TimeoutExpired:
            self._end()
            raise self._beyond("bindings_seconds") from None

    def _end(self) -> None:
        """End the process, and all that it has started."""
        if self._process.poll() is None:
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
        self._close_input()
        self._process.wait()

    def _close_input(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def _beyond(self, limit: str) -> SchemapressError:
        return beyond(limit, self._limits, "The schema", str(self._sources[0]))

    def _failure(self, code: int) -> SchemapressError:
        """Return the error of a process that ended without a module."""
        if code == OUT_OF_MEMORY:
            return self._beyond("bindings_bytes")
        hint = None
        if code == TOO_DEEP:
            reason = "the schema nests more levels than it can follow."
            hint = "Shorten chains of types that each hold the next one, and unions of thousands of members."
        elif code < 0:
            reason = f"it was ended by {_signal_name(-code)}."
        else:
            self._output.seek(0)
            output = self._output.read().decode("utf-8", "replace")[-_MOST_OUTPUT:].strip()
            if "MemoryError" in output:  # there was none left to say so by the exit code
                return self._beyond("bindings_bytes")
            is_traceback = "Traceback (most recent call last)" in output
            reason = (output.rpartition("\n")[2] if is_traceback else output) or "it found no types."
        return SchemapressError(f"xsdata could not generate the bindings: {reason}", hint=hint)

    def shapes(self) -> Shapes:
        """Return the shapes of the classes.

        Raises:
            SchemapressError: as for the text.
        """
        self.files()
        assert self._modules is not None
        return self._modules.shapes()


def _wait_for(process: subprocess.Popen[bytes], seconds: float | None) -> None:
    """Wait until a process ends; Python looks every 50 ms at the most where there is a bound, so let Linux tell.

    Raises:
        subprocess.TimeoutExpired: it takes longer.
    """
    if seconds is not None and sys.platform == "linux":
        with contextlib.suppress(OSError):  # an old kernel, or a sandbox
            descriptor = os.pidfd_open(process.pid)
            try:
                poll = select.poll()
                poll.register(descriptor, select.POLLIN)
                poll.poll(min(seconds * 1_000, _LONGEST_POLL))
            finally:
                os.close(descriptor)
            seconds = 0 if seconds * 1_000 <= _LONGEST_POLL else seconds
    process.wait(seconds)


_LONGEST_POLL = 2**31 - 1
"""Milliseconds."""


def _find_place(same: SameName, schema: Schema) -> str | None:
    """Return where the second of two components is declared that xsdata has one name for."""
    _, name = same.components[1]
    if not same.class_name:
        if name in schema.elements:
            return str(schema.elements[name].place)
        return str(schema.types[name].source.place) if name in schema.types else None
    called = _letters(same.class_name.rpartition(".")[2])
    places: list[tuple[bool, str]] = []
    for type_ in schema.types.values():
        declared = _find_places(type_) if isinstance(type_, ComplexType) else {}
        if all(component in declared for component in same.components):
            is_of_class = _letters(type_.source.key.removesuffix("/type").rpartition("/")[2]).endswith(called)
            places.append((not is_of_class, declared[same.components[1]]))
    return min(places)[1] if places else None


def _find_places(type_: ComplexType) -> dict[tuple[str, str], str]:
    """Return the places of the elements and attributes of a type, by their kinds and local names."""
    elements = () if type_.particle is None else type_.particle.elements()
    found = {("element", local_name(element.name)): str(element.place) for element in elements}
    return found | {("attribute", local_name(name)): str(use.place) for name, use in type_.attributes.items()}


def _letters(name: str) -> str:
    """Return the letters of a name that xsdata keeps in the name of a class."""
    return "".join(filter(str.isalnum, name)).lower()


_NOT_IN_A_NAMESPACE = re.compile(r'["\\{}\s]|^(?:Type\[|Literal\[|ForwardRef\()')
"""Texts that xsdata would not write verbatim; no URI contains them (RFC 3986 §2)."""


def _check_namespaces(schema: Schema) -> None:
    """Check that xsdata can write the target namespaces.

    Raises:
        SchemapressError: one has a character that ends a literal, or separates namespaces.
    """
    for namespace in schema.target_namespaces:
        if namespace.isprintable() and not _NOT_IN_A_NAMESPACE.search(namespace):
            continue
        places = {
            **{name: element.place for name, element in schema.elements.items()},
            **{name: type_.source.place for name, type_ in schema.types.items()},
            **{name: use.place for name, use in schema.attributes.items()},
        }
        place = next((str(place) for name, place in places.items() if namespace_of(name) == namespace), None)
        message = f"The target namespace {namespace[:200]!r} is no URI."
        raise SchemapressError(message, place=place, hint="Take the quotes, braces, backslashes and spaces out of it.")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _read_config(source: ApiSource, kind: ClassKind) -> XsdataConfig:
    if not source.xsdata and source.xsdata_file is None:
        return DEFAULT_CONFIG
    from .xsdata_config import read_config

    return read_config(source.xsdata_file, source.xsdata, source.settings_file, kind)


def start_xsdata(source: ApiSource, limits: SourceLimits, kind: ClassKind) -> ClassesRun:
    """Start xsdata for classes of a kind, or take those of the package that has them already.

    Raises:
        SchemapressError: the configuration is wrong, or the package can't be imported.
    """
    if source.bindings is None:
        return Bindings(source.sources, limits, _read_config(source, kind), kind)
    from .existing import ExistingBindings

    return ExistingBindings(source.bindings, kind.name)


class BindingsTarget:
    """Emits `bindings.py`, or the package `bindings`."""

    name = "bindings"
    requires: tuple[str, ...] = ()

    def start(self, source: ApiSource, limits: SourceLimits) -> ClassesRun:
        """Start xsdata, or take the classes of the package that has them already."""
        return start_xsdata(source, limits, DATACLASSES)

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the modules as xsdata wrote them."""
        for path, text in context.classes.files().items():
            yield File(path, text, format=False)
