"""Whether one content model accepts every sequence of children that another accepts (XSD 1.0 Part 1 §3.9.6).

Both automata run side by side, shortest sequences first, so the sequence that separates them is as
short as any. A counter is a number in a state, never a copy of a particle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from typing import Generic

from schemapress.inclusion import all_group, same_structure
from schemapress.inclusion.model_comparison import Meeting, ModelComparison
from schemapress.inclusion.result import Undecided
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xsd.content_model import Configuration, ContentModel, State
from schemapress_runtime.xsd.model_tree import Declaration

MOST_STATE_PAIRS = 200_000
"""Pairs of states after which a comparison gives up."""


_StateKey = tuple[frozenset[Configuration] | None, frozenset[Configuration] | None]


class _StatePair(Generic[Declaration]):
    """A state of `narrow` and the state of `wide` after the same children; None if `wide` refused one of them."""

    def __init__(
        self,
        narrow: State[Declaration],
        wide: State[Declaration] | None,
        before: tuple[_StatePair[Declaration], str] | None,
    ) -> None:
        self.narrow = narrow
        self.wide = wide
        self.before = before
        self.steps: list[tuple[str, _StatePair[Declaration]]] = []
        self.after: tuple[str, _StatePair[Declaration]] | None = None

    @property
    def key(self) -> tuple[bool, _StateKey]:
        wide = None if self.wide is None else self.wide.configurations
        return self.wide is None, (self.narrow.configurations, wide)

    @property
    def separates(self) -> bool:
        """Whether the content may end here for `narrow`, but not for `wide`."""
        return self.narrow.accepts and (self.wide is None or not self.wide.accepts)

    def list_children_before(self) -> tuple[str, ...]:
        tags: list[str] = []
        step = self.before
        while step is not None:
            tags.append(step[1])
            step = step[0].before
        return tuple(reversed(tags))

    def list_children_after(self) -> tuple[str, ...]:
        tags: list[str] = []
        step = self.after
        while step is not None:
            tags.append(step[0])
            step = step[1].after
        return tuple(tags)


Possible = Callable[[str, Declaration], bool]
"""Whether a document of `narrow` can have a child with a tag and a declaration."""


def compare_models(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    names: Collection[str] = (),
    *,
    possible: Possible[Declaration] | None = None,
    passed_over: AbstractSet[str] = frozenset(),
) -> ModelComparison[Declaration]:
    """Compare the sequences that `narrow` accepts with those that `wide` accepts.

    `names` represent the tags that only wildcards allow; `representatives` makes them. Where `wide` refuses a child
    with a tag in `passed_over`, it continues as if the child was absent.

    Raises:
        GiveUp: there are too many pairs of states.
    """
    if _are_all_possible(narrow, possible):
        if all_group.is_large(narrow) or all_group.is_large(wide):
            comparison = all_group.compare_large(narrow, wide, passed_over, _find_separating)
            if not isinstance(comparison, Undecided):
                return comparison
        elif same_structure.have_same_structure(narrow.root, wide.root):
            return ModelComparison(None, tuple(same_structure.find_meetings(narrow, wide)))
    has_wildcard = any(leaf.kind == "any" for leaf in narrow.root.leaves())
    all_names = tuple(dict.fromkeys((*narrow.declared, *wide.declared, *names))) if has_wildcard else ()
    pairs = _explore(narrow, wide, all_names, possible, passed_over)
    _complete(pairs)
    separating = next((pair.list_children_before() for pair in pairs if pair.separates), None)
    return ModelComparison(separating, tuple(_find_meetings(pairs)))


def _are_all_possible(narrow: ContentModel[Declaration], possible: Possible[Declaration] | None) -> bool:
    return possible is None or all(possible(*declared) for declared in narrow.declared.items())


def _find_separating(narrow: ContentModel[None], wide: ContentModel[None]) -> tuple[str, ...] | None:
    return compare_models(narrow, wide).separating


def representatives(namespaces: Collection[str], declared: Collection[str]) -> tuple[str, ...]:
    """Return names that represent all names: a wildcard treats any other name as one of these.

    `namespaces` are those that the wildcards of both sides name; `declared` are the global elements of both sides,
    whose declarations a wildcard may use. The result adds an undeclared name in each of the namespaces, in none, and
    in a namespace that no wildcard names (XSD 1.0 Part 1 §3.10.4).
    """
    unnamed = "urn:any"
    while unnamed in namespaces:
        unnamed += "-other"
    local = "any"
    while any(name.rpartition("}")[2] == local for name in declared):
        local += "-other"
    spaces = sorted({"", unnamed, *namespaces})
    return (*declared, *(f"{{{space}}}{local}" if space else local for space in spaces))


def _explore(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    names: tuple[str, ...],
    possible: Possible[Declaration] | None,
    passed_over: AbstractSet[str],
) -> list[_StatePair[Declaration]]:
    """Return the pairs that `narrow` can reach, nearest first."""
    first = _StatePair(narrow.start, wide.start, None)
    pairs = {first.key: first}
    waiting = deque([first])
    while waiting:
        pair = waiting.popleft()
        for tag in names if pair.narrow.wild else pair.narrow.options:
            step = pair.narrow[tag]
            if step is None or (possible is not None and not possible(tag, step[1])):
                continue
            wide_step = None if pair.wide is None else pair.wide[tag]
            refused = pair.wide if tag in passed_over else None
            reached = _StatePair(step[0], refused if wide_step is None else wide_step[0], (pair, tag))
            known = pairs.setdefault(reached.key, reached)
            pair.steps.append((tag, known))
            if known is reached:
                waiting.append(reached)
        if len(pairs) > MOST_STATE_PAIRS:
            raise GiveUp(f"more than {MOST_STATE_PAIRS:,} pairs of states")
    return list(pairs.values())


def _complete(pairs: list[_StatePair[Declaration]]) -> None:
    """Give each pair the first step of a shortest way to a state in which the content of `narrow` may end.

    The way ends where `wide` may end too, if possible.
    """
    origins: dict[int, list[tuple[str, _StatePair[Declaration]]]] = {}
    for pair in pairs:
        for tag, reached in pair.steps:
            origins.setdefault(id(reached), []).append((tag, pair))
    ends = [pair for pair in pairs if pair.narrow.accepts]
    waiting = deque(pair for pair in ends if not pair.separates)
    done = {id(pair) for pair in waiting}
    separating = deque(pair for pair in ends if pair.separates)
    while waiting or separating:
        if not waiting:
            rest = separating.popleft()
            if id(rest) in done:
                continue
            done.add(id(rest))
            waiting.append(rest)
        reached = waiting.popleft()
        for tag, pair in origins.get(id(reached), ()):
            if id(pair) not in done:
                done.add(id(pair))
                pair.after = (tag, reached)
                waiting.append(pair)


def _find_meetings(pairs: list[_StatePair[Declaration]]) -> Iterator[Meeting[Declaration]]:
    met: set[tuple[str, int, int]] = set()
    for pair in pairs:
        for tag, reached in pair.steps:
            narrow = pair.narrow[tag]
            wide = None if pair.wide is None else pair.wide[tag]
            if narrow is None or wide is None or not (reached.narrow.accepts or reached.after):
                continue
            meeting = (tag, id(narrow[1]), id(wide[1]))
            if meeting not in met:
                met.add(meeting)
                yield Meeting(tag, narrow[1], wide[1], pair.list_children_before(), reached.list_children_after())
