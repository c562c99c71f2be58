"""The interface of targets: the plug-ins of the pipeline (entry point group `schemapress.targets`).

A target that makes the binding classes is a `ClassesTarget`, and is in the group `schemapress.classes` as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, Self

from schemapress.errors import NoMessages
from schemapress.limits import SourceLimits
from schemapress.load.schema import Schema
from schemapress.project import ApiSource, Placement

from .class_shapes import Lost, Shapes
from .code import Code, module, union_annotation
from .emitted_names import in_bindings

_RUNTIMES: Mapping[Placement, Code] = {"vendored": module("._runtime"), "installed": module("schemapress_runtime")}


class ClassesRun(Protocol):
    """The making of the binding classes of one API, which may be in a process of its own and ends with the context.

    `class_type` is the name that xsdata has for the kind of the classes: `dataclasses`, `pydantic`.
    """

    class_type: str

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def begin(self, schema: Schema) -> None:
        """Take the schema, once it is loaded.

        Raises:
            SchemapressError: it can have no classes, or not these.
        """
        ...

    def files(self) -> Mapping[str, str]:
        """Return the sources of the modules, by their paths in the package."""
        ...

    def shapes(self) -> Shapes:
        """Return the shapes of the classes, for other targets."""
        ...

    def lost(self) -> Lost:
        """Return the information that objects lose because of the configuration."""
        ...

    def extension_modules(self) -> set[str]:
        """Return the modules of the project that the classes import."""
        ...


class NoClasses:
    """Stands for the binding classes if no target makes any."""

    class_type = "dataclasses"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def begin(self, schema: Schema) -> None:
        """Take the schema."""

    def files(self) -> Mapping[str, str]:
        """Return no module."""
        return {}

    def shapes(self) -> Shapes:
        """Return the shapes of no classes."""
        return Shapes({})

    def lost(self) -> Lost:
        """Return nothing."""
        return Lost()

    def extension_modules(self) -> set[str]:
        """Return no module."""
        return set()


@dataclass(frozen=True, slots=True)
class Import:
    """Names of a module, as another module imports them."""

    module: Code
    names: tuple[str, ...]


@dataclass(frozen=True)
class EmitContext:
    """The input of a target: one loaded folder of `spec/`, and the package to generate from it.

    `placement` says where its runtime is. `quick_check` is the function that the validators ask first, if a target of
    the package has one: it takes an admitted text and says whether that is certainly a valid document.
    """

    name: str
    package: str
    schema: Schema
    sources: tuple[Path, ...]
    render_template: Callable[[str, Mapping[str, object]], str]
    classes: ClassesRun
    placement: Placement = "vendored"
    quick_check: Import | None = None

    @property
    def runtime(self) -> Code:
        """The package from which emitted modules import the runtime."""
        return _RUNTIMES[self.placement]

    def render(self, template: str, plan: object) -> str:
        """Return the module that a template prints; it gets the plan as `plan` and this context as `api`."""
        return self.render_template(template, {"api": self, "plan": plan})

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes of the binding classes."""
        return self.classes.shapes()

    def message_type(self, elements: Iterable[str]) -> Code:
        """Return the type of the messages with the given root elements: a union of binding classes.

        Raises:
            SchemapressError: none of them is bound to a class.
        """
        names = self.shapes.root_names(elements)
        if not names:
            message = "No global element is bound to a class, so there are no messages."
            hint = "Declare the root elements of messages globally."
            raise NoMessages(message, place=str(self.sources[0]), hint=hint)
        return union_annotation(map(in_bindings, names))

    @property
    def source(self) -> str:
        """The names of the source files, for the heading of an emitted module."""
        return ", ".join(path.name for path in self.sources)


@dataclass(frozen=True, slots=True)
class File:
    """A file to write: its path inside the package, and its text. `format` says whether ruff formats it.

    The package itself has the names in `exports`, and `documentation` in its docstring, a sentence on some of them. A
    build reports `roots`: each root element that the module may read, and why it does not, or None where it does.
    """

    path: str
    text: str
    format: bool = True
    exports: tuple[Import, ...] = ()
    documentation: str = ""
    roots: tuple[tuple[str, str | None], ...] = ()


class Target(Protocol):
    """Turns an API into files. A target decides everything in a plan; its template prints that.

    `requires` names the targets whose modules the emitted ones import; `bindings` stands for whichever target makes the
    binding classes. A target may also have a `quick_check`, an `Import` for the context of all targets.
    """

    name: str
    requires: tuple[str, ...]

    def emit(self, context: EmitContext) -> Iterator[File]:
        """Yield the files of the target.

        Raises:
            SchemapressError: the schema uses what the target can't emit, with its file and line.
        """
        ...


class ClassesTarget(Target, Protocol):
    """A target that makes the binding classes, which are in the module or package `bindings`."""

    def start(self, source: ApiSource, limits: SourceLimits) -> ClassesRun:
        """Start to make the classes of an API, before its schema is loaded.

        Raises:
            SchemapressError: the configuration is wrong, or what makes the classes is not installed.
        """
        ...
