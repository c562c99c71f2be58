"""Substitution groups: the elements that may replace their head where it is referred to (XSD 1.0 Part 1 §3.3.6)."""

from __future__ import annotations

from collections.abc import Iterable


class SubstitutionGroups:
    """The substitution groups of a schema, whatever the declarations and their types block."""

    def __init__(self, heads: Iterable[tuple[str, str | None]]) -> None:
        """Take the name of each global element, and the name of its head or None."""
        self._direct: dict[str, list[str]] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        for name, head in heads:
            if head is not None:
                self._direct.setdefault(head, []).append(name)

    def members(self, head: str) -> tuple[str, ...]:
        """Return the names of all direct and indirect members of the substitution group of a head, without the head."""
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
