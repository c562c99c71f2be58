"""Regular expressions as emitted modules have them: texts, and the names of constants between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from schemapress.targets.code import Code, pattern_text, raw_fstring
from schemapress_runtime.xsd.character_class import Ranges, intersection
from schemapress_runtime.xsd.pattern import python_expression
from schemapress_runtime.xsd.pattern_syntax import PatternNode, parse_pattern


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


_PLAIN: Ranges = ((0x21, 0x21), (0x23, 0x25), (0x28, 0x3B), (0x3D, 0x3D), (0x3F, 0x7E))
"""The characters of ASCII that are no white space, and that stand for themselves in elements and attributes."""


@cache
def plain_texts(pattern: str) -> Regex:
    """Return the expression whose group is a text of plain characters that matches a pattern of XML Schema."""
    return regex("((?>", python_expression(_keep_plain(parse_pattern(pattern))), "))")


def _keep_plain(node: PatternNode) -> PatternNode:
    return replace(
        node, ranges=intersection(node.ranges, _PLAIN), children=[_keep_plain(child) for child in node.children]
    )


def matching(text: str) -> Regex:
    """Return the expression that matches a text."""
    return Regex((pattern_text(text),))
