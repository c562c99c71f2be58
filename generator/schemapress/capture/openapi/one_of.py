"""Several objects of which an element has one: a content model that is deterministic (XSD 1.0 Part 1, cos-nonambig).

Objects that a `discriminator` tells apart share its property, and a choice between them would begin with it twice. What
they all begin with is written once, before the choice of what they have of their own. Where that is not enough, they
become one sequence in which each element is optional that some of them do not have: it admits no less, unless two of
them have elements in opposite orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import combinations, pairwise, takewhile

from ..object_type import Property, PropertyType

Alternatives = tuple[tuple[Property, ...], ...]

CHOICE, ANY = "what they share, then a choice", "any of their elements, in their order"


@dataclass(frozen=True, slots=True)
class OneOf:
    """What becomes of objects: elements and attributes that all have, a choice of others, and whether more is admitted.

    `shared` says that a choice of the objects as they are would not be deterministic, and `opposite` that two of them
    have elements in opposite orders, of which one is taken.
    """

    properties: tuple[Property, ...]
    alternatives: Alternatives
    shared: bool
    admits_more: bool = False
    opposite: bool = False


def one_of(
    base: tuple[Property, ...], objects: Iterable[tuple[Property, ...]], join: Join, *, choice: bool = True
) -> OneOf:
    """Return the content of an element that has `base` and one of the objects.

    `join` makes one type of several that elements of one name have (cos-element-consistent); without `choice`, the
    objects become one sequence in any case.
    """
    listed = [
        tuple(property_ for property_ in one if _key(property_) not in {_key(other) for other in base})
        for one in objects
    ]
    attributes = _merged(tuple(property_ for property_ in one if property_.is_attribute) for one in listed)
    elements = _of_one_type(
        [tuple(property_ for property_ in one if not property_.is_attribute) for one in listed], join
    )
    attributes = _of_one_type([attributes], join)[0]
    if _are_apart(elements) and choice:
        return OneOf((*base, *attributes), tuple(elements), False)
    shared = not _are_apart(elements)
    count = sum(1 for _ in takewhile(_is_same, zip(*elements, strict=False)))
    rests = [one[count:] for one in elements]
    if choice and _are_apart(rests):
        return OneOf((*base, *elements[0][:count], *attributes), tuple(rests), shared)
    ordered = _ordered(elements)
    merged = {property_.name: property_ for property_ in _merged(elements)}
    sequence = tuple(merged[name] for name in ordered or merged)
    return OneOf((*base, *sequence, *attributes), (), shared, True, ordered is None)


Join = Callable[[list[PropertyType]], PropertyType]
"""Makes one type of several."""


def _key(property_: Property) -> tuple[bool, str]:
    return property_.is_attribute, property_.name


def _is_same(properties: tuple[Property, ...]) -> bool:
    """Whether elements are the same but for their documentation."""
    return len({replace(property_, documentation="") for property_ in properties}) == 1


def _are_apart(objects: Iterable[tuple[Property, ...]]) -> bool:
    """Whether no two objects can begin with the same element."""
    return all(_beginnings(one).isdisjoint(_beginnings(other)) for one, other in combinations(objects, 2))


def _beginnings(properties: tuple[Property, ...]) -> set[str]:
    optional = len([*takewhile(lambda property_: property_.minimum == 0, properties)])
    return {property_.name for property_ in properties[: optional + 1]}


def _merged(objects: Iterable[tuple[Property, ...]]) -> tuple[Property, ...]:
    """Return what objects have, each once: required where all require it, as often as any has it."""
    listed = list(objects)
    found: dict[str, list[Property]] = {}
    for property_ in (property_ for one in listed for property_ in one):
        found.setdefault(property_.name, []).append(property_)
    return tuple(
        replace(
            same[0],
            minimum=min(property_.minimum for property_ in same) if len(same) == len(listed) else 0,
            maximum=None
            if any(property_.maximum is None for property_ in same)
            else max(property_.maximum or 0 for property_ in same),
            nillable=any(property_.nillable for property_ in same),
        )
        for same in found.values()
    )


def _ordered(objects: Iterable[tuple[Property, ...]]) -> list[str] | None:
    """Return the names of elements in an order that is that of all objects; None where two have opposite ones."""
    after: TopologicalSorter[str] = TopologicalSorter()
    for one in objects:
        names = [property_.name for property_ in one]
        for before, name in pairwise([*names[:1], *names]):
            after.add(name, *([before] if before != name else []))
    try:
        return list(after.static_order())
    except CycleError:
        return None


def _of_one_type(objects: list[tuple[Property, ...]], join: Join) -> list[tuple[Property, ...]]:
    """Return the objects with one type for all that have one name."""
    types: dict[str, list[PropertyType]] = {}
    nillable: dict[str, bool] = {}
    for property_ in (property_ for one in objects for property_ in one):
        known = types.setdefault(property_.name, [])
        if property_.type not in known:
            known.append(property_.type)
        nillable[property_.name] = nillable.get(property_.name, False) or property_.nillable
    joined = {name: known[0] if len(known) == 1 else join(known) for name, known in types.items()}
    return [
        tuple(replace(property_, type=joined[property_.name], nillable=nillable[property_.name]) for property_ in one)
        for one in objects
    ]
