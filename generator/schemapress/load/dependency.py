"""The order of types in which each follows those that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .model import ComplexType, SimpleType

Type = SimpleType | ComplexType


def in_order(types: Mapping[str, Type], first: Iterable[str]) -> dict[str, Type]:
    """Return the types in an order in which users follow what they use, where that is possible.

    Those that are used by `first` come first, then the others as they were.
    """
    ordered: dict[str, Type] = {}
    seen: set[str] = set()
    for root in (*first, *types):
        open_types = [(root, _used(types, root))] if root not in seen else []
        seen.add(root)
        while open_types:
            key, used = open_types[-1]
            other = next((one for one in used if one not in seen), None)
            if other is not None:
                seen.add(other)
                open_types.append((other, _used(types, other)))
                continue
            open_types.pop()
            if key in types:
                ordered[key] = types[key]
    return ordered


def _used(types: Mapping[str, Type], key: str) -> Iterator[str]:
    """Yield the keys of the types that a type is made of, in the order of the source."""
    type_ = types.get(key)
    if type_ is None:
        return
    if type_.base is not None:
        yield type_.base
    if isinstance(type_, SimpleType):
        if type_.item is not None:
            yield type_.item
        yield from type_.members
        return
    if type_.simple is not None:
        yield type_.simple
    for use in type_.attributes:
        yield use.type
    for element in type_.particle.elements() if type_.particle is not None else ():
        yield element.type
