"""All-groups of many elements: one state per set of elements would be too many (XSD 1.0 Part 1 §3.8.4, all).

An all-group is a whole content model, and restricts how often each element occurs, independently of the others. So it
includes a model if no sequence of that model has too few or too many of any element. Another model certainly includes
it if that model accepts its elements in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from schemapress.inclusion.model_comparison import Meeting, ModelComparison
from schemapress.inclusion.result import Undecided
from schemapress.inclusion.same_structure import find_shortest_around
from schemapress_runtime.xsd.content_model import Configuration, ContentModel, State
from schemapress_runtime.xsd.model_tree import Declaration, ModelNode, choice_node, sequence_node

FEW = 6
"""Elements of an all-group up to which all its states are explored."""

Explore = Callable[[ContentModel[None], ContentModel[None]], "tuple[str, ...] | None"]
"""Returns a shortest sequence that only the first of two models accepts, by exploring all their states."""


def is_large(model: ContentModel[Declaration]) -> bool:
    """Whether a model is an all-group of many elements."""
    return model.root.kind == "all" and len(model.root.children) > FEW


def compare_large(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    passed_over: AbstractSet[str],
    explore: Explore,
) -> ModelComparison[Declaration] | Undecided:
    """Compare two models, one of which is a large all-group; undecided if that takes their states."""
    if not (_is_plain(narrow) and _is_plain(wide)):
        return Undecided("an all-group with wildcards or with elements of several declarations")
    is_all = narrow.root.kind == "all"
    samples = _make_samples(narrow, wide) if is_all else _make_samples_outside(narrow, wide, explore)
    refused = [tags for tags in list(samples) if not _accepts(wide, tags, passed_over)]
    if not refused and wide.root.kind != "all" and not _accepts_any_order(wide, narrow):
        return Undecided("an all-group and a model that fixes an order")
    return ModelComparison(min(refused, key=len, default=None), tuple(_find_meetings(narrow, wide)))


def _is_plain(model: ContentModel[Declaration]) -> bool:
    """Whether each tag has one declaration, each leaf of an all-group one tag, and no leaf is a wildcard."""
    leaves = list(model.root.leaves())
    is_single = model.root.kind != "all" or all(len(leaf.declarations) == 1 for leaf in leaves)
    has_wildcard = any(leaf.kind == "any" for leaf in leaves)
    return is_single and not has_wildcard and all(len(_find_declarations(model, tag)) == 1 for tag in model.declared)


def find_required(model: ContentModel[Declaration]) -> tuple[str, ...]:
    """Return the tags that each sequence of an all-group has, unless it has no child at all."""
    return tuple(next(iter(leaf.declarations)) for leaf in model.root.children if leaf.minimum)


def _make_samples(narrow: ContentModel[Declaration], wide: ContentModel[Declaration]) -> Iterator[tuple[str, ...]]:
    """Yield sequences of an all-group: with its fewest elements, with one or two more, in several orders."""
    least = find_required(narrow)
    if narrow.root.skippable:
        yield ()
    yield from (least, least[::-1])
    for tag in narrow.declared:
        if tag not in least:
            yield from ((*least, tag), (tag, *least))
    for first in narrow.declared if wide.root.kind != "all" else ():
        for last in narrow.declared:
            if first != last:
                yield (first, *(tag for tag in least if tag not in (first, last)), last)


def _make_samples_outside(
    narrow: ContentModel[Declaration], wide: ContentModel[Declaration], explore: Explore
) -> Iterator[tuple[str, ...]]:
    """Yield sequences of `narrow`, one for each element that it has too few or too many of for an all-group."""
    tags = tuple(dict.fromkeys((*narrow.declared, *wide.declared)))
    bare, least = ContentModel(_strip(narrow.root)), find_required(wide)
    if narrow.start.accepts:
        yield ()
    for tag in narrow.declared:
        around = find_shortest_around(narrow, tag)
        if around is not None:
            yield (*around[0], tag, *around[1])
    for tag in wide.declared:
        others = [other for other in tags if other != tag]
        once = ModelNode[None]("element", int(tag in least), 1, declarations={tag: None})
        least_often = 0 if wide.root.skippable else 1
        allowed = sequence_node(_any_of(others), once, _any_of(others), minimum=least_often)
        separating = explore(bare, ContentModel(allowed))
        if separating is not None:
            yield separating


def _accepts(model: ContentModel[Declaration], tags: tuple[str, ...], passed_over: AbstractSet[str]) -> bool:
    state = model.start
    for tag in tags:
        step = state[tag]
        if step is None and tag not in passed_over:
            return False
        state = state if step is None else step[0]
    return state.accepts


def _accepts_any_order(wide: ContentModel[Declaration], narrow: ContentModel[Declaration]) -> bool:
    """Whether a model accepts the elements of another in any order and number, as a repeated choice does."""
    tags = tuple(narrow.declared)
    first = _reach(wide.start, tags)
    if not wide.start.accepts or first is None:
        return False
    second = _reach(first[0], tags)
    if second is None:
        return False
    return first[0].accepts and all(_continue_key(state) == _continue_key(first[0]) for state in (*first, *second))


def _reach(state: State[Declaration], tags: tuple[str, ...]) -> list[State[Declaration]] | None:
    steps = [state[tag] for tag in tags]
    reached = [step[0] for step in steps if step is not None]
    return reached if len(reached) == len(tags) else None


def _find_meetings(
    narrow: ContentModel[Declaration], wide: ContentModel[Declaration]
) -> Iterator[Meeting[Declaration]]:
    least = set(find_required(narrow)) if narrow.root.kind == "all" else set()
    if wide.root.kind == "all":
        least.update(tag for tag in find_required(wide) if tag in narrow.declared)
    for tag, declaration in narrow.declared.items():
        if tag not in wide.declared:
            continue
        if narrow.root.kind == "all":
            after = tuple(other for other in narrow.declared if other in least and other != tag)
            yield Meeting(tag, declaration, wide.declared[tag], (), after)
        elif (around := find_shortest_around(narrow, tag)) is not None:
            yield Meeting(tag, declaration, wide.declared[tag], *around)


def _find_declarations(model: ContentModel[Declaration], tag: str) -> set[int]:
    """Return the identities of the declarations that a tag has in a model."""
    return {id(leaf.declarations[tag]) for leaf in model.root.leaves() if tag in leaf.declarations}


def _strip(particle: ModelNode[Declaration]) -> ModelNode[None]:
    """Return a particle with the same tags, without their declarations."""
    return ModelNode(
        particle.kind,
        particle.minimum,
        particle.maximum,
        tuple(map(_strip, particle.children)),
        dict.fromkeys(particle.declarations),
    )


def _any_of(tags: list[str]) -> ModelNode[None]:
    leaves = (ModelNode[None]("element", 1, 1, declarations={tag: None}) for tag in tags)
    return choice_node(*leaves, minimum=0, maximum=None)


def _continue_key(state: State[Declaration]) -> tuple[bool, Mapping[str, list[Configuration]]]:
    """Return everything that determines how a sequence continues: whether it may end, and where each tag leads."""
    return state.accepts, state.options
