"""Substitution groups: which elements may stand where another one is referred to (XSD 1.0 Part 1 §3.3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from .globals import Globals
from .source import XSD, Element, SchemaDocument


class SubstitutionGroups:
    """The substitution groups of a schema."""

    def __init__(self, heads: Iterable[tuple[str, str | None]]) -> None:
        """Take the name of each global element, and that of the head of its substitution group, if it has one."""
        self._direct: dict[str, list[str]] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        for name, head in heads:
            if head is not None:
                self._direct.setdefault(head, []).append(name)

    def members(self, head: str) -> tuple[str, ...]:
        """Return the names of all elements of the substitution group of a head, through others too, without itself."""
        if head not in self._members:
            seen = {head: None}
            waiting = [head]
            while waiting:
                for member in self._direct.get(waiting.pop(), ()):
                    if member not in seen:
                        seen[member] = None
                        waiting.append(member)
            self._members[head] = tuple(seen)[1:]
        return self._members[head]


class SubstitutedParticles:
    """Says of a complex type whether its base refers to the head of a substitution group.

    For the restriction of such a type a reference to a head counts as a choice of its members (XSD 1.0 Part 1 §3.9.6),
    and the xmlschema library does not see it so: it refuses what restricts a repeated head to one of its members, as
    GML does.
    """

    def __init__(self, found: Globals) -> None:
        self._found = found

    @cached_property
    def _heads(self) -> frozenset[str]:
        groups = ((one, one.element.get("substitutionGroup")) for one in self._found.of_kind("element"))
        return frozenset(one.document.resolve(one.element, head) for one, head in groups if head is not None)

    def __call__(self, element: Element, document: SchemaDocument) -> bool:
        """Say it of the complex type that an element of a document is."""
        waiting = [(element, document)]
        seen = {element}
        while waiting:
            component, inside = waiting.pop()
            for child in component.iter(f"{XSD}element", f"{XSD}group", f"{XSD}restriction", f"{XSD}extension"):
                kind = _REFERENCES[str(child.tag)]
                named = child.get("base" if kind == "type" else "ref")
                if named is None:
                    continue
                name = inside.resolve(child, named)
                if kind == "element" and component is not element and name in self._heads:
                    return True
                found = None if kind == "element" else self._found.get(kind, name)
                if found is not None and found.element not in seen:
                    seen.add(found.element)
                    waiting.append((found.element, found.document))
        return False


_REFERENCES = {
    XSD + "element": "element",
    XSD + "group": "group",
    XSD + "restriction": "type",
    XSD + "extension": "type",
}
