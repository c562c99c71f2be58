"""The prefixes that a package writes: those of the publisher's documents, and the choice of a default namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from schemapress.load.schema import Schema
from schemapress_runtime.binding.prefixes import MessagePrefixes
from schemapress_runtime.names import XML_NAMESPACE, XSD_NAMESPACE, namespace_of
from schemapress_runtime.xsd.components import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ModelGroup,
    Particle,
    Type,
)
from schemapress_runtime.xsd.simple_type import Restriction


@dataclass(frozen=True)
class PrefixPlan:
    """The prefixes of a package: see `MessagePrefixes`."""

    declared: Mapping[str, str]
    own: Mapping[str, Mapping[str, str]]
    unqualified: tuple[str, ...]

    @cached_property
    def messages(self) -> MessagePrefixes:
        """The prefixes of the messages, as the package will have them."""
        return MessagePrefixes(self.declared, self.own, self.unqualified)


def plan_prefixes(schema: Schema) -> PrefixPlan:
    """Return the prefixes of a schema's messages.

    A message has those that the document of its namespace declares, whatever other documents have for the same
    namespaces; of two for one namespace, the first.
    """
    declared = {prefix: uri for uri, prefix in schema.prefixes.items() if uri != XML_NAMESPACE}
    for document in schema.declared_prefixes.values():
        for prefix, uri in document.items():
            if prefix and uri == XSD_NAMESPACE and prefix not in declared and uri not in declared.values():
                declared[prefix] = uri
    if _takes_prefixes_of_documents(schema):
        for document in schema.declared_prefixes.values():
            for prefix, uri in document.items():
                if prefix not in ("", "xml") and prefix not in declared and uri not in declared.values():
                    declared[prefix] = uri
    messages = {namespace_of(element) for element in schema.elements}
    unqualified = tuple(sorted({namespace_of(name) for name in _find_capturing(schema)} - {""}))
    own = {}
    for namespace in sorted(messages):
        prefixes = dict(_find_own(schema, namespace, declared, unqualified))
        if prefixes:
            own[namespace] = prefixes
    return PrefixPlan(declared, own, unqualified)


def _find_own(
    schema: Schema, namespace: str, declared: Mapping[str, str], unqualified: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield the prefixes that the document of a namespace declares in another way than all documents together."""
    document = schema.declared_prefixes.get(namespace, {})
    met: set[str] = set()
    for prefix, uri in document.items():
        if prefix and uri not in met and uri in declared.values():
            met.add(uri)
            if declared.get(prefix) != uri:
                yield prefix, uri
    if namespace in unqualified and namespace not in met and "tns" not in document and declared.get("tns") != namespace:
        yield "tns", namespace  # the root needs a prefix, and that of all documents together has a number


def _find_capturing(schema: Schema) -> Iterator[str]:
    """Yield the global elements in which there can be elements without a namespace, at any depth."""
    holders: dict[Type, set[Type]] = {}
    waiting: list[Type] = []
    members: dict[str, list[ElementDeclaration]] = {}
    for element in schema.elements.values():
        if element.substitution_group is not None:
            members.setdefault(element.substitution_group, []).append(element)
    for type_ in schema.types.values():
        if type_.base is not None:
            holders.setdefault(type_, set()).add(type_.base)  # which an xsi:type replaces by this one
        for name, inside in _children(type_, members):
            holders.setdefault(inside, set()).add(type_)
            if not namespace_of(name):
                waiting.append(type_)
    capturing: set[Type] = set()
    while waiting:
        type_ = waiting.pop()
        if type_ not in capturing:
            capturing.add(type_)
            waiting += holders.get(type_, ())
    for element in schema.elements.values():
        if element.type in capturing:
            yield element.name


def _children(type_: Type, members: Mapping[str, list[ElementDeclaration]]) -> Iterator[tuple[str, Type]]:
    """Yield the name and the type of each element that can be a child, those that replace another one among them."""
    waiting: list[Particle] = []
    if isinstance(type_, ComplexType) and type_.particle is not None:
        waiting.append(type_.particle)
    for particle in waiting:
        if isinstance(particle.term, ModelGroup):
            waiting += particle.term.particles
        elif isinstance(particle.term, ElementDeclaration):
            elements = [particle.term]
            seen = set()
            for element in elements:
                if element.name not in seen:
                    seen.add(element.name)
                    yield element.name, element.type
                    elements += members.get(element.name, ()) if particle.is_reference else ()


def keeps_prefixes(schema: Schema) -> bool:
    """Whether there is a type of names with a pattern, which is one of their prefixes too."""
    return any(
        isinstance(type_, Restriction) and type_.patterns and type_.needs_namespaces for type_ in schema.types.values()
    )


def _takes_prefixes_of_documents(schema: Schema) -> bool:
    """Whether names in documents need the prefixes of the schema: a pattern, a fixed or a default value has them."""
    if keeps_prefixes(schema):
        return True
    for type_ in schema.types.values():
        if isinstance(type_, ComplexType):
            elements = () if type_.particle is None else type_.particle.elements()
            if any(map(_has_constant_name, (*type_.attributes.values(), *elements))):
                return True
    return any(map(_has_constant_name, schema.elements.values()))


def _has_constant_name(declaration: ElementDeclaration | AttributeUse) -> bool:
    """Whether a fixed or default value is, or contains, a name with a prefix."""
    type_ = declaration.type
    simple = type_.simple if isinstance(type_, ComplexType) else type_
    has_value = declaration.fixed is not None or declaration.default is not None
    return has_value and simple is not None and simple.needs_namespaces
