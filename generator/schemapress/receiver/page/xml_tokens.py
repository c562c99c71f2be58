"""The parts of an XML text, for its highlighting. Any text has parts, well-formed or not; joined, they are the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal[
    "tag",
    "name",
    "attribute",
    "equals",
    "value",
    "text",
    "reference",
    "comment",
    "instruction",
    "cdata",
    "doctype",
    "error",
]
"""What a part is. `tag` is the punctuation of tags, `error` what no well-formed document has in its place."""


class Token(NamedTuple):
    """A part of an XML text. `depth` is the number of elements around it; tags are not inside their own elements."""

    kind: Kind
    text: str
    depth: int = 0


_TEXT = re.compile(r"[^<&]++")
_REFERENCE = re.compile(r"&(?:#[0-9]++|#x[0-9A-Fa-f]++|[^\s<>&;#\"'=/]++);")
_TAG = re.compile(r"(</?)([^\s<>&/=\"'!?\x00-\x1f\ufffd][^\s<>&/=\"'\x00-\x1f\ufffd]*+)")
_INSIDE = re.compile(
    r"(?P<space>\s++)|(?P<end>/?>)|(?P<equals>=)|(?P<value>\"[^\"<]*+\"|'[^'<]*+')|(?P<name>[^\s<>&/=\"'\x00-\x1f]++)"
)
_SECTIONS: tuple[tuple[str, str, Kind], ...] = (
    ("<!--", "-->", "comment"),
    ("<![CDATA[", "]]>", "cdata"),
    ("<?", "?>", "instruction"),
    ("<!", ">", "doctype"),
)


def tokenize(text: str) -> Iterator[Token]:
    """Yield the parts of an XML text in their order."""
    place = depth = 0
    while place < len(text):
        match = _TEXT.match(text, place)
        if match is not None:
            yield Token("text", match[0], depth)
            place = match.end()
            continue
        if text[place] == "&":
            match = _REFERENCE.match(text, place)
            token = Token("error", "&", depth) if match is None else Token("reference", match[0], depth)
            yield token
            place += len(token.text)
            continue
        section = _find_section(text, place)
        if section is not None:
            yield Token(section.kind, section.text, depth)
            place += len(section.text)
            continue
        match = _TAG.match(text, place)
        if match is None:
            yield Token("error", "<", depth)
            place += 1
            continue
        is_end = match[1] == "</"
        depth = max(0, depth - 1) if is_end else depth
        yield Token("tag", match[1], depth)
        yield Token("name", match[2], depth)
        place = match.end()
        last = ""
        for token in _tokenize_inside(text, place, depth):
            yield token
            place += len(token.text)
            last = token.text
        if not is_end and last != "/>":
            depth += 1


def _find_section(text: str, place: int) -> Token | None:
    """Return the comment, section or instruction at a place; one without an end is an error up to the end."""
    for start, end, kind in _SECTIONS:
        if text.startswith(start, place):
            last = text.find(end, place + len(start))
            if last < 0:
                return Token("error", text[place:])
            return Token(kind, text[place : last + len(end)])
    return None


def _tokenize_inside(text: str, place: int, depth: int) -> Iterator[Token]:
    """Yield the parts of a tag behind its name, its end included; a `<` ends a tag, too."""
    while place < len(text) and text[place] != "<":
        match = _INSIDE.match(text, place)
        if match is None:
            yield Token("error", text[place], depth)
            place += 1
            continue
        kinds: dict[str, Kind] = {"space": "text", "end": "tag", "name": "attribute", "value": "value"}
        group = match.lastgroup or ""
        yield Token(kinds.get(group, "equals"), match[0], depth)
        place = match.end()
        if group == "end":
            return
