"""Content models of the same structure: no sequence separates them, and their states need not be explored.

Most types of two versions have the same structure. Without this, an all-group has one state per set of its elements,
and a counter one per number.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.inclusion.model_comparison import Meeting
from schemapress_runtime.xsd.content_model import ContentModel, State
from schemapress_runtime.xsd.model_tree import Declaration, ModelNode


def have_same_structure(narrow: ModelNode[Declaration], wide: ModelNode[Declaration]) -> bool:
    """Whether two particles have the same kinds, occurrences and tags at every level, and no wildcard."""
    return (
        (narrow.kind, narrow.minimum, narrow.maximum) == (wide.kind, wide.minimum, wide.maximum)
        and narrow.kind != "any"
        and set(narrow.declarations) == set(wide.declarations)
        and len(narrow.children) == len(wide.children)
        and all(have_same_structure(*pair) for pair in zip(narrow.children, wide.children, strict=True))
    )


def find_meetings(narrow: ContentModel[Declaration], wide: ContentModel[Declaration]) -> Iterator[Meeting[Declaration]]:
    """Yield each pair of declarations that one child can have in two models of the same structure."""
    met: set[tuple[str, int, int]] = set()
    for narrow_leaf, wide_leaf in zip(narrow.root.leaves(), wide.root.leaves(), strict=True):
        for tag, declaration in narrow_leaf.declarations.items():
            wide_declaration = wide_leaf.declarations[tag]
            pair = (tag, id(declaration), id(wide_declaration))
            if pair in met:
                continue
            met.add(pair)
            around = find_shortest_around(narrow, tag)
            if around is not None:
                yield Meeting(tag, declaration, wide_declaration, *around)


def find_shortest_around(model: ContentModel[Declaration], tag: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the children before and after a tag in a short sequence; None if no sequence has the tag."""
    before = model.path(model.start, tag)
    if before is None:
        return None
    state = _advance(model, (*(step for _, step in before), tag))
    after = model.path(state, None)
    return None if after is None else (tuple(step for _, step in before), tuple(step for _, step in after))


def find_shortest_with(model: ContentModel[Declaration], tag: str, times: int) -> tuple[str, ...] | None:
    """Return a short sequence with so many children of a tag; None if there is none."""
    tags: list[str] = []
    for _ in range(times):
        steps = model.path(_advance(model, tuple(tags)), tag)
        if steps is None:
            return None
        tags += [*(step for _, step in steps), tag]
    rest = model.path(_advance(model, tuple(tags)), None)
    return None if rest is None else (*tags, *(step for _, step in rest))


def _advance(model: ContentModel[Declaration], tags: tuple[str, ...]) -> State[Declaration]:
    state = model.start
    for tag in tags:
        step = state[tag]
        assert step is not None
        state = step[0]
    return state
