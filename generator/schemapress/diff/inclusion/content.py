"""Whether one content model takes every sequence of children that another one takes (XSD 1.0 Part 1 §3.9.6).

Both automata are run side by side, shortest sequences first, so the sequence that tells them apart is as
short as any. A counter is a number in a state, never a copy of a particle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as AbstractSet
from typing import Generic

from schemapress.diff.inclusion import alike, all_group
from schemapress.diff.inclusion.meeting import Declaration, Meeting, ModelComparison
from schemapress.diff.inclusion.undecided import Undecided
from schemapress_runtime.xsd.content_model import Configuration, ContentModel, State

MOST_STATES = 200_000
"""Pairs of states that are looked at before a comparison is given up."""


Key = tuple[frozenset[Configuration] | None, frozenset[Configuration] | None]


class _Pair(Generic[Declaration]):
    """A state of `narrow` and the state of `wide` after the same children; None where `wide` has refused one."""

    def __init__(
        self,
        narrow: State[Declaration],
        wide: State[Declaration] | None,
        before: tuple[_Pair[Declaration], str] | None,
    ) -> None:
        self.narrow = narrow
        self.wide = wide
        self.before = before
        self.steps: list[tuple[str, _Pair[Declaration]]] = []
        self.after: tuple[str, _Pair[Declaration]] | None = None

    @property
    def key(self) -> tuple[bool, Key]:
        wide = None if self.wide is None else self.wide.configurations
        return self.wide is None, (self.narrow.configurations, wide)

    @property
    def separates(self) -> bool:
        """Whether the content may end here for `narrow`, but not for `wide`."""
        return self.narrow.accepts and (self.wide is None or not self.wide.accepts)

    def children_before(self) -> tuple[str, ...]:
        tags: list[str] = []
        step = self.before
        while step is not None:
            tags.append(step[1])
            step = step[0].before
        return tuple(reversed(tags))

    def children_after(self) -> tuple[str, ...]:
        tags: list[str] = []
        step = self.after
        while step is not None:
            tags.append(step[0])
            step = step[1].after
        return tuple(tags)


Possible = Callable[[str, Declaration], bool]
"""Whether a document can have a child of a tag that is governed by a declaration, as far as `narrow` is concerned."""


def compare(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    names: Collection[str] = (),
    *,
    possible: Possible[Declaration] | None = None,
    passed_over: AbstractSet[str] = frozenset(),
) -> ModelComparison[Declaration]:
    """Compare the sequences that `narrow` accepts with those that `wide` accepts.

    `names` stand for the tags that only wildcards admit; `representatives` makes them. `wide` goes on as if there
    was no child where it refuses one of a tag in `passed_over`.

    Raises:
        Undecided: there are too many pairs of states.
    """
    if _all_possible(narrow, possible):
        found = None
        if all_group.is_large(narrow) or all_group.is_large(wide):
            found = all_group.compared(narrow, wide, passed_over, _separating)
        elif alike.are_alike(narrow.root, wide.root):
            found = ModelComparison(None, tuple(alike.meetings(narrow, wide)))
        if found is not None:
            return found
    has_wildcard = any(leaf.kind == "any" for leaf in narrow.root.leaves())
    tried = tuple(dict.fromkeys((*narrow.declared, *wide.declared, *names))) if has_wildcard else ()
    pairs = _explored(narrow, wide, tried, possible, passed_over)
    _complete(pairs)
    separating = next((pair.children_before() for pair in pairs if pair.separates), None)
    return ModelComparison(separating, tuple(_meetings(pairs)))


def _all_possible(narrow: ContentModel[Declaration], possible: Possible[Declaration] | None) -> bool:
    return possible is None or all(possible(*declared) for declared in narrow.declared.items())


def _separating(narrow: ContentModel[None], wide: ContentModel[None]) -> tuple[str, ...] | None:
    return compare(narrow, wide).separating


def representatives(namespaces: Collection[str], declared: Collection[str]) -> tuple[str, ...]:
    """Return the names that wildcards have to be tried with: they treat any other name as one of these.

    Takes the namespaces that the wildcards of both sides name, and the global elements of both sides, whose
    declarations a wildcard may turn to. To these comes a name that is declared nowhere, in each of the namespaces, in
    none, and in one that is named nowhere (XSD 1.0 Part 1 §3.10.4).
    """
    unnamed = "urn:any"
    while unnamed in namespaces:
        unnamed += "-other"
    local = "any"
    while any(name.rpartition("}")[2] == local for name in declared):
        local += "-other"
    spaces = sorted({"", unnamed, *namespaces})
    return (*declared, *(f"{{{space}}}{local}" if space else local for space in spaces))


def _explored(
    narrow: ContentModel[Declaration],
    wide: ContentModel[Declaration],
    names: tuple[str, ...],
    possible: Possible[Declaration] | None,
    passed_over: AbstractSet[str],
) -> list[_Pair[Declaration]]:
    """Return the pairs that can be reached, nearest first; what `narrow` refuses is of no interest."""
    first = _Pair(narrow.start, wide.start, None)
    pairs = {first.key: first}
    waiting = deque([first])
    while waiting:
        pair = waiting.popleft()
        for tag in names if pair.narrow.wild else pair.narrow.options:
            step = pair.narrow[tag]
            if step is None or (possible is not None and not possible(tag, step[1])):
                continue
            answer = None if pair.wide is None else pair.wide[tag]
            refused = pair.wide if tag in passed_over else None
            reached = _Pair(step[0], refused if answer is None else answer[0], (pair, tag))
            known = pairs.setdefault(reached.key, reached)
            pair.steps.append((tag, known))
            if known is reached:
                waiting.append(reached)
        if len(pairs) > MOST_STATES:
            raise Undecided(f"more than {MOST_STATES:,} pairs of states")
    return list(pairs.values())


def _complete(pairs: list[_Pair[Declaration]]) -> None:
    """Give each pair the first step of a shortest way to where the content of `narrow` may end, if there is one.

    It is one that ends where `wide` may end too, if there is such.
    """
    origins: dict[int, list[tuple[str, _Pair[Declaration]]]] = {}
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


def _meetings(pairs: list[_Pair[Declaration]]) -> Iterator[Meeting[Declaration]]:
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
                yield Meeting(tag, narrow[1], wide[1], pair.children_before(), reached.children_after())
