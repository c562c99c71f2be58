"""Regular expressions of XML Schema, matched in time linear in the text (XSD 1.0 Part 2 Appendix F).

A pattern is left to Python's `re` only where that provably has next to nothing to go back to. Any other one, such as
`(a+)+b`, is run by an automaton whose states are made when a text first reaches them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, pairwise, takewhile

from ..limits import PATTERN_LEVELS, PATTERN_POSITIONS
from .character_class import Ranges, expression
from .pattern_syntax import PatternError, PatternNode, parse_pattern, show_pattern

_MOST_WAYS = 32
"""Ways in which `re` may try a pattern that has so few of them, whatever they are."""

_MOST_FOLLOWING = 200_000
"""Ranges of characters that may follow others, in a pattern that is examined; one with more is for the automaton."""

_KEPT_POSITIONS = 500_000
"""Positions, in all states together, that one automaton remembers before it begins anew."""


def compile_pattern(
    text: str, most_levels: int | None = PATTERN_LEVELS, most_positions: int | None = PATTERN_POSITIONS
) -> Callable[[str], bool]:
    """Return the function that tells whether a whole text matches a pattern. A bound that is None does not apply.

    Raises:
        PatternError: the text is no pattern, is nested deeper than `most_levels`, or needs an automaton of more
            than `most_positions`.
    """
    node = _reduce(parse_pattern(text, most_levels))
    automaton = _automaton_of(node, text, most_positions)
    if automaton is not None:
        return automaton.matches
    matches = re.compile(python_expression(node)).fullmatch
    return lambda value: matches(value) is not None


def is_run_by_automaton(
    text: str, most_levels: int | None = PATTERN_LEVELS, most_positions: int | None = PATTERN_POSITIONS
) -> bool:
    """Whether a pattern is too hard for `re`; raises what `compile_pattern` does, without its work for `re`."""
    return _automaton_of(_reduce(parse_pattern(text, most_levels)), text, most_positions) is not None


def _automaton_of(node: PatternNode, text: str, most_positions: int | None) -> _Automaton | None:
    """Return the automaton of a pattern; None for a pattern that is left to `re`."""
    if _is_for_re(node):
        return None
    try:
        return _Automaton(node, most_positions)
    except _TooLarge:
        reason = f"{show_pattern(text)} is too large with its counters written out, and can't do without"
        raise PatternError(f"{reason}: it has more than {most_positions:,} positions") from None


def try_expression(text: str) -> str | None:
    """Return the expression of Python for a pattern, which is known to be one; None where it is too hard for `re`."""
    node = _reduce(parse_pattern(text, None))
    return python_expression(node) if _is_for_re(node) else None


def _is_for_re(node: PatternNode) -> bool:
    return _ways(node) <= _MOST_WAYS or (_ways_to_be_empty(node) <= 1 and _is_deterministic(node))


def python_expression(node: PatternNode) -> str:
    """Return the expression of Python that matches the same texts."""
    if node.kind == "set":
        return expression(node.ranges)
    if node.kind == "choice":
        return f"(?:{'|'.join(map(python_expression, node.children))})"
    if node.kind == "sequence":
        return "".join(map(python_expression, node.children))
    inner = python_expression(node.children[0])
    inner = inner if node.children[0].kind == "set" and node.children[0].ranges else f"(?:{inner})"
    return f"{inner}{{{node.minimum},{'' if node.maximum is None else node.maximum}}}"


# Other patterns that match the same texts


def _reduce(node: PatternNode) -> PatternNode:
    """Return a pattern that matches the same texts, with fewer ways to do so.

    `(x{0,9}){0,9}` is `x{0,81}`, `(x?|y){3}` is `(x|y){0,3}`, and `vat|vet` is `v(at|et)`.
    """
    children = [_reduce(child) for child in node.children]
    if node.kind == "choice":
        return _choice(children)
    if node.kind == "sequence":
        return _sequence([child for child in children if child.kind != "sequence" or child.children])
    return _repeat(children[0], node.minimum, node.maximum) if children else node


def _repeat(child: PatternNode, minimum: int, maximum: int | None) -> PatternNode:
    """Return a repetition; one of a repetition is a single one, where its counts leave no gap."""
    if maximum == 0 or (child.kind == "sequence" and not child.children):
        return PatternNode("sequence")
    if (minimum, maximum) == (1, 1):
        return child
    if child.kind != "repeat":
        return PatternNode("repeat", children=[child], minimum=minimum, maximum=maximum)
    least, most = child.minimum, child.maximum
    covered = minimum * (_MOST_COUNT if most is None else most)
    without_gap = minimum == maximum or (minimum + 1) * least <= covered + 1
    total = None if most is None or maximum is None else most * maximum
    if not without_gap or max(least * minimum, total or 0) > _MOST_COUNT:
        return PatternNode("repeat", children=[child], minimum=minimum, maximum=maximum)
    return _repeat(child.children[0], least * minimum, total)


def _choice(children: list[PatternNode]) -> PatternNode:
    """Return a choice, with the common prefix of the alternatives and the empty alternative factored out."""
    can_be_empty = [child.kind == "repeat" and child.minimum == 0 for child in children]
    filled = [
        _repeat(child.children[0], 1, child.maximum) if empty else child
        for child, empty in zip(children, can_be_empty, strict=True)
    ]
    filled_choice = _factor_out([child.children if child.kind == "sequence" else [child] for child in filled], 0)
    return _repeat(filled_choice, 0, 1) if any(can_be_empty) else filled_choice


_MOST_COUNT = 10**9
"""The largest count that a repetition is given here; `re` has a bound of its own."""

_MOST_FACTORED = 16
"""Levels down to which the common beginnings of alternatives are taken out."""


def _factor_out(alternatives: list[list[PatternNode]], depth: int) -> PatternNode:
    """Return the choice of alternatives, each a sequence of parts."""
    groups: dict[object, list[list[PatternNode]]] = {}
    for alternative in alternatives:
        first = alternative[0] if alternative else None
        key = None if first is None else first.ranges if first.kind == "set" else id(alternative)
        if key is not None or None not in groups:
            groups.setdefault(key, []).append(alternative)
    branches = []
    for group in groups.values():
        if len(group) == 1 or depth == _MOST_FACTORED:
            branches += [_sequence(alternative) for alternative in group]
            continue
        same = takewhile(lambda nodes: all(_is_same(nodes[0], node) for node in nodes), zip(*group, strict=False))
        shared = [nodes[0] for nodes in same]
        rest = [alternative[len(shared) :] for alternative in group]
        branches.append(_sequence([*shared, _factor_out(rest, depth + 1)]))
    return branches[0] if len(branches) == 1 else PatternNode("choice", children=branches)


def _is_same(node: PatternNode, other: PatternNode) -> bool:
    return node.kind == other.kind == "set" and node.ranges == other.ranges


def _sequence(nodes: list[PatternNode]) -> PatternNode:
    return nodes[0] if len(nodes) == 1 else PatternNode("sequence", children=nodes)


# How often `re` can go back


def _ways(node: PatternNode) -> int:
    """Return the number of ways to match a pattern, each of a fixed length; a large number if there is no bound."""
    if node.kind == "set":
        return 1
    if node.kind == "repeat":
        if node.minimum == node.maximum and node.children[0].kind == "set":
            return 1
        close = node.maximum is not None and node.maximum - node.minimum < _MOST_WAYS
        return 1 + (node.maximum or 0) - node.minimum if close and node.children[0].kind == "set" else _MOST_WAYS + 1
    ways = 0 if node.kind == "choice" else 1
    for child in node.children:
        ways = ways + _ways(child) if node.kind == "choice" else ways * _ways(child)
        if ways > _MOST_WAYS:
            return _MOST_WAYS + 1
    return ways


def _ways_to_be_empty(node: PatternNode) -> int:
    """Return the number of ways in which a part can be empty: 0, 1, or 2 for more; `re` tries each at every place."""
    if node.kind == "set":
        return 0
    inner = [_ways_to_be_empty(child) for child in node.children]
    if node.kind == "repeat":
        return 1 if node.maximum == 0 else 2 if inner[0] else int(node.minimum == 0)
    if max(inner, default=0) > 1:
        return 2
    return min(sum(inner), 2) if node.kind == "choice" else int(all(inner))


# Determinism: the position automaton of the pattern, its counters taken as loops


@dataclass(slots=True)
class _Positions:
    """The facts of a part for the automaton: whether it can be empty, and which positions begin and end it."""

    empty: bool
    first: list[PatternNode]
    last: list[PatternNode]


class _TooLarge(Exception):
    """More positions than are allowed."""


def _is_deterministic(root: PatternNode) -> bool:
    """Whether the next character always decides the next part, and no loop can be taken for another one.

    Then `re` has one way through each text, and beside it only what can be empty, each in one way.
    """
    follow: dict[PatternNode, list[PatternNode]] = {}
    left = _MOST_FOLLOWING

    def spend(positions: int) -> None:
        nonlocal left
        left -= positions
        if left < 0:
            raise _TooLarge

    def connect(ends: list[PatternNode], begins: list[PatternNode]) -> None:
        spend(len(ends) * sum(len(begin.ranges) for begin in begins))
        for end in ends:
            follow.setdefault(end, []).extend(begins)

    def walk(node: PatternNode) -> _Positions:
        if node.kind == "set":
            return _Positions(False, [node], [node])
        if node.kind == "repeat":
            body = walk(node.children[0])
            if node.maximum != 1 and node.maximum != 0:
                connect(body.last, body.first)
            return _Positions(body.empty or node.minimum == 0, body.first, body.last)
        if node.kind == "choice":
            parts = [walk(child) for child in node.children]
            first = [position for part in parts for position in part.first]
            last = [position for part in parts for position in part.last]
            spend(len(first) + len(last))
            return _Positions(any(part.empty for part in parts), first, last)
        whole = _Positions(True, [], [])
        for child in node.children:
            part = walk(child)
            connect(whole.last, part.first)
            first = whole.first + part.first if whole.empty else whole.first
            last = part.last + whole.last if part.empty else part.last
            if part.empty or whole.empty:
                spend(len(first) + len(last))
            whole = _Positions(whole.empty and part.empty, first, last)
        return whole

    try:
        first = walk(root).first
    except _TooLarge:
        return False
    return _are_apart(first) and all(map(_are_apart, follow.values()))


def _are_apart(nodes: list[PatternNode]) -> bool:
    """Whether no two sets of characters have one in common."""
    if len(nodes) < 2:
        return True
    ranges = sorted(chain.from_iterable(node.ranges for node in nodes))
    return all(lower[1] < upper[0] for lower, upper in pairwise(ranges))


# The automaton


class _NoMatch(Exception):
    """A text has a character that no state follows."""


class _State(dict[str, "_State"]):
    """A set of positions; the states that follow it, by the character that leads there."""

    __slots__ = ("accepts", "automaton", "positions")

    def __init__(self, automaton: _Automaton, positions: frozenset[int], *, accepts: bool) -> None:
        self.automaton = automaton
        self.positions = positions
        self.accepts = accepts

    def __missing__(self, character: str) -> _State:
        return self.automaton.step(self, character)


class _Automaton:
    """Runs a pattern over a text as sets of positions; each set is a state, made when it is first reached."""

    def __init__(self, root: PatternNode, most_positions: int | None) -> None:
        self._characters: list[Callable[[str], object]] = []
        self._classes: dict[Ranges, Callable[[str], object]] = {}
        self._empty: list[list[int]] = [[]]
        self._next: list[int] = [0]
        self._most_positions = most_positions
        self._end = self._build(root, 0)
        self._states: dict[frozenset[int], _State] = {}
        self._start = self._state(self._closure([0]))
        self._kept = 0

    def matches(self, text: str) -> bool:
        """Whether the whole text matches."""
        state = self._start
        try:
            for character in text:
                state = state[character]
        except _NoMatch:
            return False
        return state.accepts

    def step(self, state: _State, character: str) -> _State:
        """Return the state behind a character, and remember it.

        Raises:
            _NoMatch: there is none.
        """
        reached = []
        for position in state.positions:
            if self._next[position] and self._characters[self._next[position] - 1](character):
                reached.append(position + 1)
        if not reached:
            raise _NoMatch
        positions = self._closure(reached)
        self._kept += 1 + len(positions)
        if self._kept > _KEPT_POSITIONS:
            for known in list(self._states.values()):
                known.clear()
            self._states = {self._start.positions: self._start}
            self._kept = 0
        following = state[character] = self._state(positions)
        return following

    def _state(self, positions: frozenset[int]) -> _State:
        known = self._states.get(positions)
        if known is None:
            known = self._states[positions] = _State(self, positions, accepts=self._end in positions)
        return known

    def _closure(self, positions: list[int]) -> frozenset[int]:
        reached = set(positions)
        waiting = list(positions)
        while waiting:
            for other in self._empty[waiting.pop()]:
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return frozenset(reached)

    def _new(self) -> int:
        if self._most_positions is not None and len(self._next) > self._most_positions:
            raise _TooLarge
        self._empty.append([])
        self._next.append(0)
        return len(self._next) - 1

    def _build(self, node: PatternNode, start: int) -> int:
        """Add a part that begins at a position, and return the position at which it ends."""
        if node.kind == "set":
            here = self._new()
            self._empty[start].append(here)
            end = self._new()
            if node.ranges not in self._classes:
                self._classes[node.ranges] = re.compile(expression(node.ranges)).match
            self._characters.append(self._classes[node.ranges])
            self._next[here] = len(self._characters)
            return end
        if node.kind == "sequence":
            for child in node.children:
                start = self._build(child, start)
            return start
        if node.kind == "choice":
            ends = [self._build(child, self._link(start)) for child in node.children]
            end = self._new()
            for end_of_child in ends:
                self._empty[end_of_child].append(end)
            return end
        return self._repeat(node, start)

    def _repeat(self, node: PatternNode, start: int) -> int:
        child = node.children[0]
        for _ in range(node.minimum):
            start = self._build(child, start)
        if node.maximum is None:
            loop = self._link(start)
            self._empty[self._build(child, loop)].append(loop)
            return self._link(loop)
        skips = [start]
        for _ in range(node.maximum - node.minimum):
            start = self._build(child, start)
            skips.append(start)
        end = self._new()
        for position in skips:
            self._empty[position].append(end)
        return end

    def _link(self, start: int) -> int:
        position = self._new()
        self._empty[start].append(position)
        return position
