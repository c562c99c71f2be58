"""What a page says of an endpoint, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass

from schemapress_runtime.xsd.facets import Facet

from .omission import Omission


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a source: its file name, and line and column, from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an enumeration, and what it means, where the page says so."""

    text: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body, as the page lists it.

    `path` are the names on the way to it; `type` is the page's word for its type, in lower case; `values` are those
    of an `Enum:` (`values_from` is "enum") or of a table in the description ("table", under `heading`).
    """

    path: tuple[str, ...]
    type: str
    place: Place
    required: bool = False
    nullable: bool = False
    description: str = ""
    values: tuple[Value, ...] = ()
    values_from: str = ""
    heading: str = ""
    example: str | None = None
    default: str | None = None
    format: str = ""
    facets: tuple[Facet, ...] = ()

    @property
    def name(self) -> str:
        """The last name of the path: that of the element."""
        return self.path[-1]

    @property
    def dotted(self) -> str:
        """The path as pages write it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Body:
    """The fields of a request, or of a response with a status."""

    media_type: str
    place: Place
    fields: tuple[Field, ...] = ()
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as its page describes it; `path` has no leading slash where the page names a webhook only."""

    title: str
    method: str
    path: str
    place: Place
    summary: str = ""
    security: str = ""
    version: str = ""
    request: Body | None = None
    responses: tuple[Body, ...] = ()

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The request and the responses, as far as they have fields."""
        return tuple(body for body in (self.request, *self.responses) if body is not None and body.fields)


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of one page about one endpoint, and what was left out."""

    endpoint: Endpoint
    omissions: tuple[Omission, ...] = ()
