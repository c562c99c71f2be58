"""The syntax of XML Schema's regular expressions (XSD 1.0 Part 2 Appendix F, productions [1] to [37])."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..limits import PATTERN_LEVELS
from .character_class import Ranges, complement, difference, escape_class, join_ranges, property_class


class PatternError(ValueError):
    """The pattern is no regular expression of XML Schema, or needs an automaton that is too large."""


@dataclass(eq=False, slots=True)
class PatternNode:
    """A part of a pattern: a set of characters, a sequence, a choice, or a repetition of its only child."""

    kind: str
    ranges: Ranges = ()
    children: list[PatternNode] = field(default_factory=list)
    minimum: int = 1
    maximum: int | None = 1


_QUANTIFIER = re.compile(r"0*([0-9]{1,9})(?:(,)(?:0*([0-9]{1,9}))?)?\}")


class _Parser:
    """Parses one pattern."""

    def __init__(self, text: str, most_levels: int | None) -> None:
        self.text = text
        self.position = 0
        self._most_levels = most_levels
        self._levels = 0

    def parse(self) -> PatternNode:
        node = self._choice()
        if self.position < len(self.text):
            raise self._error("there is no parenthesis to close")
        return node

    def _choice(self) -> PatternNode:
        branches = [self._branch()]
        while self._next("|"):
            branches.append(self._branch())
        return branches[0] if len(branches) == 1 else PatternNode("choice", children=branches)

    def _branch(self) -> PatternNode:
        pieces = []
        while self.position < len(self.text) and self.text[self.position] not in "|)":
            pieces.append(self._quantify(self._atom()))
        return pieces[0] if len(pieces) == 1 else PatternNode("sequence", children=pieces)

    def _quantify(self, atom: PatternNode) -> PatternNode:
        if self._next("?"):
            minimum, maximum = 0, 1
        elif self._next("*"):
            return PatternNode("repeat", children=[atom], minimum=0, maximum=None)
        elif self._next("+"):
            return PatternNode("repeat", children=[atom], minimum=1, maximum=None)
        elif self._next("{"):
            match = _QUANTIFIER.match(self.text, self.position)
            if match is None:
                raise self._error("a quantifier must be {n}, {n,} or {n,m}, of at most 9 digits")
            self.position = match.end()
            minimum = int(match[1])
            if match[2] and not match[3]:
                return PatternNode("repeat", children=[atom], minimum=minimum, maximum=None)
            maximum = int(match[3] or minimum)
            if maximum < minimum:
                raise self._error("the quantifier ends before it begins")
        else:
            return atom
        return PatternNode("repeat", children=[atom], minimum=minimum, maximum=maximum)

    def _atom(self) -> PatternNode:
        character = self.text[self.position]
        if character in "?*+{}":
            raise self._error(f"there is nothing before {character!r}, or it must be escaped")
        self.position += 1
        if character == "(":
            self._open()
            node = self._choice()
            self._levels -= 1
            if not self._next(")"):
                raise self._error("a parenthesis is not closed")
            return node
        if character == "[":
            return PatternNode("set", self._class())
        if character == "\\":
            return PatternNode("set", self._escape())
        if character == ".":
            return PatternNode("set", complement(((10, 10), (13, 13))))
        if character == "]":
            raise self._error("']' must be escaped")
        return PatternNode("set", ((ord(character), ord(character)),))

    def _escape(self) -> Ranges:
        if self.position >= len(self.text):
            raise self._error("the pattern ends with a backslash")
        letter = self.text[self.position]
        self.position += 1
        control = {"n": 10, "r": 13, "t": 9}.get(letter)
        if control is not None:
            return ((control, control),)
        if letter in "\\|.?*+(){}-[]^":
            return ((ord(letter), ord(letter)),)
        if letter in "pP":
            match = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self.text, self.position)
            ranges = property_class(match[1]) if match else None
            if match is None or ranges is None:
                raise self._error("the category or block is not known")
            self.position = match.end()
            return ranges if letter == "p" else complement(ranges)
        ranges = escape_class(letter)
        if ranges is None:
            raise self._error(f"\\{letter} is no escape")
        return ranges

    def _class(self) -> Ranges:
        """Parse a character class behind its bracket."""
        negative = self._next("^")
        members: list[tuple[int, int]] = []
        first = True
        while True:
            if self.position >= len(self.text):
                raise self._error("a character class is not closed")
            if self._next("]"):
                if first:
                    raise self._error("a character class is empty")
                break
            if not first and self.text.startswith("-[", self.position):
                self.position += 2
                self._open()
                subtracted = self._class()
                self._levels -= 1
                if not self._next("]"):
                    raise self._error("nothing may follow a subtraction")
                base = join_ranges(members)
                return difference(complement(base) if negative else base, subtracted)
            members += self._class_part()
            first = False
        base = join_ranges(members)
        return complement(base) if negative else base

    def _class_part(self) -> Ranges:
        single, ranges = self._class_character()
        if (
            not single
            or not self.text.startswith("-", self.position)
            or self.text[self.position + 1 : self.position + 2] in "[]"
        ):
            return ranges
        self.position += 1
        ends, last = self._class_character()
        if not ends or last[0][0] < ranges[0][0]:
            raise self._error("a range ends before it begins")
        return ((ranges[0][0], last[0][0]),)

    def _class_character(self) -> tuple[bool, Ranges]:
        """Parse one member of a class; say whether it is a single character."""
        if self.position >= len(self.text):
            raise self._error("a character class is not closed")
        character = self.text[self.position]
        self.position += 1
        if character == "[":
            raise self._error("'[' must be escaped inside of a class")
        if character != "\\":
            return True, ((ord(character), ord(character)),)
        ranges = self._escape()
        return len(ranges) == 1 and ranges[0][0] == ranges[0][1], ranges

    def _open(self) -> None:
        """Go one level deeper."""
        self._levels += 1
        if self._most_levels is not None and self._levels > self._most_levels:
            raise self._error(f"parentheses are nested more than {self._most_levels} levels deep")

    def _next(self, character: str) -> bool:
        is_next = self.text.startswith(character, self.position)
        self.position += is_next
        return is_next

    def _error(self, why: str) -> PatternError:
        return PatternError(f"{why} (at character {self.position} of {show_pattern(self.text)})")


def show_pattern(text: str) -> str:
    """Return a pattern for a message, cut where it is long."""
    return repr(text if len(text) <= 200 else f"{text[:200]}…")


def parse_pattern(text: str, most_levels: int | None = PATTERN_LEVELS) -> PatternNode:
    """Return the parts of a pattern.

    Raises:
        PatternError: the text is no pattern, or it is nested deeper than `most_levels`.
    """
    return _Parser(text, most_levels).parse()
