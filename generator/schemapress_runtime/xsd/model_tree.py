"""The tree that the automaton of a content model runs on: its particles, each with its parent (XSD 1.0 Part 1 §3.9).

A `Particle` (`components.py`) is not such a node. It has no parent, for several types share it: those that refer to one
group, or extend one base. Its element stands for a substitution group, of which a node has all declarations. And the
automaton runs on other trees as well: `diff` makes them of the characters of a pattern, of the tags of an all-group,
and of particles with other numbers of occurrences. So each type with a content model makes a tree of its particle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Generic, Literal, TypeVar

Declaration = TypeVar("Declaration")


class ModelNode(Generic[Declaration]):
    """A particle with its place in the tree: a leaf admits tags, a group has nodes inside.

    A leaf that is an element has the declaration of each tag that it admits (more than one for the head of
    a substitution group); one that is a wildcard has what says whether it admits a tag, and one declaration.
    """

    __slots__ = (
        "_children_with",
        "_next_required",
        "_required",
        "admits",
        "children",
        "declarations",
        "empty",
        "index",
        "kind",
        "maximum",
        "minimum",
        "order",
        "parent",
    )

    def __init__(
        self,
        kind: Literal["element", "any", "sequence", "choice", "all"],
        minimum: int,
        maximum: int | None,
        children: tuple[ModelNode[Declaration], ...] = (),
        declarations: Mapping[str, Declaration] | None = None,
        admits: Callable[[str], bool] | None = None,
    ) -> None:
        self.kind = kind
        self.minimum = minimum
        self.maximum = maximum
        self.children = tuple(child for child in children if child.maximum != 0)
        self.declarations = declarations or {}
        self.admits = admits
        self.parent: ModelNode[Declaration] | None = None
        self.index = 0
        self.order = 0
        for index, child in enumerate(self.children):
            child.parent, child.index = self, index
        empty = [child.skippable for child in self.children]
        self.empty = kind not in ("element", "any") and (any(empty) if kind == "choice" else all(empty))
        self._children_with: tuple[dict[str, list[int]], list[int]] | None = None
        self._next_required: list[int] | None = None
        self._required: int | None = None

    @property
    def skippable(self) -> bool:
        """Whether the particle is satisfied by nothing (XSD 1.0 Part 1 §3.9.6, emptiable)."""
        return self.minimum == 0 or self.empty

    @property
    def is_counted(self) -> bool:
        """Whether the occurrences of the particle are counted: they have a maximum, or a minimum beyond one."""
        return self.maximum != 1 and (self.maximum is not None or self.minimum > 0)

    @property
    def fills_parent(self) -> bool:
        """Whether nothing has to stand before or behind the particle inside of its parent."""
        if self.parent is None or self.parent.kind == "choice":
            return True
        if self.parent.kind == "all":
            return False
        return all(child.skippable for child in self.parent.children if child is not self)

    def may_end(self, count: int) -> bool:
        """Whether as many occurrences are enough."""
        return count >= self.minimum or self.empty

    @property
    def is_leaf(self) -> bool:
        """Whether the particle is an element or a wildcard."""
        return self.kind in ("element", "any")

    def admits_tag(self, tag: str) -> bool:
        """Whether a wildcard admits a tag."""
        return self.admits is not None and self.admits(tag)

    def children_with(self, tag: str | None) -> Sequence[int]:
        """Return the indices of the children that have a leaf for a tag, or a wildcard; without a tag, of all."""
        if tag is None:
            return range(len(self.children))
        if self._children_with is None:
            self._children_with = self._found_children()
        elements, wildcards = self._children_with
        found = elements.get(tag, [])
        return sorted({*found, *wildcards}) if wildcards else found

    def _found_children(self) -> tuple[dict[str, list[int]], list[int]]:
        """Return the indices of the children that have a leaf for each tag, and of those that have a wildcard."""
        elements: dict[str, list[int]] = {}
        wildcards: list[int] = []
        for index, child in enumerate(self.children):
            tags = {tag: None for leaf in child.leaves() if leaf.kind == "element" for tag in leaf.declarations}
            for tag in tags:
                elements.setdefault(tag, []).append(index)
            if any(leaf.kind == "any" for leaf in child.leaves()):
                wildcards.append(index)
        return elements, wildcards

    def next_required(self, start: int) -> int:
        """Return the index of the first child of a sequence from `start` that can't be skipped, or their number."""
        if self._next_required is None:
            following = [len(self.children)]
            for index in range(len(self.children) - 1, -1, -1):
                following.append(following[-1] if self.children[index].skippable else index)
            self._next_required = following[::-1]
        return self._next_required[start]

    @property
    def required(self) -> int:
        """The children of an all-group that can't be skipped, as a set of bits."""
        if self._required is None:
            self._required = sum(1 << child.index for child in self.children if not child.skippable)
        return self._required

    def leaves(self) -> Iterator[ModelNode[Declaration]]:
        """Yield the leaves in the order of the schema."""
        if self.is_leaf:
            yield self
        for child in self.children:
            yield from child.leaves()


def interleaved(root: ModelNode[Declaration]) -> Iterator[tuple[str, ...]]:
    """Yield tags of elements one of which may stand both before and behind another one.

    They are those of a group that repeats, or of a substitution group; and of a sequence that has one of them at two
    places. In a sequence that has each element once in each round they alternate, and are left out.
    """
    if root.is_leaf:
        if root.maximum != 1 and len(root.declarations) > 1:
            yield tuple(root.declarations)
        return
    tags = [_tags(child) for child in root.children]
    if (root.maximum != 1 and not _alternates(root)) or (root.kind == "sequence" and _comes_again(tags)):
        yield tuple(dict.fromkeys(chain.from_iterable(tags)))
        return
    for child in root.children:
        yield from interleaved(child)


def _tags(particle: ModelNode[Declaration]) -> list[str]:
    return list(dict.fromkeys(tag for leaf in particle.leaves() for tag in leaf.declarations))


def _comes_again(tags: Sequence[Sequence[str]]) -> bool:
    """Whether one of the children of a sequence, whose tags are given, has a tag of an earlier one."""
    return len(set(chain.from_iterable(tags))) < sum(map(len, tags))


def _alternates(group: ModelNode[Declaration]) -> bool:
    """Whether each round of a group has each of its elements once, in one order."""
    tags = [tag for leaf in group.leaves() for tag in leaf.declarations]
    is_run = group.kind == "sequence" and all(_is_once(child) for child in group.children)
    return is_run and len(set(tags)) == len(tags) == sum(1 for _ in group.leaves())


def _is_once(particle: ModelNode[Declaration]) -> bool:
    once = (particle.minimum, particle.maximum) == (1, 1)
    return once and particle.kind in ("element", "sequence") and all(map(_is_once, particle.children))


def sequence_node(
    *children: ModelNode[Declaration], minimum: int = 1, maximum: int | None = 1
) -> ModelNode[Declaration]:
    """A sequence: its particles one after another."""
    return ModelNode("sequence", minimum, maximum, children)


def choice_node(*children: ModelNode[Declaration], minimum: int = 1, maximum: int | None = 1) -> ModelNode[Declaration]:
    """A choice: one of its particles."""
    return ModelNode("choice", minimum, maximum, children)


def all_node(*children: ModelNode[Declaration], minimum: int = 1) -> ModelNode[Declaration]:
    """An all-group: its particles in any order, each at most once."""
    return ModelNode("all", minimum, 1, children)
