"""Objects with properties, as sources describe messages, and the components of XML Schema made from them.

A property becomes an element or an attribute, an object a complex type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from schemapress.load.schema import EndpointFacts
from schemapress.write.xsd import SchemaFile
from schemapress_runtime.names import clark, local_name
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import (
    ANY_TYPE,
    AttributeUse,
    ComplexType,
    Compositor,
    ElementDeclaration,
    Particle,
    Type,
    all_of,
    any_element,
    choice,
    sequence,
)
from schemapress_runtime.xsd.facets import Facet
from schemapress_runtime.xsd.place import NOWHERE
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType, TypeSource, Union

PropertyType = str | Type
"""A type, or the name of an object type, which need not exist yet."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an object; `maximum` is None if it is unbounded."""

    name: str
    type: PropertyType
    minimum: int = 1
    maximum: int | None = 1
    nillable: bool = False
    documentation: str = ""
    is_attribute: bool = False


@dataclass(frozen=True, slots=True)
class ObjectType:
    """An object: its properties or, with `anything`, any XML. An object without a name is the type inside its element.

    After its own properties comes one of its `alternatives`, if it has any.
    """

    name: str
    properties: tuple[Property, ...] = ()
    anything: bool = False
    alternatives: tuple[tuple[Property, ...], ...] = ()
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class MessageRoot:
    """The root element of a message, with its type, or the name of its type."""

    name: str
    type: PropertyType | ObjectType
    documentation: str = ""


def builtin_type(name: str) -> Type:
    """Return a built-in type by its name with the prefix xs:."""
    local = name.removeprefix("xs:")
    return ANY_TYPE if local == "anyType" else BUILTIN.get(local, BUILTIN["string"])


@cache
def restriction(base: SimpleType, facets: tuple[Facet, ...], name: str = "", documentation: str = "") -> SimpleType:
    """Return a restriction of a simple type by facets; the same object for the same arguments.

    `name` is its expanded name; an anonymous type has none.
    """
    source = TypeSource(name, name or None, NOWHERE, documentation)
    return Restriction.by_facets(base, local_name(name), facets, source)


@cache
def union_type(members: tuple[SimpleType, ...], name: str = "") -> SimpleType:
    """Return the union of simple types; the same object for the same arguments. An anonymous type has no name."""
    return Union(members, local_name(name), TypeSource(name, name or None, NOWHERE))


def rename(type_: SimpleType, name: str) -> SimpleType:
    """Return an anonymous restriction or union with an expanded name."""
    if isinstance(type_, Union):
        return union_type(type_.members, name)
    assert isinstance(type_, Restriction)
    assert type_.base is not None
    return restriction(type_.base, type_.facets, name, type_.source.documentation)


def make_schema_file(
    namespace: str,
    order: Compositor,
    roots: Iterable[MessageRoot],
    objects: Iterable[ObjectType],
    simple_types: Iterable[SimpleType],
    *,
    elsewhere: Iterable[ObjectType] = (),
    endpoint: EndpointFacts | None = None,
    documentation: str = "",
    includes: tuple[str, ...] = (),
) -> SchemaFile:
    """Return the components of one XSD.

    With `order` "all", the properties of an object may come in any order. `elsewhere` has the objects of included
    files.
    """
    own = tuple(objects)
    maker = _ComponentMaker(namespace, order, (*elsewhere, *own))
    types = tuple(maker.type_of(object_.name) for object_ in own)
    elements = tuple(map(maker.element, roots))
    return SchemaFile(namespace, elements, (*types, *simple_types), endpoint, documentation, includes)


class _ComponentMaker:
    def __init__(self, namespace: str, order: Compositor, objects: Iterable[ObjectType]) -> None:
        self._namespace = namespace
        self._order = order
        self._types: Mapping[str, ComplexType] = {object_.name: self._complex(object_) for object_ in objects}

    def type_of(self, name: str) -> ComplexType:
        return self._types[name]

    def element(self, root: MessageRoot) -> ElementDeclaration:
        name = clark(self._namespace, root.name)
        type_ = self._complex(root.type) if isinstance(root.type, ObjectType) else self._resolve(root.type)
        return ElementDeclaration(name, type_, documentation=root.documentation)

    def _resolve(self, type_: PropertyType) -> Type:
        return self._types[type_] if isinstance(type_, str) else type_

    def _complex(self, object_: ObjectType) -> ComplexType:
        name = clark(self._namespace, object_.name)
        attributes: dict[str, AttributeUse] = {}
        for property_ in object_.properties:
            if property_.is_attribute:
                assert isinstance(property_.type, SimpleType)
                required = property_.minimum > 0
                attributes[property_.name] = AttributeUse(
                    property_.type, required, documentation=property_.documentation
                )
        return ComplexType(
            object_.name,
            self._content(object_),
            attributes=attributes,
            mixed=object_.anything,
            source=TypeSource(name, name if object_.name else None, NOWHERE, object_.documentation),
        )

    def _content(self, object_: ObjectType) -> Callable[[], Particle] | None:
        elements = tuple(property_ for property_ in object_.properties if not property_.is_attribute)
        if object_.anything:
            return lambda: sequence(any_element("any", process="skip", minimum=0, maximum=None))
        if not elements and not object_.alternatives:
            return None
        return lambda: self._group(elements, object_.alternatives)

    def _group(self, elements: tuple[Property, ...], alternatives: tuple[tuple[Property, ...], ...]) -> Particle:
        particles = tuple(map(self._particle, elements))
        if alternatives:
            inside = (sequence(*map(self._particle, alternative)) for alternative in alternatives)
            return sequence(*particles, choice(*inside))
        may_be_unordered = self._order == "all" and all(property_.maximum == 1 for property_ in elements)
        return all_of(*particles) if may_be_unordered else sequence(*particles)

    def _particle(self, property_: Property) -> Particle:
        declaration = ElementDeclaration(
            clark(self._namespace, property_.name),
            self._resolve(property_.type),
            nillable=property_.nillable,
            documentation=property_.documentation,
        )
        return Particle(declaration, property_.minimum, property_.maximum)
