"""A schema: the components of all its files, and the endpoints of its messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from schemapress_runtime.xsd.components import (
    AttributeUse,
    ComplexType,
    Declarations,
    ElementDeclaration,
    ModelGroup,
    Type,
)
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import SimpleType

from .inputs import Inputs

Direction = Literal["receive", "send"]
"""Your role for the request of an endpoint."""


Location = Literal["path", "query", "header"]
"""Where a parameter is in a request."""


@dataclass(frozen=True, slots=True)
class ResponseFacts:
    """A response of an endpoint: its HTTP status, and the root element of its body, if it has a body."""

    status: int
    element: str | None = None
    media_type: str | None = None

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types of the body, the preferred one first; empty where it has those of the request."""
        return tuple((self.media_type or "").split())


@dataclass(frozen=True, slots=True)
class ParameterFacts:
    """A parameter of an endpoint: its name, where it is in a request, and the simple type of its texts."""

    name: str
    location: Location
    type: SimpleType
    required: bool
    place: Place


@dataclass(frozen=True, slots=True)
class HeaderFacts:
    """A header block of an envelope: its element, and whether a message must have it."""

    element: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class SoapFacts:
    """What SOAP adds to an endpoint: its versions, its action, the header blocks both ways, and entries of faults."""

    versions: tuple[str, ...]
    action: str = ""
    request_headers: tuple[HeaderFacts, ...] = ()
    response_headers: tuple[HeaderFacts, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements of header blocks, and of entries of faults."""
        return (*(header.element for header in (*self.request_headers, *self.response_headers)), *self.faults)


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """Endpoint facts of a message: HTTP method, path, responses. An XSD has them in `xs:appinfo`, a file
    `endpoints.toml` beside it.

    `request` is None where a request has no body.
    `soap` is None where a body is a message itself, without an envelope.
    A key is the path of local names, such as `header/messageId`, from the root of the request to an element in it.
    """

    name: str
    summary: str
    method: str
    path: str
    direction: Direction
    security: str
    idempotency_key: str | None
    ordering_key: str | None
    sender_key: str | None
    request: str | None
    media_type: str
    responses: tuple[ResponseFacts, ...]
    place: Place
    parameters: tuple[ParameterFacts, ...] = ()
    soap: SoapFacts | None = None

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types of the request, the preferred one first."""
        return tuple(self.media_type.split())

    @property
    def keys(self) -> Mapping[str, str | None]:
        """The keys of a message, by the names of their attributes."""
        return {
            "idempotency-key": self.idempotency_key,
            "ordering-key": self.ordering_key,
            "sender-key": self.sender_key,
        }


@dataclass(frozen=True)
class Schema:
    """One schema, made of its entry documents and all files that they refer to.

    - `declarations` has the global components, and the prefix of each namespace. Only its elements can be roots.
    - `types` has every type by its key, anonymous types too, each type after those that it uses where possible.
    - `declared_prefixes` has the namespaces by prefix ("" is the default namespace) that the first document of each
      target namespace declares.
    - `personal_names` are the elements and types that `endpoints.toml` says to be about a person.
    - `files` are relative to the folder of the first file; `sources` are the entry documents among them.
    - `paths` are the absolute paths of all files, `catalogs` those of the XML catalogs that were read; `inputs` has all
      that the file system was asked.
    - `contents` has the bytes of each file by its real path, and `targets` its includes, imports and redefinitions:
      the kind, and the real path or None.
    """

    declarations: Declarations
    types: Mapping[str, Type]
    declared_prefixes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    endpoints: tuple[EndpointFacts, ...] = ()
    personal_names: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    documentation: str = ""
    notations: tuple[str, ...] = ()
    target_namespaces: tuple[str, ...] = field(default=())
    paths: tuple[Path, ...] = ()
    catalogs: tuple[Path, ...] = ()
    inputs: Inputs = field(default_factory=Inputs, compare=False, repr=False)
    contents: Mapping[Path, bytes] = field(default_factory=dict, compare=False, repr=False)
    targets: Mapping[Path, tuple[tuple[str, Path | None], ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def elements(self) -> Mapping[str, ElementDeclaration]:
        """The global element declarations."""
        return self.declarations.elements

    @property
    def attributes(self) -> Mapping[str, AttributeUse]:
        """The global attribute declarations, which wildcards admit."""
        return self.declarations.attributes

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefix of each namespace."""
        return self.declarations.prefixes

    @cached_property
    def documents(self) -> Mapping[str, ElementDeclaration]:
        """The global elements meant as roots of documents: `messages` in `sources` or, without any, elsewhere."""
        of_sources = {name: element for name, element in self.messages.items() if element.place.file in self.sources}
        return of_sources or self.messages

    @cached_property
    def messages(self) -> Mapping[str, ElementDeclaration]:
        """The global elements of all files that an endpoint names or that no content model refers to.

        If there is none, all global elements.
        """
        named = {endpoint.request for endpoint in self.endpoints if endpoint.request}
        named |= {
            response.element for endpoint in self.endpoints for response in endpoint.responses if response.element
        }
        named |= {element for endpoint in self.endpoints if endpoint.soap for element in endpoint.soap.elements}
        referred = {name for type_ in self.types.values() for name in _element_references(type_)}
        meant = {
            name: element
            for name, element in self.elements.items()
            if name in named or (name not in referred and element.substitution_group is None and not element.abstract)
        }
        return meant or self.elements


def _element_references(type_: Type) -> Iterator[str]:
    """Yield the names of the global elements that a content model refers to."""
    if isinstance(type_, ComplexType) and type_.particle is not None:
        waiting = [type_.particle]
        for particle in waiting:
            if isinstance(particle.term, ModelGroup):
                waiting += particle.term.particles
            elif particle.is_reference and isinstance(particle.term, ElementDeclaration):
                yield particle.term.name
