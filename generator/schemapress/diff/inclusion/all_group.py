"""All-groups of many elements: a state for each set of them would be too many (XSD 1.0 Part 1 §3.8.4, all).

An all-group is the whole of a content model, and asks of each element by itself how often it occurs. So a model lies
in it where, for each element, no sequence has too few or too many; and it lies in another model for certain where
that takes its elements in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from schemapress.diff.inclusion.alike import shortest_around
from schemapress.diff.inclusion.meeting import Declaration, Meeting, ModelComparison
from schemapress_runtime.xsd.content_model import Configuration, ContentModel, State
from schemapress_runtime.xsd.particle import Particle, choice, sequence

FEW = 6
"""Elements of an all-group up to which all its states are looked at."""

Explore = Callable[[ContentModel[None], ContentModel[None]], "tuple[str, ...] | None"]
"""Returns a shortest sequence that only the first of two models accepts, by looking at all their states."""


def is_large(model: ContentModel[Declaration]) -> bool:
    """Whether a model is an all-group of many elements."""
    return model.root.kind == "all" and len(model.root.children) > FEW


def compared(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    passed_over: AbstractSet[str],
    explore: Explore,
) -> ModelComparison[Declaration] | None:
    """Compare two models of which one is a large all-group; None where that can't be done without their states."""
    if not (_is_plain(narrow) and _is_plain(wide)):
        return None
    words = list(_words(narrow, wide) if narrow.root.kind == "all" else _words_outside(narrow, wide, explore))
    refused = [word for word in words if not _accepts(wide, word, passed_over)]
    if not refused and wide.root.kind != "all" and not _takes_any_order(wide, narrow):
        return None
    return ModelComparison(min(refused, key=len, default=None), tuple(_meetings(narrow, wide)))


def _is_plain(model: ContentModel[Declaration]) -> bool:
    """Whether a tag stands for one declaration, in an all-group also a leaf for one tag, and nothing is a wildcard."""
    leaves = list(model.root.leaves())
    is_single = model.root.kind != "all" or all(len(leaf.declarations) == 1 for leaf in leaves)
    has_wildcard = any(leaf.kind == "any" for leaf in leaves)
    return is_single and not has_wildcard and all(len(_terms(model, tag)) == 1 for tag in model.declared)


def required(model: ContentModel[Declaration]) -> tuple[str, ...]:
    """Return the tags that each sequence of an all-group has, unless it has no child at all."""
    return tuple(next(iter(one.declarations)) for one in model.root.children if one.minimum)


def _words(narrow: ContentModel[Declaration], wide: ContentModel[Declaration]) -> Iterator[tuple[str, ...]]:
    """Yield sequences of an all-group: of as few elements as it has, of one or two more, in several orders."""
    least = required(narrow)
    if narrow.root.skippable:
        yield ()
    yield from (least, least[::-1])
    for tag in narrow.declared:
        if tag not in least:
            yield from ((*least, tag), (tag, *least))
    for one in narrow.declared if wide.root.kind != "all" else ():
        for other in narrow.declared:
            if one != other:
                yield (one, *(tag for tag in least if tag not in (one, other)), other)


def _words_outside(
    narrow: ContentModel[Declaration], wide: ContentModel[Declaration], explore: Explore
) -> Iterator[tuple[str, ...]]:
    """Yield, for each element of which a sequence of `narrow` has too few or too many for an all-group, such a one."""
    tags = tuple(dict.fromkeys((*narrow.declared, *wide.declared)))
    bare, least = ContentModel(_bare(narrow.root)), required(wide)
    if narrow.start.accepts:
        yield ()
    for tag in narrow.declared:
        around = shortest_around(narrow, tag)
        if around is not None:
            yield (*around[0], tag, *around[1])
    for tag in wide.declared:
        others = [other for other in tags if other != tag]
        once = Particle[None]("element", int(tag in least), 1, declarations={tag: None})
        least_often = 0 if wide.root.skippable else 1
        asked = sequence(_any_of(others), once, _any_of(others), minimum=least_often)
        found = explore(bare, ContentModel(asked))
        if found is not None:
            yield found


def _accepts(model: ContentModel[Declaration], word: tuple[str, ...], passed_over: AbstractSet[str]) -> bool:
    state = model.start
    for tag in word:
        step = state[tag]
        if step is None and tag not in passed_over:
            return False
        state = state if step is None else step[0]
    return state.accepts


def _takes_any_order(wide: ContentModel[Declaration], narrow: ContentModel[Declaration]) -> bool:
    """Whether a model takes the elements of another one in any order and number, as a repeated choice does."""
    tags = tuple(narrow.declared)
    first = _reached(wide.start, tags)
    if not wide.start.accepts or first is None:
        return False
    second = _reached(first[0], tags)
    if second is None:
        return False
    return first[0].accepts and all(_continuing(state) == _continuing(first[0]) for state in (*first, *second))


def _reached(state: State[Declaration], tags: tuple[str, ...]) -> list[State[Declaration]] | None:
    steps = [state[tag] for tag in tags]
    reached = [step[0] for step in steps if step is not None]
    return reached if len(reached) == len(tags) else None


def _meetings(narrow: ContentModel[Declaration], wide: ContentModel[Declaration]) -> Iterator[Meeting[Declaration]]:
    least = set(required(narrow)) if narrow.root.kind == "all" else set()
    if wide.root.kind == "all":
        least.update(tag for tag in required(wide) if tag in narrow.declared)
    for tag, declaration in narrow.declared.items():
        if tag not in wide.declared:
            continue
        if narrow.root.kind == "all":
            after = tuple(other for other in narrow.declared if other in least and other != tag)
            yield Meeting(tag, declaration, wide.declared[tag], (), after)
        elif (around := shortest_around(narrow, tag)) is not None:
            yield Meeting(tag, declaration, wide.declared[tag], *around)


def _terms(model: ContentModel[Declaration], tag: str) -> set[int]:
    """Return the declarations, by their identity, that a tag has in a model."""
    return {id(leaf.declarations[tag]) for leaf in model.root.leaves() if tag in leaf.declarations}


def _bare(particle: Particle[Declaration]) -> Particle[None]:
    """Return a particle with the same tags, and nothing of what governs them."""
    return Particle(
        particle.kind,
        particle.minimum,
        particle.maximum,
        tuple(map(_bare, particle.children)),
        dict.fromkeys(particle.declarations),
    )


def _any_of(tags: list[str]) -> Particle[None]:
    leaves = (Particle[None]("element", 1, 1, declarations={tag: None}) for tag in tags)
    return choice(*leaves, minimum=0, maximum=None)


def _continuing(state: State[Declaration]) -> tuple[bool, Mapping[str, list[Configuration]]]:
    """Return what decides how a sequence goes on: whether it may end, and what each tag leads to."""
    return state.accepts, state.options
