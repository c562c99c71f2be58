"""A schema: all components of the files that it is made of, and what HTTP adds to its messages."""

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

    `declarations` has what is global: its elements are the only possible roots, and it has the prefix of each
    namespace. `types` has every type by its key, anonymous ones too, users of a type after the type where that is
    possible; `declared_prefixes` what the first document of each target namespace declares: namespaces
    by their prefixes ("" for the default namespace); `files` the files, relative to the folder of the first, and
    `sources` those of them that were asked for, not only referred to; `paths` are the absolute paths of all that were
    read, `catalogs` those of the XML catalogs that were asked; `contents` has the bytes of each, by its
    real path, and `targets` what each includes, imports and redefines: the kind, and the real path or None.
    """

    declarations: Declarations
    types: Mapping[str, Type]
    declared_prefixes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()
    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    documentation: str = ""
    notations: tuple[str, ...] = ()
    target_namespaces: tuple[str, ...] = field(default=())
    paths: tuple[Path, ...] = ()
    catalogs: tuple[Path, ...] = ()
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


def _referred(type_: Type) -> Iterator[str]:
    """Yield the names of the global elements that a content model refers to."""
    if isinstance(type_, ComplexType) and type_.particle is not None:
        waiting = [type_.particle]
        for particle in waiting:
            if isinstance(particle.term, ModelGroup):
                waiting += particle.term.particles
            elif particle.is_reference and isinstance(particle.term, ElementDeclaration):
                yield particle.term.name
