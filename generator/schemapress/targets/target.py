"""What a target is: the plug-in interface of the pipeline (entry point group `schemapress.targets`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from schemapress.errors import NoMessages, SchemapressError
from schemapress.load.schema import Schema
from schemapress.project import Placement
from schemapress.targets.bindings.shape import Shapes
from schemapress.targets.bindings.xsdata_order import Lost

from .code import Code, fill, identifier, module, union

if TYPE_CHECKING:
    from schemapress.targets.scanner.steps import ScanPlan


def in_bindings(class_name: str) -> Code:
    """Return how emitted modules name a binding class: by its module, so that no name of theirs is in its way."""
    return fill("bindings.{}", identifier(class_name))


ENTRY_POINTS = "schemapress.targets"

_RUNTIMES: Mapping[Placement, Code] = {"vendored": module("._runtime"), "installed": module("schemapress_runtime")}
SCANNER = module(".scanner")


class BindingsRun(Protocol):
    """The binding classes, as a text and as what can be known of them."""

    def begin(self, schema: Schema) -> None:
        """Take the schema, once it is loaded.

        Raises:
            SchemapressError: it can have no bindings, or not these.
        """
        ...

    def files(self) -> Mapping[str, str]:
        """Return the sources of the modules, by their paths in the package."""
        ...

    def lost(self) -> Lost:
        """Return what objects lose because of the configuration."""
        ...

    def shapes(self) -> Shapes:
        """Return the shapes of the classes."""
        ...


@dataclass(frozen=True)
class Api:
    """What targets emit from: one folder of `spec/`, read, and the package that it becomes.

    `placement` says where its runtime is, and `scanner` where the emitted modules import that from, if it has one.
    """

    name: str
    package: str
    schema: Schema
    sources: tuple[Path, ...]
    render: Callable[[str, Mapping[str, object]], str]
    bindings: BindingsRun
    placement: Placement = "vendored"
    scanner: Code | None = SCANNER

    @property
    def runtime(self) -> Code:
        """What emitted modules import the runtime from."""
        return _RUNTIMES[self.placement]

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes of the binding classes."""
        return self.bindings.shapes()

    @cached_property
    def scan_plan(self) -> ScanPlan:
        """The plan of the scanner, which its target prints and a build reports."""
        from schemapress.targets.scanner.plan import ScanPlanner

        roots = ((element, self.shapes.of_root(name)) for name, element in self.schema.documents.items())
        return ScanPlanner(self.schema).plan(roots)

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
        return union(map(in_bindings, names))

    @property
    def source(self) -> str:
        """The names of the source files, for the heading of an emitted module."""
        return ", ".join(path.name for path in self.sources)


@dataclass(frozen=True, slots=True)
class File:
    """A file to write: its path inside the package, and its text. `format` says whether ruff formats it."""

    path: str
    text: str
    format: bool = True


class Target(Protocol):
    """Turns an API into files. A target decides everything in Python; its template prints the plan.

    `requires` names the targets whose modules the emitted ones import.
    """

    name: str
    requires: tuple[str, ...]

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the files of the target.

        Raises:
            SchemapressError: the schema uses what the target can't emit, with its file and line.
        """
        ...


def load_targets(names: tuple[str, ...]) -> list[Target]:
    """Return the targets of the given names, built-in or from an installed package.

    Raises:
        SchemapressError: there is no target of that name.
    """
    from importlib.metadata import entry_points

    known = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    targets: list[Target] = []
    for name in names:
        if name not in known:
            hint = f"Known are {', '.join(sorted(known))}."
            raise SchemapressError(f"There is no target {name!r}.", place="[tool.schemapress] targets", hint=hint)
        target: Target = known[name].load()()
        missing = [other for other in target.requires if other not in names]
        if missing:
            hint = f"Add {', '.join(missing)} to the targets."
            raise SchemapressError(f"The target {name!r} needs others.", place="[tool.schemapress] targets", hint=hint)
        targets.append(target)
    return targets
