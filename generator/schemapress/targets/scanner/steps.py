"""What a scanner consists of: expressions, and methods that are made of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from schemapress.targets.code import Code

from .regex import Regex


@dataclass(frozen=True, slots=True)
class Run:
    """An expression that matches once, and the variables of its groups."""

    kind: ClassVar = "run"
    expression: Code
    variables: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """An expression that matches again and again; each match is one value of a list."""

    kind: ClassVar = "loop"
    expression: Code
    variables: tuple[Code, ...]
    target: Code
    value: Code
    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """A child whose type has a method: `before` matches its start tag, `after` its end tag."""

    kind: ClassVar = "call"
    before: Code
    after: Code
    method: Code
    target: Code
    repeated: bool
    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its source, a piece a line, which code refers to by `constant`.

    `attribute` is what holds it in the scanner, compiled; a part of other expressions has none.
    """

    constant: Code
    pieces: tuple[Regex, ...]
    attribute: Code | None = None
    capture: bool = True


@dataclass(frozen=True, slots=True)
class Method:
    """The scanning of one complex type."""

    name: Code
    label: str
    class_name: Code
    steps: tuple[Run | Loop | Call, ...]
    arguments: tuple[tuple[Code, Code], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A root element that is scanned."""

    element: str
    method: Code
    accept: Code | None


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """Everything that the template of the scanner prints."""

    messages: tuple[Message, ...]
    expressions: tuple[Expression, ...]
    methods: tuple[Method, ...]
    enumerations: tuple[tuple[Code, Code], ...]
    unscanned: tuple[tuple[str, str], ...]
