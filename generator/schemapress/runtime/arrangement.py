"""An order of elements that their content model accepts, where that of the fields of a class is another one.

The fields of a class have one order. Where exclusive branches of a choice have the same elements in different orders,
that order is the one of some branches only; an object for another branch, which nobody decoded, has its elements
written in an order that the schema refuses, though there is one that it accepts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from .content_model import ContentModel, State, TooManyConfigurations
from .declaration import ComplexType, Declarations
from .document import Element
from .findings import TooManyProblems
from .limits import DocumentLimits
from .particle import Declaration
from .recovery import Placed
from .walk import Walk

_MOST_STEPS = 10_000
"""Steps of the search for an order, beyond one for each child."""


def arrange(root: Element, declarations: Declarations, limits: DocumentLimits) -> bool:
    """Put the children of elements whose content model refuses their order into one that it accepts.

    Elements of one name stay in their order, and so do all others as far as the model allows; elements with mixed
    content are left alone. Return whether any were moved.
    """
    walk = _Arranging(declarations, limits=limits)
    with suppress(TooManyProblems):
        walk.document(root)
    return walk.moved


class _Arranging(Walk):
    """A walk that moves elements before it looks at them."""

    moved = False

    def _children(self, element: Element, type_: ComplexType) -> list[Placed]:
        if not type_.mixed:
            children = list(element)
            try:
                order = accepted_order(self.model(type_), [str(child.tag) for child in children])
            except TooManyConfigurations:
                order = None
            if order is not None and order != list(range(len(children))):
                element[:] = [children[index] for index in order]
                self.moved = True
        return super()._children(element, type_)


def accepted_order(model: ContentModel[Declaration], tags: Sequence[str]) -> list[int] | None:
    """Return the indices of children with the given tags in an order that a content model accepts.

    Children with one tag stay in their order. Returns None where there is no such order, or none was found in
    `_MOST_STEPS` more steps than there are children.

    Raises:
        TooManyConfigurations: the counters of the model are in too many combinations.
    """
    places: dict[str, list[int]] = {}
    for index, tag in enumerate(tags):
        places.setdefault(tag, []).append(index)
    taken: dict[str, int] = dict.fromkeys(places, 0)
    tried: set[tuple[object, ...]] = set()
    way: list[str] = []
    waiting = [(model.start, _next(model.start, places, taken))]
    while waiting:
        state, options = waiting[-1]
        if len(way) == len(tags) and state.accepts:
            return _indices(way, places)
        step = next(options, None)
        if step is None:
            waiting.pop()
            if way:
                taken[way.pop()] -= 1
            continue
        name, after = step
        taken[name] += 1
        reached = (after.configurations, *taken.values())
        if reached in tried or len(tried) > len(tags) + _MOST_STEPS:
            taken[name] -= 1
            continue
        tried.add(reached)
        way.append(name)
        waiting.append((after, _next(after, places, dict(taken))))
    return None


def _next(
    state: State[Declaration], places: Mapping[str, Sequence[int]], taken: Mapping[str, int]
) -> Iterator[tuple[str, State[Declaration]]]:
    """Yield the tags that may come next, with the states that they lead to; first those that came first."""
    left = ((places[name][number], name) for name, number in taken.items() if number < len(places[name]))
    for _, name in sorted(left):
        step = state[name]
        if step is not None:
            yield name, step[0]


def _indices(way: Iterable[str], places: Mapping[str, Sequence[int]]) -> list[int]:
    left = {name: iter(indices) for name, indices in places.items()}
    return [next(left[name]) for name in way]
