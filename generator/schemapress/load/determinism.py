"""Unique Particle Attribution: whether each child of a content model is one particle's alone (XSD 1.0 Part 1 §3.8.6).

Most models need no search: where no name occurs twice and no wildcard admits one, nothing can compete. Otherwise only
those particles are followed that some other one overlaps, which keeps wide models linear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemapress_runtime.names import namespace_of
from schemapress_runtime.xsd.components import ElementDeclaration, ModelGroup, Particle, Type
from schemapress_runtime.xsd.wildcard import Wildcard, intersection

from .substitution import SubstitutionGroups

Term = ElementDeclaration | Wildcard

Follow = tuple[tuple["_Leaf", ...], ...]
"""What may come next, in sets of leaves: a counter tells those of one set from those of another one."""


class TooManyComparisons(Exception):
    """A content model would take more comparisons than are allowed."""


def competing(root: Particle, groups: SubstitutionGroups, most_comparisons: int) -> tuple[Term, Term] | None:
    """Return two particles of a content model that may match the same element at one place; None if there are none.

    Raises:
        TooManyComparisons: it would take more than the given number.
    """
    search = _Search(most_comparisons)
    model = search.part(root, groups)
    search.mark()
    return search.among(search.begin(model)) or search.inside(model, ((),))


@dataclass(eq=False, slots=True)
class _Leaf:
    """An element or a wildcard; `overlaps` says whether it and another leaf may match the same element."""

    term: Term
    names: tuple[str, ...]
    overlaps: bool = False


@dataclass(eq=False, slots=True)
class _Part:
    """A particle; `first` has the leaves that it may begin with, of those that overlap others."""

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


def _without_repetitions(particles: Iterable[Particle]) -> Iterator[Particle]:
    """Yield the particles of a choice, but an element that it names again with the same type.

    By the letter the two compete (§3.8.6); what they match is the same, and libxml2 takes it. Schemas that a program
    has written have such choices.
    """
    seen: set[tuple[str, Type]] = set()
    for particle in particles:
        if isinstance(particle.term, ElementDeclaration) and (particle.minimum, particle.maximum) == (1, 1):
            same = (particle.term.name, particle.term.type)
            if same in seen:
                continue
            seen.add(same)
        yield particle


class _Search:
    def __init__(self, most_comparisons: int) -> None:
        self._left = most_comparisons
        self._leaves: list[_Leaf] = []
        self._checked: set[tuple[_Leaf, ...]] = set()

    def part(self, particle: Particle, groups: SubstitutionGroups) -> _Part:
        """Return the parts of a content model, and list its leaves."""
        term = particle.term
        if isinstance(term, ModelGroup):
            children = _without_repetitions(term.particles) if term.kind == "choice" else term.particles
            return _Part(particle, tuple(self.part(child, groups) for child in children), None)
        names: tuple[str, ...] = ()
        if isinstance(term, ElementDeclaration):
            names = (term.name, *(groups.members(term.name) if particle.is_reference else ()))
        self._leaves.append(_Leaf(term, names))
        return _Part(particle, (), self._leaves[-1])

    def mark(self) -> None:
        """Find the leaves that overlap others."""
        counts = Counter(name for leaf in self._leaves for name in leaf.names)
        wildcards = [leaf.term.constraint for leaf in self._leaves if isinstance(leaf.term, Wildcard)]
        listed = Counter(one for constraint in wildcards for one in constraint.namespaces)
        is_open = any(constraint.kind != "enumeration" for constraint in wildcards)
        namespaces = {namespace_of(name) for name in counts}
        admitted = namespaces if is_open else namespaces & listed.keys()
        for leaf in self._leaves:
            if isinstance(leaf.term, Wildcard):
                others = leaf.term.constraint.namespaces
                leaf.overlaps = is_open or any(listed[one] > 1 or one in namespaces for one in others)
            else:
                leaf.overlaps = any(counts[name] > 1 or namespace_of(name) in admitted for name in leaf.names)

    def begin(self, part: _Part) -> tuple[_Leaf, ...]:
        """Return the leaves that a part may begin with, and note it and whether the part may be empty, inside too."""
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

    def inside(self, part: _Part, after: Follow) -> tuple[Term, Term] | None:
        """Return what competes inside of a part, or behind it, where `after` may follow."""
        minimum, maximum = part.particle.minimum, part.particle.maximum
        if maximum != 1:
            exact = minimum == maximum and not part.empty
            after = (part.first, *after) if exact else self._joined(after, part.first)
        if part.leaf is not None:
            return next((found for one in after if (found := self.among(one)) is not None), None)
        for child, following in self._followed(part, after):
            found = self.inside(child, following)
            if found is not None:
                return found
        return None

    def _followed(self, part: _Part, after: Follow) -> Iterator[tuple[_Part, Follow]]:
        """Yield the children of a group, each with what may follow it."""
        if part.kind == "choice":
            yield from ((child, after) for child in part.children)
        elif part.kind == "all":
            every = self._joined(after, part.first)
            yield from ((child, every) for child in part.children)
        else:
            for child in reversed(part.children):
                yield child, after
                after = self._joined(after if child.skippable else ((),), child.first)

    def _joined(self, follow: Follow, more: tuple[_Leaf, ...]) -> Follow:
        if not more:
            return follow
        self._spend(sum(map(len, follow)) + len(more) * len(follow))
        return tuple(dict.fromkeys(one + more for one in follow))

    def among(self, leaves: tuple[_Leaf, ...]) -> tuple[Term, Term] | None:
        """Return two leaves that overlap."""
        if len(leaves) < 2 or leaves in self._checked:
            return None
        self._checked.add(leaves)
        self._spend(len(leaves))
        known: dict[str, _Leaf] = {}
        for leaf in leaves:
            for name in leaf.names:
                other = known.setdefault(name, leaf)
                if other is not leaf:
                    return other.term, leaf.term
        namespaces = {namespace_of(name): leaf for name, leaf in known.items()}
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
            for other, more in wildcards.items():
                both = intersection(constraint, more)
                if other is not leaf and (both.kind != "enumeration" or both.namespaces):
                    return other.term, leaf.term
        return None

    def _spend(self, comparisons: int) -> None:
        self._left -= comparisons
        if self._left < 0:
            raise TooManyComparisons
