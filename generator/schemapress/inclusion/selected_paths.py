"""The paths of selectors and fields, as automata over the tags from one element down (XSD 1.0 Part 1 §3.11.6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemapress_runtime.validation.identity import admits, steps_of

Positions = frozenset[tuple[int, int]]
"""Where the alternatives of a path stand: the number of the alternative, and of its steps that were taken."""


@dataclass(frozen=True, slots=True)
class Way:
    """One alternative of a path: whether it begins at any depth, its steps, and the attribute that it ends at."""

    is_deep: bool
    steps: tuple[str, ...]
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class SelectedPaths:
    """The alternatives of a path without those that another one holds; equal if the paths are written alike."""

    ways: tuple[Way, ...]

    @property
    def start(self) -> Positions:
        """The positions at the element itself."""
        return frozenset((number, 0) for number in range(len(self.ways)))

    def advance(self, positions: Positions, tag: str) -> Positions:
        """Return the positions at a child of a tag."""
        reached: set[tuple[int, int]] = set()
        for number, taken in positions:
            way = self.ways[number]
            if way.is_deep and taken == 0:
                reached.add((number, 0))
            if taken < len(way.steps) and admits(way.steps[taken], tag):
                reached.add((number, taken + 1))
        return frozenset(reached)

    def find_attributes(self, positions: Positions) -> list[str | None]:
        """Return what is selected at these positions: None for the element, or the test of an attribute's name."""
        return [
            self.ways[number].attribute for number, taken in sorted(positions) if taken == len(self.ways[number].steps)
        ]

    def selects(self, positions: Positions) -> bool:
        """Whether the element at these positions is selected."""
        return None in self.find_attributes(positions)

    def holds(self, other: SelectedPaths) -> bool:
        """Whether the path certainly selects all that another one selects."""
        return all(any(_holds(own, way) for own in self.ways) for way in other.ways)

    @property
    def names(self) -> set[str]:
        """The names of elements in the steps."""
        return {step for way in self.ways for step in way.steps if not step.endswith("*")}


@cache
def read_paths(text: str) -> SelectedPaths:
    """Return the alternatives of a path, in the way that is written shortest."""
    ways = {_read_way(alternative) for alternative in text.split("|")}
    kept = [way for way in ways if not any(_holds(other, way) for other in ways - {way})]
    return SelectedPaths(
        tuple(sorted(kept, key=lambda way: (len(way.steps), way.steps, way.attribute or "", way.is_deep)))
    )


def _read_way(text: str) -> Way:
    steps = [step for step in steps_of(text) if step != "."]
    is_deep = steps[:1] == ["//"]
    steps = steps[is_deep:]
    attribute = steps.pop()[1:] if steps and steps[-1].startswith("@") else None
    return Way(is_deep, tuple(steps), attribute)


def _holds(wide: Way, narrow: Way) -> bool:
    """Whether one alternative certainly selects what another one selects."""
    if wide.attribute != narrow.attribute or (narrow.is_deep and not wide.is_deep):
        return False
    steps = narrow.steps[-len(wide.steps) :] if wide.is_deep and wide.steps else narrow.steps
    if wide.is_deep and not wide.steps:
        return True
    return len(steps) == len(wide.steps) and all(
        step in ("*", other) or (step.endswith("}*") and other.startswith(step[:-1]))
        for step, other in zip(wide.steps, steps, strict=True)
    )
