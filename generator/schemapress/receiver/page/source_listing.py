"""A message as its lines: numbered, in parts to highlight, with the lines of problems marked."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from schemapress_runtime.xml.document import xml_parser

from .personal_content import PersonalContent
from .xml_tokens import Token, tokenize

MOST_CHARACTERS = 200_000
"""Characters of a message that are shown; a download has the rest."""

WIDEST_INDENT = 8

Place = tuple[int, int | None]
"""A line, and a column of it if that is known."""

_END = 2**31
"""More columns than a line has."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that nobody sees, or that change the order of others on the screen."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a part of a line with many tags: that has an indent by its depth.

    It has the columns from `start` to before `end`, the first of a line being 1. `number` is that of the line.
    """

    number: int
    start: int
    end: int
    is_marked: bool
    indent: int
    tokens: tuple[Token, ...]

    @property
    def anchor(self) -> str:
        """The identifier of the line on the page."""
        return f"line-{self.number}" if self.start == 1 else f"line-{self.number}-{self.start}"

    def has(self, place: Place) -> bool:
        """Whether a place is in it; one without a column is in the first part of its line."""
        number, column = place
        return number == self.number and (self.start == 1 if not column else self.start <= column < self.end)


@dataclass(frozen=True, slots=True)
class Listing:
    """The lines of a message; none where it is hidden as a whole."""

    lines: tuple[Line, ...]
    is_cut: bool
    hides: bool
    is_hidden: bool

    def find(self, place: Place) -> Line | None:
        """Return the line of a place, or the part of it; None where that is not shown."""
        of_line = [line for line in self.lines if line.number == place[0]]
        return next((line for line in of_line if line.has(place)), of_line[0] if of_line else None)


def list_source(body: bytes, marked: Collection[Place], personal: PersonalContent | None, *, is_valid: bool) -> Listing:
    """Return the lines of a message, without what is personal; `personal` is None where all is to be seen.

    If there are personal elements and the message is not well-formed, nobody can tell where they end: it is hidden.
    """
    text, is_well_formed = _read(body)
    is_cut = len(text) > MOST_CHARACTERS
    text = text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    tokens = list(tokenize(text))
    shown = tokens
    if personal is not None and personal.names:
        if not is_well_formed or (not is_cut and any(token.kind == "error" for token in tokens)):
            return Listing((), is_cut, True, True)
        shown = list(personal.hide(tokens, is_valid=is_valid))
    return Listing(tuple(_lines(zip(tokens, shown, strict=True), marked)), is_cut, shown != tokens, False)


def _read(body: bytes) -> tuple[str, bool]:
    """Return the text of a message, and whether it is well-formed."""
    encoding = "utf-8-sig"
    try:
        root = etree.fromstring(body, xml_parser(doctype=False))
    except (etree.XMLSyntaxError, ValueError):
        return body.decode(encoding, "replace"), False
    declared = root.getroottree().docinfo.encoding or ""
    try:
        is_utf_8 = codecs.lookup(declared).name == "utf-8"
        return body.decode(encoding if is_utf_8 else declared), True
    except (LookupError, UnicodeDecodeError):
        return body.decode(encoding, "replace"), False


def _lines(tokens: Iterable[tuple[Token, Token]], marked: Collection[Place]) -> Iterator[Line]:
    """Yield the lines, and mark those of places. Tags that follow one another are parts of their own.

    Each token comes with what is shown of it; columns are those of the message.
    """
    number, start, column, indent = 1, 1, 1, 0
    parts: list[Token] = []
    last, is_start_tag = "", False

    def make_line(end: int) -> Line:
        line = Line(number, start, end, False, indent, tuple(parts))
        return replace(line, is_marked=any(line.has(place) for place in marked if place[0] == number))

    for token, shown in tokens:
        if token.kind == "tag" and token.text in ("<", "</"):
            closes_at_once = token.text == "</" and is_start_tag
            if parts and last in (">", "/>") and not closes_at_once:
                yield make_line(column)
                parts, start, indent = [], column, min(token.depth, WIDEST_INDENT)
            is_start_tag = token.text == "<"
        elif token.kind == "tag":
            is_start_tag = is_start_tag and token.text == ">"
        last = token.text if token.kind == "tag" else ""
        first, *others = shown.text.split("\n")
        parts += _visible(shown, first)
        column += len(token.text)
        for text in others:
            yield make_line(_END)
            number, start, indent, parts = number + 1, 1, 0, _visible(shown, text)
            column = len(token.text) - token.text.rfind("\n")
    if parts:
        yield make_line(_END)


def _visible(token: Token, text: str) -> list[Token]:
    """Return a part of a line, in which nothing controls how it is shown."""
    if not text:
        return []
    return [token._replace(text=_CONTROLS.sub(lambda match: f"⟨{ord(match[0]):04X}⟩", text))]
