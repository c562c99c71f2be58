"""What a scanner consists of: expressions, and methods that are made of steps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """An expression that matches once, and the variables of its groups."""

    expression: str
    variables: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """An expression that matches again and again; each match is one value of a list."""

    expression: str
    variables: tuple[str, ...]
    target: str
    value: str
    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """A child whose type has a method: `before` matches its start tag, `after` its end tag."""

    before: str
    after: str
    method: str
    target: str
    repeated: bool
    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its source, a piece a line, which code refers to by `constant`.

    `attribute` is what holds it in the scanner, compiled; a part of other expressions has none.
    """

    constant: str
    pieces: tuple[str, ...]
    attribute: str = ""
    capture: bool = True


@dataclass(frozen=True, slots=True)
class Method:
    """The scanning of one complex type."""

    name: str
    label: str
    place: str
    class_name: str
    steps: tuple[Run | Loop | Call, ...]
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A root element that is scanned."""

    element: str
    method: str
    accept: str


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """Everything that the template of the scanner prints."""

    messages: tuple[Message, ...]
    expressions: tuple[Expression, ...]
    methods: tuple[Method, ...]
    enumerations: tuple[tuple[str, str], ...]
    unscanned: tuple[tuple[str, str], ...]
