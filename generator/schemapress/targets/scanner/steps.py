"""The parts of a scanner: expressions, and methods made of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from schemapress.targets.code import Code, fill, literal

from .regex import Regex


@dataclass(frozen=True, slots=True)
class Run:
    """An expression that matches once, and the variables of its groups."""

    kind: ClassVar = "run"
    expression: Code
    variables: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """An expression that matches again and again; each match is one value of the list `target`."""

    kind: ClassVar = "loop"
    expression: Code
    variables: tuple[Code, ...]
    target: Code
    value: Code
    minimum: int
    maximum: int | None

    @property
    def unfit(self) -> tuple[Code, ...]:
        """The conditions under which the list has too few values, or too many."""
        return _unfit_counts(self.target, self.minimum, self.maximum)


@dataclass(frozen=True, slots=True)
class Call:
    """A child whose type has a method: `before` matches its start tag, `after` its end tag.

    `scanned` holds what the method gives: a value, which `item` then holds, and the position behind it. The value is in
    `target`, or the list of the values where there may be several.
    """

    before: Code
    after: Code
    method: Code
    scanned: Code
    item: Code
    target: Code
    minimum: int
    maximum: int | None

    @property
    def kind(self) -> str:
        """The occurrence of the child: required, optional, or each of several."""
        return "each_child" if self.maximum != 1 else "child" if self.minimum else "optional_child"

    @property
    def unfit(self) -> tuple[Code, ...]:
        """The conditions under which the list has too few values, or too many."""
        return _unfit_counts(self.target, self.minimum, self.maximum)


def _unfit_counts(items: Code, minimum: int, maximum: int | None) -> tuple[Code, ...]:
    too_few = (fill("len({}) < {}", items, minimum),) if minimum else ()
    too_many = () if maximum is None else (fill("len({}) > {}", items, maximum),)
    return too_few + too_many


@dataclass(frozen=True, slots=True)
class ExpressionSource:
    """An expression: its source, one piece per line, which code refers to by `constant`.

    `attribute` is what holds it in the scanner, compiled; a part of other expressions has none.
    """

    constant: Code
    pieces: tuple[Regex, ...]
    attribute: Code | None = None
    capture: bool = True

    @property
    def arguments(self) -> Code:
        """The arguments with which a scanner compiles it, for the prefixes of a document."""
        return fill("{}, prefixes{}", self.constant, fill("" if self.capture else ", capture=False"))


@dataclass(frozen=True, slots=True)
class Method:
    """The scanning of one complex type."""

    name: Code
    label: str
    class_name: Code
    steps: tuple[Run | Loop | Call, ...]
    arguments: tuple[tuple[Code, Code], ...]


@dataclass(frozen=True, slots=True)
class ScannedRoot:
    """A root element that is scanned."""

    element: str
    method: Code
    accept: Code | None

    @property
    def arguments(self) -> Code:
        """The arguments of the scanner of the root: the expression that matches all of a document, and the method."""
        accept = literal(None) if self.accept is None else fill("self.{}", self.accept)
        return fill("{}, self.{}", accept, self.method)


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """Everything that the template of the scanner prints.

    `message` is the type of what is scanned, `prefixes` has those of the XSD with their namespaces.
    """

    message: Code
    messages: tuple[ScannedRoot, ...]
    expressions: tuple[ExpressionSource, ...]
    methods: tuple[Method, ...]
    enumerations: tuple[tuple[Code, Code], ...]
    unscanned: tuple[tuple[str, str], ...]
    prefixes: tuple[tuple[str, str], ...]

    @property
    def compiled(self) -> tuple[ExpressionSource, ...]:
        """The expressions that the scanner compiles by themselves."""
        return tuple(expression for expression in self.expressions if expression.attribute)
