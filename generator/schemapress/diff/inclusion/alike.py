"""Content models that are written alike: no sequence separates them, and no states have to be looked at.

Most types of two versions are. Without this, an all-group has a state for each set of its elements, and a counter
one for each number.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.diff.inclusion.meeting import Declaration, Meeting
from schemapress_runtime.xsd.content_model import ContentModel, State
from schemapress_runtime.xsd.particle import Particle


def are_alike(narrow: Particle[Declaration], wide: Particle[Declaration]) -> bool:
    """Whether two particles are of the same kinds, occurrences and tags all through, and none is a wildcard."""
    return (
        (narrow.kind, narrow.minimum, narrow.maximum) == (wide.kind, wide.minimum, wide.maximum)
        and narrow.kind != "any"
        and set(narrow.declarations) == set(wide.declarations)
        and len(narrow.children) == len(wide.children)
        and all(are_alike(*pair) for pair in zip(narrow.children, wide.children, strict=True))
    )


def meetings(narrow: ContentModel[Declaration], wide: ContentModel[Declaration]) -> Iterator[Meeting[Declaration]]:
    """Yield each pair of declarations that one child can have in two models that are alike."""
    met: set[tuple[str, int, int]] = set()
    for one, other in zip(narrow.root.leaves(), wide.root.leaves(), strict=True):
        for tag, declaration in one.declarations.items():
            pair = (tag, id(declaration), id(other.declarations[tag]))
            if pair in met:
                continue
            met.add(pair)
            around = shortest_around(narrow, tag)
            if around is not None:
                yield Meeting(tag, declaration, other.declarations[tag], *around)


def shortest_around(model: ContentModel[Declaration], tag: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the children before and after one of a tag in a short sequence that has it; None where none was found."""
    before = model.path(model.start, tag)
    if before is None:
        return None
    state = _after(model, (*(step for _, step in before), tag))
    after = model.path(state, None)
    return None if after is None else (tuple(step for _, step in before), tuple(step for _, step in after))


def shortest_with(model: ContentModel[Declaration], tag: str, times: int) -> tuple[str, ...] | None:
    """Return a short sequence that has a child of a tag so many times; None where none was found."""
    word: list[str] = []
    for _ in range(times):
        steps = model.path(_after(model, tuple(word)), tag)
        if steps is None:
            return None
        word += [*(step for _, step in steps), tag]
    rest = model.path(_after(model, tuple(word)), None)
    return None if rest is None else (*word, *(step for _, step in rest))


def _after(model: ContentModel[Declaration], tags: tuple[str, ...]) -> State[Declaration]:
    state = model.start
    for tag in tags:
        step = state[tag]
        assert step is not None
        state = step[0]
    return state
