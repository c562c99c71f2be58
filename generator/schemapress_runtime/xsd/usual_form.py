"""The texts of a simple type in their usual form, of which one look says that they are valid."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsualForm:
    """The usual texts of a type.

    They match the `expression`, one of Python that captures nothing, and one of each step of `patterns`: those of XML
    Schema that only an automaton may run. Where `texts` is not None, they are those alone.
    """

    expression: str
    patterns: tuple[tuple[str, ...], ...] = ()
    texts: frozenset[str] | None = None


ANY_TEXT = UsualForm("(?s:.*+)")
"""The form of types that every text belongs to."""

NO_TEXT = UsualForm("(?!)")
"""The form of types of which no text is certainly valid."""
