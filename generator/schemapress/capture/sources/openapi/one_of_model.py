"""A deterministic content model for an element that has one of several objects (XSD 1.0 Part 1, cos-nonambig).

Objects with a `discriminator` share its property, and a choice between them would begin with it twice. So the elements
that all objects begin with come first, before a choice of the rest. If that is not enough, the objects become one
sequence, in which an element is optional unless all objects have it. It accepts everything that the objects accept,
unless two of them have elements in opposite orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import combinations, pairwise, takewhile

from ...plan.object_type import Property, PropertyType

Alternatives = tuple[tuple[Property, ...], ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """The content for several objects: shared elements and attributes, and a choice of the rest.

    - `shared`: a choice of the unchanged objects would not be deterministic.
    - `admits_more`: the content accepts more than the objects do.
    - `opposite`: two objects have elements in opposite orders, and one order is taken.
    """

    properties: tuple[Property, ...]
    alternatives: Alternatives
    shared: bool
    admits_more: bool = False
    opposite: bool = False


def combine(
    base: tuple[Property, ...], objects: Iterable[tuple[Property, ...]], join: Join, *, choice: bool = True
) -> OneOf:
    """Return the content of an element that has `base` and one of the objects.

    `join` makes one type from the types of elements with one name (cos-element-consistent). Without `choice`, the
    objects always become one sequence.
    """
    inherited = set(map(_key, base))
    own = [tuple(property_ for property_ in object_ if _key(property_) not in inherited) for object_ in objects]
    attributes = _merge(tuple(property_ for property_ in object_ if property_.is_attribute) for object_ in own)
    elements = _unify_types(
        [tuple(property_ for property_ in object_ if not property_.is_attribute) for object_ in own], join
    )
    attributes = _unify_types([attributes], join)[0]
    if _are_apart(elements) and choice:
        return OneOf((*base, *attributes), tuple(elements), False)
    shared = not _are_apart(elements)
    count = sum(1 for _ in takewhile(_is_same, zip(*elements, strict=False)))
    rests = [object_[count:] for object_ in elements]
    if choice and _are_apart(rests):
        return OneOf((*base, *elements[0][:count], *attributes), tuple(rests), shared)
    names = _common_order(elements)
    by_name = {property_.name: property_ for property_ in _merge(elements)}
    sequence = tuple(by_name[name] for name in names or by_name)
    return OneOf((*base, *sequence, *attributes), (), shared, admits_more=True, opposite=names is None)


Join = Callable[[list[PropertyType]], PropertyType]
"""Makes one type from several."""


def _key(property_: Property) -> tuple[bool, str]:
    return property_.is_attribute, property_.name


def _is_same(properties: tuple[Property, ...]) -> bool:
    """Whether elements are equal apart from their documentation."""
    return len({replace(property_, documentation="") for property_ in properties}) == 1


def _are_apart(objects: Iterable[tuple[Property, ...]]) -> bool:
    """Whether no two objects can begin with the same element."""
    return all(_beginnings(left).isdisjoint(_beginnings(right)) for left, right in combinations(objects, 2))


def _beginnings(properties: tuple[Property, ...]) -> set[str]:
    optional = len([*takewhile(lambda property_: property_.minimum == 0, properties)])
    return {property_.name for property_ in properties[: optional + 1]}


def _merge(objects: Iterable[tuple[Property, ...]]) -> tuple[Property, ...]:
    """Return the properties of objects, each once: required if all objects require it, with the largest maximum."""
    all_objects = list(objects)
    by_name: dict[str, list[Property]] = {}
    for property_ in (property_ for object_ in all_objects for property_ in object_):
        by_name.setdefault(property_.name, []).append(property_)
    return tuple(
        replace(
            same[0],
            minimum=min(property_.minimum for property_ in same) if len(same) == len(all_objects) else 0,
            maximum=None
            if any(property_.maximum is None for property_ in same)
            else max(property_.maximum or 0 for property_ in same),
            nillable=any(property_.nillable for property_ in same),
        )
        for same in by_name.values()
    )


def _common_order(objects: Iterable[tuple[Property, ...]]) -> list[str] | None:
    """Return the names of elements in an order that fits all objects, or None for opposite orders."""
    after: TopologicalSorter[str] = TopologicalSorter()
    for object_ in objects:
        names = [property_.name for property_ in object_]
        for before, name in pairwise([*names[:1], *names]):
            after.add(name, *([before] if before != name else []))
    try:
        return list(after.static_order())
    except CycleError:
        return None


def _unify_types(objects: list[tuple[Property, ...]], join: Join) -> list[tuple[Property, ...]]:
    """Return the objects, with one type for all properties of one name."""
    types: dict[str, list[PropertyType]] = {}
    nillable: dict[str, bool] = {}
    for property_ in (property_ for object_ in objects for property_ in object_):
        known = types.setdefault(property_.name, [])
        if property_.type not in known:
            known.append(property_.type)
        nillable[property_.name] = nillable.get(property_.name, False) or property_.nillable
    joined = {name: known[0] if len(known) == 1 else join(known) for name, known in types.items()}
    return [
        tuple(
            replace(property_, type=joined[property_.name], nillable=nillable[property_.name]) for property_ in object_
        )
        for object_ in objects
    ]
