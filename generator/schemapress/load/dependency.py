"""The order of types in which each type comes after those that it uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from schemapress_runtime.xsd.components import ComplexType, Type
from schemapress_runtime.xsd.simple_type import List, Union


def sort_by_use(types: Mapping[str, Type], first: Iterable[Type]) -> dict[str, Type]:
    """Return the types, each after those that it uses, as far as circles allow.

    The types in `first` and the types that they use come first, then the others in their given order.
    """
    ordered: dict[str, Type] = {}
    seen: set[Type] = set()
    for root in (*first, *types.values()):
        waiting = [(root, uses(root))] if root not in seen else []
        seen.add(root)
        while waiting:
            type_, used = waiting[-1]
            other = next((other for other in used if other not in seen), None)
            if other is not None:
                seen.add(other)
                waiting.append((other, uses(other)))
                continue
            waiting.pop()
            if type_.source.key in types:
                ordered[type_.source.key] = type_
    return ordered


def uses(type_: Type) -> Iterator[Type]:
    """Yield the types that a type uses, those of its elements included, in the order of the source."""
    yield from _definition_uses(type_)
    if isinstance(type_, ComplexType) and type_.particle is not None:
        for element in type_.particle.elements():
            yield element.type


def _definition_uses(type_: Type) -> Iterator[Type]:
    """Yield the types that the definition of a type uses directly: base, item, members, content, attributes."""
    if type_.base is not None:
        yield type_.base
    if isinstance(type_, List):
        yield type_.item
    elif isinstance(type_, Union):
        yield from type_.members
    elif isinstance(type_, ComplexType):
        if type_.simple is not None:
            yield type_.simple
        for use in type_.attributes.values():
            yield use.type
