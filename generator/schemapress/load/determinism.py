"""Unique Particle Attribution: whether each child can match only one particle of a content model (Part 1 §3.8.6).

Most models need no search: particles can only compete where a name occurs twice or a wildcard admits a name. The
search follows only particles that overlap another one, which keeps wide models linear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemapress_runtime.names import namespace_of
from schemapress_runtime.xsd.components import BasicTerm, ElementDeclaration, ModelGroup, Particle, Type
from schemapress_runtime.xsd.substitution import SubstitutionGroups
from schemapress_runtime.xsd.wildcard import Wildcard, intersection

Follow = tuple[tuple["_Leaf", ...], ...]
"""The leaves that may come next, in sets. A counter separates the sets: leaves of different sets never compete."""


class TooManyComparisons(Exception):
    """The search would take more comparisons than the limit."""


def find_competing(
    root: Particle, groups: SubstitutionGroups, most_comparisons: int
) -> tuple[BasicTerm, BasicTerm] | None:
    """Return two particles of a content model that can match the same element at the same position, or None.

    Raises:
        TooManyComparisons: the search would take more than the given number.
    """
    search = _Search(most_comparisons)
    model = search.build(root, groups)
    search.mark_overlaps()
    return search.compare(search.begin(model)) or search.search(model, ((),))


@dataclass(eq=False, slots=True)
class _Leaf:
    """An element or a wildcard. `overlaps`: it and another leaf can match the same element."""

    term: BasicTerm
    names: tuple[str, ...]
    overlaps: bool = False


@dataclass(eq=False, slots=True)
class _Part:
    """A particle. `first` has the overlapping leaves that it may begin with."""

    particle: Particle
    children: tuple[_Part, ...]
    leaf: _Leaf | None
    empty: bool = False
    first: tuple[_Leaf, ...] = ()

    @property
    def kind(self) -> str:
        return self.particle.term.kind if isinstance(self.particle.term, ModelGroup) else "leaf"

    @property
    def skippable(self) -> bool:
        return self.empty or self.particle.minimum == 0


def _skip_repetitions(particles: Iterable[Particle]) -> Iterator[Particle]:
    """Yield the particles of a choice, without elements that repeat an earlier name and type.

    By the letter the two compete (§3.8.6), but they match the same elements and libxml2 accepts them. Generated
    schemas have such choices.
    """
    seen: set[tuple[str, Type]] = set()
    for particle in particles:
        if isinstance(particle.term, ElementDeclaration) and (particle.minimum, particle.maximum) == (1, 1):
            key = (particle.term.name, particle.term.type)
            if key in seen:
                continue
            seen.add(key)
        yield particle


class _Search:
    def __init__(self, most_comparisons: int) -> None:
        self._left = most_comparisons
        self._leaves: list[_Leaf] = []
        self._compared: set[tuple[_Leaf, ...]] = set()

    def build(self, particle: Particle, groups: SubstitutionGroups) -> _Part:
        """Return the tree of a content model, and collect its leaves."""
        term = particle.term
        if isinstance(term, ModelGroup):
            children = _skip_repetitions(term.particles) if term.kind == "choice" else term.particles
            return _Part(particle, tuple(self.build(child, groups) for child in children), None)
        names: tuple[str, ...] = ()
        if isinstance(term, ElementDeclaration):
            names = (term.name, *(groups.members(term.name) if particle.is_reference else ()))
        self._leaves.append(_Leaf(term, names))
        return _Part(particle, (), self._leaves[-1])

    def mark_overlaps(self) -> None:
        """Set `overlaps` of each leaf."""
        counts = Counter(name for leaf in self._leaves for name in leaf.names)
        wildcards = [leaf.term.constraint for leaf in self._leaves if isinstance(leaf.term, Wildcard)]
        listed = Counter(namespace for constraint in wildcards for namespace in constraint.namespaces)
        is_open = any(constraint.kind != "enumeration" for constraint in wildcards)
        namespaces = {namespace_of(name) for name in counts}
        admitted = namespaces if is_open else namespaces & listed.keys()
        for leaf in self._leaves:
            if isinstance(leaf.term, Wildcard):
                own = leaf.term.constraint.namespaces
                leaf.overlaps = is_open or any(listed[namespace] > 1 or namespace in namespaces for namespace in own)
            else:
                leaf.overlaps = any(counts[name] > 1 or namespace_of(name) in admitted for name in leaf.names)

    def begin(self, part: _Part) -> tuple[_Leaf, ...]:
        """Return the leaves that a part may begin with; set `first` and `empty` of the part and of all parts inside."""
        if part.leaf is not None:
            part.first = (part.leaf,) if part.leaf.overlaps else ()
            return part.first
        first: list[_Leaf] = []
        is_open = True
        for child in part.children:
            begins = self.begin(child)
            if is_open:
                first += begins
            is_open = is_open and (part.kind != "sequence" or child.skippable)
        empties = [child.skippable for child in part.children]
        part.empty = any(empties) if part.kind == "choice" else all(empties)
        part.first = tuple(first)
        self._spend(len(first))
        return part.first

    def search(self, part: _Part, after: Follow) -> tuple[BasicTerm, BasicTerm] | None:
        """Return two leaves that compete inside of a part, or with the leaves `after` it."""
        minimum, maximum = part.particle.minimum, part.particle.maximum
        if maximum != 1:
            exact = minimum == maximum and not part.empty
            after = (part.first, *after) if exact else self._join(after, part.first)
        if part.leaf is not None:
            pairs: Iterator[tuple[BasicTerm, BasicTerm] | None] = map(self.compare, after)
        else:
            pairs = (self.search(child, following) for child, following in self._children_with_follow(part, after))
        return next((pair for pair in pairs if pair is not None), None)

    def _children_with_follow(self, part: _Part, after: Follow) -> Iterator[tuple[_Part, Follow]]:
        """Yield the children of a group, each with the leaves that may follow it."""
        if part.kind == "choice":
            yield from ((child, after) for child in part.children)
        elif part.kind == "all":
            any_order = self._join(after, part.first)
            yield from ((child, any_order) for child in part.children)
        else:
            for child in reversed(part.children):
                yield child, after
                after = self._join(after if child.skippable else ((),), child.first)

    def _join(self, follow: Follow, more: tuple[_Leaf, ...]) -> Follow:
        if not more:
            return follow
        self._spend(sum(map(len, follow)) + len(more) * len(follow))
        return tuple(dict.fromkeys(leaves + more for leaves in follow))

    def compare(self, leaves: tuple[_Leaf, ...]) -> tuple[BasicTerm, BasicTerm] | None:
        """Return two of the leaves that can match the same element."""
        if len(leaves) < 2 or leaves in self._compared:
            return None
        self._compared.add(leaves)
        self._spend(len(leaves))
        by_name: dict[str, _Leaf] = {}
        for leaf in leaves:
            for name in leaf.names:
                other = by_name.setdefault(name, leaf)
                if other is not leaf:
                    return other.term, leaf.term
        namespaces = {namespace_of(name): leaf for name, leaf in by_name.items()}
        wildcards = {leaf: leaf.term.constraint for leaf in leaves if isinstance(leaf.term, Wildcard)}
        for leaf, constraint in wildcards.items():
            for namespace in constraint.namespaces if constraint.kind == "enumeration" else ():
                other = namespaces.setdefault(namespace, leaf)
                if other is not leaf:
                    return other.term, leaf.term
        for leaf, constraint in wildcards.items():
            if constraint.kind == "enumeration":
                continue
            self._spend(len(namespaces) + len(wildcards))
            for namespace, other in namespaces.items():
                if constraint.admits(namespace):
                    return other.term, leaf.term
            for other, other_constraint in wildcards.items():
                both = intersection(constraint, other_constraint)
                if other is not leaf and (both.kind != "enumeration" or both.namespaces):
                    return other.term, leaf.term
        return None

    def _spend(self, comparisons: int) -> None:
        self._left -= comparisons
        if self._left < 0:
            raise TooManyComparisons
