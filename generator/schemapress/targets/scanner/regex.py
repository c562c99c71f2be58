"""Regular expressions as emitted modules have them: texts, and the names of constants between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.targets.code import Code, pattern_text, raw_fstring


@dataclass(frozen=True, slots=True)
class Regex:
    """A part of a regular expression: sources, and the constants (which are code) that hold other parts."""

    parts: tuple[str, ...]

    @property
    def code(self) -> Code:
        """The literal of the expression."""
        return raw_fstring(self.parts)

    @property
    def references(self) -> Iterator[Code]:
        """The constants that the expression names."""
        return (part for part in self.parts if isinstance(part, Code))

    @property
    def source(self) -> str:
        """The expression with the names of constants in it, to look for characters in."""
        return "".join(self.parts)


def regex(*parts: str | Regex) -> Regex:
    """Return an expression of parts: sources of expressions, constants, and other expressions."""
    flat: list[str] = []
    for part in parts:
        flat += part.parts if isinstance(part, Regex) else (part,)
    return Regex(tuple(flat))


def matching(text: str) -> Regex:
    """Return the expression that matches a text."""
    return Regex((pattern_text(text),))
