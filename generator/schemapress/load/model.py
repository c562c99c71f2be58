"""The model of a schema: what XSD 1.0 calls its components (Part 1 §2.2), as plain data.

Names are in Clark notation, `{namespace}name`. Types refer to each other by key: a named type's key is
its name; an anonymous one's is the key of its owner, a slash, and the name of the element or attribute
that it types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from schemapress_runtime.xsd.builtin import BUILTIN

XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema"


def clark(namespace: str, local: str) -> str:
    """Return a name in Clark notation."""
    return f"{{{namespace}}}{local}" if namespace else local


def local_name(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def namespace_of(name: str) -> str:
    """Return the namespace of a name; empty where it has none."""
    return name.rpartition("}")[0][1:]


def is_builtin(name: str) -> bool:
    """Whether a name is that of a built-in type; a schema may declare others in the namespace of XML Schema."""
    return namespace_of(name) == XSD_NAMESPACE and (local_name(name) in BUILTIN or local_name(name) == "anyType")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the source: a path relative to the schema's folder, and a line from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Facet:
    """A constraining facet as the source writes it (Part 2 §4.3); `namespaces` are in scope for a QName in it."""

    name: str
    value: str
    place: Place
    namespaces: tuple[tuple[str | None, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SimpleType:
    """A simple type (Part 1 §3.14): a restriction of `base`, a list of `item`, or a union of `members`."""

    key: str
    name: str | None
    place: Place
    documentation: str
    variety: Literal["restriction", "list", "union"]
    base: str | None = None
    facets: tuple[Facet, ...] = ()
    item: str | None = None
    members: tuple[str, ...] = ()

    def enumeration(self) -> tuple[str, ...]:
        """Return the enumerated values; none where the type is not an enumeration itself."""
        return tuple(facet.value for facet in self.facets if facet.name == "enumeration")


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """An attribute that a complex type admits (Part 1 §3.5)."""

    name: str
    type: str
    place: Place
    documentation: str
    required: bool = False
    fixed: str | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class NamespaceConstraint:
    """Which namespaces a wildcard admits (Part 1 §3.10.1): any, all but one, or those listed; "" is no namespace."""

    kind: Literal["any", "not", "enumeration"]
    namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A wildcard for elements or attributes (Part 1 §3.10)."""

    constraint: NamespaceConstraint
    process: Literal["strict", "lax", "skip"]
    place: Place


@dataclass(frozen=True, slots=True)
class IdentityConstraint:
    """A key, unique or keyref (Part 1 §3.11). Paths have `{namespace}name` steps, as `ElementTree` takes them."""

    kind: Literal["key", "unique", "keyref"]
    name: str
    selector: str
    fields: tuple[str, ...]
    refer: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class ElementDeclaration:
    """An element declaration (Part 1 §3.3). `substitution_group` is the name of its head."""

    name: str
    type: str
    place: Place
    documentation: str
    nillable: bool = False
    fixed: str | None = None
    default: str | None = None
    abstract: bool = False
    block: tuple[str, ...] = ()
    substitution_group: str | None = None
    constraints: tuple[IdentityConstraint, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelGroup:
    """A model group (Part 1 §3.8)."""

    kind: Literal["sequence", "choice", "all"]
    particles: tuple[Particle, ...]


@dataclass(frozen=True, slots=True)
class Particle:
    """A term, and how often it may occur; `maximum` is None where it is unbounded (Part 1 §3.9).

    `is_reference` says that the term is a global element declaration, which its substitution group may replace.
    """

    term: ElementDeclaration | ModelGroup | Wildcard
    minimum: int = 1
    maximum: int | None = 1
    is_reference: bool = False

    def elements(self) -> Iterator[ElementDeclaration]:
        """Yield the element declarations inside, in the order of the source."""
        if isinstance(self.term, ElementDeclaration):
            yield self.term
        elif isinstance(self.term, ModelGroup):
            for particle in self.term.particles:
                yield from particle.elements()


@dataclass(frozen=True, slots=True)
class ComplexType:
    """A complex type (Part 1 §3.4), with all that it inherits. With neither `particle` nor `simple` it is empty."""

    key: str
    name: str | None
    place: Place
    documentation: str
    base: str | None = None
    derivation: Literal["restriction", "extension"] = "restriction"
    particle: Particle | None = None
    simple: str | None = None
    mixed: bool = False
    abstract: bool = False
    block: tuple[str, ...] = ()
    attributes: tuple[AttributeUse, ...] = ()
    attribute_wildcard: Wildcard | None = None


Direction = Literal["receive", "send"]
"""What is done with the request of an endpoint."""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer of an endpoint: an HTTP status, and the root element of its body, if it has one."""

    status: int
    element: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What HTTP adds to a message; written in `xs:appinfo`, in the namespace `urn:schemapress:endpoint`."""

    name: str
    summary: str
    method: str
    path: str
    direction: Direction
    security: str
    idempotency_key: str | None
    request: str
    media_type: str
    responses: tuple[Response, ...]
    place: Place


@dataclass(frozen=True)
class Schema:
    """One schema, made of all the files that it includes and imports.

    `elements` are the global element declarations, the only possible roots; `attributes` the global
    attribute declarations, which wildcards admit; `types` has every type,
    anonymous ones too, users of a type after the type where that is possible; `prefixes` has the prefix
    of each namespace; `declared_prefixes` what the first document of each target namespace declares: namespaces
    by their prefixes ("" for the default namespace); `files` the files, relative to the folder of the first, and
    `sources` those of them that were asked for, not only referred to; `paths` are the absolute paths of all that were
    read, `catalogs` those of the XML catalogs that were asked; `contents` has the bytes of each, by its
    real path, and `targets` what each includes, imports and redefines: the kind, and the real path or None.
    """

    elements: Mapping[str, ElementDeclaration]
    types: Mapping[str, SimpleType | ComplexType]
    prefixes: Mapping[str, str]
    declared_prefixes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()
    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    documentation: str = ""
    attributes: Mapping[str, AttributeUse] = field(default_factory=dict)
    notations: tuple[str, ...] = ()
    target_namespaces: tuple[str, ...] = field(default=())
    paths: tuple[Path, ...] = ()
    catalogs: tuple[Path, ...] = ()
    contents: Mapping[Path, bytes] = field(default_factory=dict, compare=False, repr=False)
    targets: Mapping[Path, tuple[tuple[str, Path | None], ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def documents(self) -> Mapping[str, ElementDeclaration]:
        """The global elements that whole documents are meant to have as their roots.

        Any global element may be a root. Meant are `messages`; first of all those in `sources`.
        """
        of_sources = {name: element for name, element in self.messages.items() if element.place.file in self.sources}
        return of_sources or self.messages

    @cached_property
    def messages(self) -> Mapping[str, ElementDeclaration]:
        """The global elements that endpoints name, and those that no content model refers to, of all files.

        Where that leaves none, all global elements.
        """
        named = {endpoint.request for endpoint in self.endpoints}
        named |= {
            response.element for endpoint in self.endpoints for response in endpoint.responses if response.element
        }
        referred = {name for type_ in self.types.values() for name in _referred(type_)}
        meant = {
            name: element
            for name, element in self.elements.items()
            if name in named or (name not in referred and element.substitution_group is None and not element.abstract)
        }
        return meant or self.elements


def _referred(type_: SimpleType | ComplexType) -> Iterator[str]:
    """Yield the names of the global elements that a content model refers to."""
    if isinstance(type_, ComplexType) and type_.particle is not None:
        waiting = [type_.particle]
        for particle in waiting:
            if isinstance(particle.term, ModelGroup):
                waiting += particle.term.particles
            elif particle.is_reference and isinstance(particle.term, ElementDeclaration):
                yield particle.term.name
