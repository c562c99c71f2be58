"""The components of a schema that is captured, before a line of XML is written."""

from __future__ import annotations

from dataclasses import dataclass

from .endpoint import Value


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple type that restricts `base`, or is a union of `members`; one without a name stands in its element."""

    base: str
    name: str = ""
    members: tuple[str | Simple, ...] = ()
    values: tuple[Value, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """An element inside of a type, or an attribute of it; `type` names its type, or is a simple type of its own."""

    name: str
    type: str | Simple
    minimum: int = 1
    maximum: int | None = 1
    nillable: bool = False
    documentation: str = ""
    is_attribute: bool = False


@dataclass(frozen=True, slots=True)
class Complex:
    """A complex type with elements and attributes in it; with `anything`, whatever XML there is.

    Behind its own children, one of its `alternatives` follows, if it has any.
    """

    name: str
    children: tuple[Child, ...] = ()
    anything: bool = False
    alternatives: tuple[tuple[Child, ...], ...] = ()
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """A global element, which has its type inside, or refers to it."""

    name: str
    type: str | Complex | Simple
    documentation: str = ""


Answer = tuple[int, str | None, str | None]
"""A response: its status, and the root element and the media type of its body, if it has one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What HTTP adds to the messages of one XSD; a body is its root element and its media type."""

    name: str
    title: str
    method: str
    path: str
    direction: str
    security: str
    summary: str = ""
    idempotency_key: str | None = None
    request: tuple[str, str] | None = None
    responses: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """Everything that is written into one XSD; `includes` are the names of others."""

    namespace: str = ""
    order: str = "sequence"
    facts: Facts | None = None
    documentation: str = ""
    roots: tuple[Root, ...] = ()
    complex_types: tuple[Complex, ...] = ()
    simple_types: tuple[Simple, ...] = ()
    includes: tuple[str, ...] = ()
