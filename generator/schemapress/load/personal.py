"""Which elements of a schema are about a person.

`<personal xmlns="urn:schemapress:endpoint"/>` in xs:appinfo says so, or `personal` in `endpoints.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress_runtime.xsd.components import ComplexType, ElementDeclaration, Type
from schemapress_runtime.xsd.place import BUILT_IN_PLACE
from schemapress_runtime.xsd.simple_type import Restriction

from .schema import Schema


@dataclass(frozen=True, slots=True)
class PersonalElements:
    """The names of elements whose content is personal, and of those that are declared inside of them."""

    names: frozenset[str] = frozenset()
    inner_names: frozenset[str] = frozenset()


def find_personal_elements(schema: Schema) -> PersonalElements:
    """Return the personal elements of a schema, in any of its content models.

    An element is personal where its declaration says so, the head of its substitution group, its type, a type that this
    is derived from, or the type of one of its attributes. So is one whose complex type a personal type is derived from,
    since `xsi:type` may put that in its place.
    """
    derived = _bases_of_personal_types(schema)
    declarations = list(find_declarations(schema))
    personal = [element for element in declarations if _is_personal(element, schema, derived)]
    inside: dict[str, None] = {}
    waiting: list[Type] = [element.type for element in personal]
    seen: set[int] = set()
    for type_ in waiting:  # which grows on the way
        if id(type_) not in seen and isinstance(type_, ComplexType) and type_.particle is not None:
            seen.add(id(type_))
            for element in type_.particle.elements():
                inside[element.name] = None
                waiting.append(element.type)
    return PersonalElements(frozenset(element.name for element in personal), frozenset(inside))


def find_declarations(schema: Schema) -> Iterator[ElementDeclaration]:
    """Yield the element declarations of a schema: the global ones, then those in content models."""
    yield from schema.elements.values()
    for type_ in schema.types.values():
        if isinstance(type_, ComplexType) and type_.particle is not None:
            yield from type_.particle.elements()


def _is_personal(element: ElementDeclaration, schema: Schema, bases: frozenset[str]) -> bool:
    seen: set[str] = set()
    head: ElementDeclaration | None = element
    while head is not None and head.name not in seen:
        seen.add(head.name)
        if head.personal or head.name in schema.personal_names:
            return True
        head = None if head.substitution_group is None else schema.elements.get(head.substitution_group)
    type_ = element.type
    if type_.source.key in bases or any(_is_personal_type(each, schema) for each in _ancestors(type_)):
        return True
    attributes = type_.attributes.values() if isinstance(type_, ComplexType) else ()
    return any(_is_personal_type(each, schema) for attribute in attributes for each in _ancestors(attribute.type))


def _is_personal_type(type_: Type, schema: Schema) -> bool:
    return type_.source.personal or type_.source.key in schema.personal_names


def _ancestors(type_: Type) -> Iterator[Type]:
    """Yield a type and those that it is derived from."""
    current: Type | None = type_
    while current is not None:
        yield current
        if isinstance(current, ComplexType):
            current = current.base if current.base is not None else current.simple
        else:
            current = current.base if isinstance(current, Restriction) else None


def _bases_of_personal_types(schema: Schema) -> frozenset[str]:
    """Return the keys of the complex types of the schema that personal types are derived from."""
    return frozenset(
        base.source.key
        for type_ in schema.types.values()
        if _is_personal_type(type_, schema) and isinstance(type_, ComplexType)
        for base in _ancestors(type_)
        if isinstance(base, ComplexType) and base.source.place is not BUILT_IN_PLACE
    )
