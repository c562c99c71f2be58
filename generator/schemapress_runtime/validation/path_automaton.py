"""The paths of identity constraints as automata over the tags on the way down (XSD 1.0 Part 1 §3.11.6).

A path leads from an element to others inside of it: `a/b`, `.//c`, `d/@id`. Several paths are followed at once. A
`PathState` says how far each of them has come at one element; its children ask it for theirs. So a path is followed
while a document is read, and each element costs one look-up, however many paths there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from .identity import admits, steps_of

_KEPT_STATES = 1_024
"""States of one automaton that are remembered; each step of a path doubles them in the worst case."""

_KEPT_TAGS = 1_024
"""Tags whose outcome one state remembers; under a wildcard, the sender chooses them."""

Mark = TypeVar("Mark")


class Path(NamedTuple, Generic[Mark]):
    """One alternative of a path: whether it begins with `.//`, its steps to elements, and what it means to arrive."""

    is_deep: bool
    steps: tuple[str, ...]
    mark: Mark


def split_path(path: str) -> Iterator[tuple[bool, tuple[str, ...], str | None]]:
    """Yield the alternatives of a path: whether it begins with `.//`, the steps to elements, the test of an attribute.

    The attribute is None where the path leads to elements.
    """
    for alternative in path.split("|"):
        steps = steps_of(alternative)
        attribute = steps[-1][1:] if steps[-1].startswith("@") else None
        named = steps if attribute is None else steps[:-1]
        yield steps[0] == "//", tuple(step for step in named if step not in (".", "//")), attribute


class PathState(Generic[Mark]):
    """How far several paths have come at one element."""

    __slots__ = ("_automaton", "_positions", "deep", "known")

    def __init__(self, automaton: PathAutomaton[Mark], positions: frozenset[tuple[int, int]]) -> None:
        """Take the positions: the number of each path with that of its steps that are behind."""
        self._automaton = automaton
        self._positions = positions
        self.known: dict[str, tuple[PathState[Mark] | None, tuple[Mark, ...]]] = {}
        """What `step` returned, for a look-up without a call."""
        paths = automaton.paths
        deep = frozenset(position for position in positions if position[1] == 0 and paths[position[0]].is_deep)
        self.deep: PathState[Mark] | None = self if deep == positions else automaton.state(deep)
        """The state at elements further inside that no step admits; None where no path leads through them."""

    def step(self, tag: str) -> tuple[PathState[Mark] | None, tuple[Mark, ...]]:
        """Return the state at a child, None where no path goes on inside; and the marks of those that arrive there."""
        known = self.known.get(tag)
        if known is None:
            known = self._step(tag)
            if len(self.known) < _KEPT_TAGS and self._automaton.remembers:
                self.known[tag] = known
        return known

    def _step(self, tag: str) -> tuple[PathState[Mark] | None, tuple[Mark, ...]]:
        paths = self._automaton.paths
        reached: set[tuple[int, int]] = set()
        for number, behind in self._positions:
            path = paths[number]
            if behind == 0 and path.is_deep:
                reached.add((number, 0))
            if behind < len(path.steps) and admits(path.steps[behind], tag):
                reached.add((number, behind + 1))
        return self._automaton.arrive(reached)


class PathAutomaton(Generic[Mark]):
    """Several paths that are followed at once, from one element on."""

    def __init__(self, paths: Sequence[Path[Mark]]) -> None:
        """Take the paths; `start` is the state at the element itself, `arrived` the marks of those that lead to it."""
        self.paths = tuple(paths)
        self._states: dict[frozenset[tuple[int, int]], PathState[Mark]] = {}
        self.start, self.arrived = self.arrive({(number, 0) for number in range(len(paths))})

    @property
    def remembers(self) -> bool:
        """Whether there is room for more states."""
        return len(self._states) < _KEPT_STATES

    def arrive(self, positions: Iterable[tuple[int, int]]) -> tuple[PathState[Mark] | None, tuple[Mark, ...]]:
        """Return the state of positions, None where no path goes on; and the marks of those that are at their end."""
        paths = self.paths
        ended = sorted(number for number, behind in positions if behind == len(paths[number].steps))
        going_on = frozenset(
            (number, behind)
            for number, behind in positions
            if behind < len(paths[number].steps) or (behind == 0 and paths[number].is_deep)
        )
        return self.state(going_on), tuple(dict.fromkeys(paths[number].mark for number in ended))

    def state(self, positions: frozenset[tuple[int, int]]) -> PathState[Mark] | None:
        """Return the state of positions, the same one for the same while it is remembered; None without any."""
        if not positions:
            return None
        known = self._states.get(positions)
        if known is None:
            known = PathState(self, positions)
            if self.remembers:
                self._states[positions] = known
        return known
