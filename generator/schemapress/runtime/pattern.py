"""Regular expressions of XML Schema, matched in time linear in the text (XSD 1.0 Part 2 Appendix F).

A pattern whose every step is decided by the next character is left to Python's `re`, which then never
has to go back far. Any other one, such as `(a+)+b`, is run by an automaton whose states are made when a
text first reaches them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .character_class import expression, overlap
from .pattern_syntax import Node, PatternError, parse_pattern

MOST_POSITIONS = 20_000
"""Characters that a pattern may have with its counters written out, if it needs the automaton."""

_KEPT_STEPS = 20_000
"""Steps that one automaton remembers before it begins anew."""


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
