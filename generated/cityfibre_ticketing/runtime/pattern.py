"""Regular expressions of XML Schema, matched in time linear in the text (XSD 1.0 Part 2 Appendix F).

A pattern whose every step is decided by the next character is left to Python's `re`, which then never
has to go back far. Any other one, such as `(a+)+b`, is run by an automaton whose states are made when a
text first reaches them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .character_class import (
    Ranges,
    complement,
    difference,
    escaped,
    expression,
    named,
    normalized,
    overlap,
)

MOST_POSITIONS = 20_000
"""Characters that a pattern may have with its counters written out, if it needs the automaton."""

_KEPT_STEPS = 20_000
"""Steps that one automaton remembers before it begins anew."""


class PatternError(ValueError):
    """The pattern is no regular expression of XML Schema, or needs an automaton that is too large."""


@dataclass(eq=False, slots=True)
class Node:
    """A part of a pattern: a set of characters, a sequence, a choice, or a repetition of its only child."""

    kind: str
    ranges: Ranges = ()
    children: list[Node] = field(default_factory=list)
    minimum: int = 1
    maximum: int | None = 1


class _Parser:
    """Parses one pattern (productions [1] to [37] of Appendix F)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def parse(self) -> Node:
        node = self._choice()
        if self.position < len(self.text):
            raise self._error("there is no parenthesis to close")
        return node

    def _choice(self) -> Node:
        branches = [self._branch()]
        while self._next("|"):
            branches.append(self._branch())
        return branches[0] if len(branches) == 1 else Node("choice", children=branches)

    def _branch(self) -> Node:
        pieces = []
        while self.position < len(self.text) and self.text[self.position] not in "|)":
            pieces.append(self._quantified(self._atom()))
        return pieces[0] if len(pieces) == 1 else Node("sequence", children=pieces)

    def _quantified(self, atom: Node) -> Node:
        if self._next("?"):
            minimum, maximum = 0, 1
        elif self._next("*"):
            return Node("repeat", children=[atom], minimum=0, maximum=None)
        elif self._next("+"):
            return Node("repeat", children=[atom], minimum=1, maximum=None)
        elif self._next("{"):
            match = re.compile(r"([0-9]+)(?:(,)([0-9]*))?\}").match(self.text, self.position)
            if match is None:
                raise self._error("a quantifier must be {n}, {n,} or {n,m}")
            self.position = match.end()
            minimum = int(match[1])
            if match[2] and not match[3]:
                return Node("repeat", children=[atom], minimum=minimum, maximum=None)
            maximum = int(match[3] or minimum)
            if maximum < minimum:
                raise self._error("the quantifier ends before it begins")
        else:
            return atom
        return Node("repeat", children=[atom], minimum=minimum, maximum=maximum)

    def _atom(self) -> Node:
        character = self.text[self.position]
        if character in "?*+{}":
            raise self._error(f"there is nothing before {character!r}, or it must be escaped")
        self.position += 1
        if character == "(":
            node = self._choice()
            if not self._next(")"):
                raise self._error("a parenthesis is not closed")
            return node
        if character == "[":
            return Node("set", self._class())
        if character == "\\":
            return Node("set", self._escape())
        if character == ".":
            return Node("set", complement(((10, 10), (13, 13))))
        if character == "]":
            raise self._error("']' must be escaped")
        return Node("set", ((ord(character), ord(character)),))

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
            found = named(match[1]) if match else None
            if match is None or found is None:
                raise self._error("the category or block is not known")
            self.position = match.end()
            return found if letter == "p" else complement(found)
        found = escaped(letter)
        if found is None:
            raise self._error(f"\\{letter} is no escape")
        return found

    def _class(self) -> Ranges:
        """Parse a character class behind its bracket."""
        negative = self._next("^")
        found: list[tuple[int, int]] = []
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
                subtracted = self._class()
                if not self._next("]"):
                    raise self._error("nothing may follow a subtraction")
                base = normalized(found)
                return difference(complement(base) if negative else base, subtracted)
            found += self._class_part()
            first = False
        base = normalized(found)
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

    def _next(self, character: str) -> bool:
        found = self.text.startswith(character, self.position)
        self.position += found
        return found

    def _error(self, why: str) -> PatternError:
        return PatternError(f"{why} (at character {self.position} of {self.text!r})")


def parse_pattern(text: str) -> Node:
    """Return the parts of a pattern.

    Raises:
        PatternError: the text is no pattern.
    """
    return _Parser(text).parse()


def compile_pattern(text: str) -> Callable[[str], bool]:
    """Return what says whether a whole text matches a pattern.

    Raises:
        PatternError: the text is no pattern, or the pattern needs an automaton that is too large.
    """
    node = parse_pattern(text)
    if _is_simple(node) or _is_deterministic(node):
        matches = re.compile(_python(node)).fullmatch
        return lambda value: matches(value) is not None
    return _Automaton(node, text).matches


def _python(node: Node) -> str:
    if node.kind == "set":
        return expression(node.ranges)
    if node.kind == "choice":
        return f"(?:{'|'.join(map(_python, node.children))})"
    if node.kind == "sequence":
        return "".join(map(_python, node.children))
    inner = _python(node.children[0])
    inner = inner if node.children[0].kind == "set" and node.children[0].ranges else f"(?:{inner})"
    return f"{inner}{{{node.minimum},{'' if node.maximum is None else node.maximum}}}"


def _is_simple(node: Node) -> bool:
    """Whether a pattern has no repetition but of single characters, and those nearly of fixed length."""
    if node.kind == "set":
        return True
    if node.kind == "repeat":
        close = node.maximum is not None and node.maximum - node.minimum <= 1
        return close and node.children[0].kind == "set"
    return len(node.children) <= 8 and all(map(_is_simple, node.children))


# Determinism: the position automaton of the pattern, its counters taken as loops


@dataclass(slots=True)
class _Positions:
    """What the automaton knows of a part: whether it can be empty, and which positions begin and end it."""

    empty: bool
    first: list[Node]
    last: list[Node]


def _is_deterministic(root: Node) -> bool:
    """Whether the next character always says what comes next, and no loop can be taken for another one."""
    follow: dict[Node, list[Node]] = {}
    ambiguous = False

    def connect(ends: list[Node], begins: list[Node]) -> None:
        nonlocal ambiguous
        for end in ends:
            known = follow.setdefault(end, [])
            for begin in begins:
                if begin in known or any(overlap(begin.ranges, other.ranges) for other in known):
                    ambiguous = True
                known.append(begin)
        if sum(map(len, follow.values())) > 2_000:
            ambiguous = True

    def walk(node: Node) -> _Positions:
        if ambiguous:
            return _Positions(True, [], [])
        if node.kind == "set":
            return _Positions(False, [node], [node])
        if node.kind == "repeat":
            body = walk(node.children[0])
            if node.maximum != 1 and node.maximum != 0:
                connect(body.last, body.first)
            return _Positions(body.empty or node.minimum == 0, body.first, body.last)
        parts = [walk(child) for child in node.children]
        if node.kind == "choice":
            return _Positions(
                any(part.empty for part in parts),
                [position for part in parts for position in part.first],
                [position for part in parts for position in part.last],
            )
        whole = _Positions(True, [], [])
        for part in parts:
            connect(whole.last, part.first)
            whole = _Positions(
                whole.empty and part.empty,
                whole.first + part.first if whole.empty else whole.first,
                part.last + whole.last if part.empty else part.last,
            )
        return whole

    first = walk(root).first
    for index, one in enumerate(first):
        if any(overlap(one.ranges, other.ranges) for other in first[index + 1 :]):
            return False
    return not ambiguous


# The automaton


class _Automaton:
    """Runs a pattern over a text as sets of positions; each set is a state, made when it is first reached."""

    def __init__(self, root: Node, text: str) -> None:
        self._characters: list[Callable[[str], object]] = []
        self._empty: list[list[int]] = [[]]
        self._next: list[int] = [0]
        self._text = text
        self._end = self._build(root, 0)
        self._states: dict[frozenset[int], dict[str, frozenset[int]]] = {}
        self._start = self._closure([0])
        self._steps = 0

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        state = self._start
        for character in text:
            steps = self._states.setdefault(state, {})
            following = steps.get(character)
            if following is None:
                following = self._step(state, character)
                if self._steps >= _KEPT_STEPS:
                    self._states.clear()
                    self._steps = 0
                    steps = self._states.setdefault(state, {})
                steps[character] = following
                self._steps += 1
            if not following:
                return False
            state = following
        return self._end in state

    def _step(self, state: frozenset[int], character: str) -> frozenset[int]:
        reached = []
        for position in state:
            if self._next[position] and self._characters[self._next[position] - 1](character):
                reached.append(position + 1)
        return self._closure(reached)

    def _closure(self, positions: list[int]) -> frozenset[int]:
        found = set(positions)
        waiting = list(positions)
        while waiting:
            for other in self._empty[waiting.pop()]:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return frozenset(found)

    def _new(self) -> int:
        if len(self._next) > MOST_POSITIONS:
            raise PatternError(f"{self._text!r} is too large with its counters written out")
        self._empty.append([])
        self._next.append(0)
        return len(self._next) - 1

    def _build(self, node: Node, start: int) -> int:
        """Add a part that begins at a position, and return the position at which it ends."""
        if node.kind == "set":
            here = self._new()
            self._empty[start].append(here)
            end = self._new()
            self._characters.append(re.compile(expression(node.ranges)).match)
            self._next[here] = len(self._characters)
            return end
        if node.kind == "sequence":
            for child in node.children:
                start = self._build(child, start)
            return start
        if node.kind == "choice":
            ends = [self._build(child, self._linked(start)) for child in node.children]
            end = self._new()
            for one in ends:
                self._empty[one].append(end)
            return end
        return self._repeat(node, start)

    def _repeat(self, node: Node, start: int) -> int:
        child = node.children[0]
        for _ in range(node.minimum):
            start = self._build(child, start)
        if node.maximum is None:
            loop = self._linked(start)
            self._empty[self._build(child, loop)].append(loop)
            return self._linked(loop)
        skips = [start]
        for _ in range(node.maximum - node.minimum):
            start = self._build(child, start)
            skips.append(start)
        end = self._new()
        for one in skips:
            self._empty[one].append(end)
        return end

    def _linked(self, start: int) -> int:
        position = self._new()
        self._empty[start].append(position)
        return position
