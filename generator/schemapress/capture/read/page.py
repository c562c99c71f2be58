"""An endpoint as its page describes it, before any interpretation."""

from __future__ import annotations

from dataclasses import dataclass

from schemapress_runtime.xsd.facets import Facet

from ..omission import Omission


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A place in a source: its file name, and line and column, from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class PageValue:
    """A value of an enumeration, and its meaning if the page gives one."""

    text: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class PageField:
    """A field of a body, as the page lists it.

    `path` has the names from the root to the field; `type` is the type in the words of the page, in lower case;
    `values` come from an `Enum:` (`values_from` is "enum") or a table in the description ("table", under `heading`).
    """

    path: tuple[str, ...]
    type: str
    place: PagePlace
    required: bool = False
    nullable: bool = False
    description: str = ""
    values: tuple[PageValue, ...] = ()
    values_from: str = ""
    heading: str = ""
    example: str | None = None
    default: str | None = None
    format: str = ""
    facets: tuple[Facet, ...] = ()

    @property
    def name(self) -> str:
        """The last name of the path, which is the name of the element."""
        return self.path[-1]

    @property
    def dotted(self) -> str:
        """The path as pages write it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class PageBody:
    """The fields of a request, or of a response with a status."""

    media_type: str
    place: PagePlace
    fields: tuple[PageField, ...] = ()
    status: int | None = None


@dataclass(frozen=True, slots=True)
class PageEndpoint:
    """An endpoint as its page describes it; `path` has no leading slash if the page only names a webhook."""

    title: str
    method: str
    path: str
    place: PagePlace
    summary: str = ""
    security: str = ""
    version: str = ""
    request: PageBody | None = None
    responses: tuple[PageBody, ...] = ()

    @property
    def bodies(self) -> tuple[PageBody, ...]:
        """The request and the responses that have fields."""
        return tuple(body for body in (self.request, *self.responses) if body is not None and body.fields)


@dataclass(frozen=True, slots=True)
class Page:
    """One endpoint of a page, and the parts of the page that were left out."""

    endpoint: PageEndpoint
    omissions: tuple[Omission, ...] = ()
