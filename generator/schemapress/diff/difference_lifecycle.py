"""What the versions say about the life of what differs: is it experimental, and until when does it stay?"""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.diff.aspects import enumeration
from schemapress.diff.aspects.aspect import Aspect, Difference, Side
from schemapress.diff.difference_place import declared_place, facet_place
from schemapress.diff.lifecycle import Lifecycle, Lifecycles, combine_lifecycles
from schemapress.inclusion.pair import Pair
from schemapress.inclusion.simple_types import chain
from schemapress_runtime.xsd.place import BUILT_IN_PLACE, Place
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType


def find_lifecycle(
    difference: Difference, old: Side, new: Side, lifecycles: tuple[Lifecycles, Lifecycles], *, is_shared: bool
) -> Lifecycle:
    """Return the mark of what differs: the one of the old version, or of the new one for what only that has.

    It is experimental, too, inside an experimental type or element of the old version. If other elements share the
    difference, only the mark of what differs and of the components that declare it count.
    """
    before, after = lifecycles
    old_places, new_places = _list_places(difference, old, new)
    own = combine_lifecycles(
        [before.find(place) for place in old_places] if old_places else list(map(after.find, new_places))
    )
    is_experimental = own.experimental or (bool(old_places) and before.experimental.issuperset(old_places))
    if not is_experimental and not old_places and new_places:
        is_experimental = old.type.source.place in before.experimental and after.experimental.issuperset(new_places)
    if not is_experimental and not is_shared:
        around = _list_places_around(difference.pair, is_old_narrow=old.declaration is difference.pair.narrow)
        is_experimental = any(place in before.experimental for place in around)
    is_removed = bool(old_places) and not new_places
    return Lifecycle(is_experimental, own.deprecated, own.sunset) if is_removed else Lifecycle(is_experimental)


def _list_places(difference: Difference, old: Side, new: Side) -> tuple[list[Place], list[Place]]:
    """Return where each version declares what differs; only what was removed or added, if it is values of a list."""
    if difference.aspect is enumeration.ASPECT:
        before, after = _find_values(old.text_type), _find_values(new.text_type)
        removed = [place for value, place in before.items() if value not in after] if after else []
        added = [place for value, place in after.items() if value not in before] if before else []
        is_loss = old.declaration is difference.pair.narrow
        return (removed, []) if is_loss else ([], added)
    if difference.aspect.facets:
        places = (_find_facet_place(side, difference.aspect) for side in (old, new))
    elif old.subject:
        places = (declared_place(side) for side in (old, new))
    else:
        places = (side.declaration.place for side in (old, new))
    old_place, new_place = places
    return ([] if old_place is None else [old_place]), ([] if new_place is None else [new_place])


def _find_facet_place(side: Side, aspect: Aspect) -> Place | None:
    """Return the place of a facet; without one, that of its type, or of what has the type if that is built in."""
    place = facet_place(side, aspect, None)
    if place is None and side.text_type is not None and side.text_type.source.place != BUILT_IN_PLACE:
        place = side.text_type.source.place
    return place or (declared_place(side) if side.subject else side.declaration.place)


def _find_values(type_: SimpleType | None) -> dict[str, Place]:
    """Return the places of the values that a type enumerates."""
    for step in chain(type_):
        if isinstance(step, Restriction) and step.enumeration is not None:
            return {facet.value: facet.place for facet in step.facets if facet.name == "enumeration"}
    return {}


def _list_places_around(pair: Pair, *, is_old_narrow: bool) -> Iterator[Place]:
    """Yield the places, in the old version, of an element and its type, and of all around them."""
    current: Pair | None = pair
    while current is not None:
        declaration, type_ = (
            (current.narrow, current.narrow_type) if is_old_narrow else (current.wide, current.wide_type)
        )
        yield declaration.place
        yield type_.source.place
        current = current.parent
