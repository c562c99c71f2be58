"""Whether two sets of declarations are the same in all that their components have, and in what they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property

from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType, Declarations
from schemapress_runtime.xsd.facets import Facet
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import SimpleType, TypeSource

PLAIN = (str, int, bool, type(None))
VALUES = (Place, TypeSource, Facet)
FUNCTION = "content"
"""What is called for the particle of a complex type: two functions are never equal."""


def find_difference(first: Declarations, second: Declarations) -> str | None:
    """Return where two sets of declarations differ, as names of fields; None where they do not.

    Components that are one object in one set are one object in the other one.
    """
    pairs: dict[int, object] = {}
    others: dict[int, object] = {}
    names = [field.name for field in fields(Declarations) if field.name != "heads"]
    waiting: list[tuple[str, object, object]] = [(name, getattr(first, name), getattr(second, name)) for name in names]
    while waiting:
        path, mine, other = waiting.pop()
        if type(mine) is not type(other) and not isinstance(mine, Mapping):
            return path
        if isinstance(mine, (*PLAIN, *VALUES)):
            if mine != other:
                return path
        elif isinstance(mine, tuple) and isinstance(other, tuple):
            if len(mine) != len(other):
                return path
            waiting += [(f"{path}[{number}]", *both) for number, both in enumerate(zip(mine, other, strict=True))]
        elif isinstance(mine, Mapping) and isinstance(other, Mapping):
            if list(mine) != list(other):
                return path
            waiting += [(f"{path}[{key}]", mine[key], other[key]) for key in mine]
        elif isinstance(mine, Declarations):
            if other is not second:
                return path
        elif id(mine) in pairs or id(other) in others:
            if pairs.get(id(mine)) is not other or others.get(id(other)) is not mine:
                return f"{path} (shared)"
        elif mine is ANY_TYPE or (isinstance(mine, SimpleType) and mine.is_builtin):
            if mine is not other:
                return path
        else:
            pairs[id(mine)], others[id(other)] = other, mine
            waiting += [(f"{path}.{name}", getattr(mine, name), getattr(other, name)) for name in names_of(mine)]
    return None


def names_of(component: object) -> list[str]:
    """Return the names of what a component has."""
    if isinstance(component, SimpleType):
        names = [
            name for name in vars(component) if not isinstance(getattr(type(component), name, None), cached_property)
        ]
    elif is_dataclass(component):
        names = [field.name for field in fields(component) if field.init]
    else:
        raise TypeError(component)
    particle = ["particle"] if isinstance(component, ComplexType) else []
    return [name for name in names if name != FUNCTION] + particle
