"""Whether every text that one regular expression of XML Schema matches is matched by another (Part 2 Appendix F).

A pattern becomes an automaton whose states are made when they are first reached: a state is the rest of the pattern
that is still to be matched (V. Antimirov, Partial derivatives of regular expressions, 1996). A counter is part of a
state, so that a large one costs nothing before it is reached. Characters that no class of a pattern tells apart are one
letter. Of the two sides, a state of `narrow` meets the set of states that `wide` can be in. A meeting is passed over if
one was there before that left more to match on one side, and no more on the other (M. De Wulf and others, Antichains: a
new algorithm for checking universality of finite automata, 2006).
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush

from schemapress.inclusion.result import ComparisonResult, Included, NotIncluded, Undecided
from schemapress_runtime.xsd.character_class import LAST, Ranges
from schemapress_runtime.xsd.pattern_syntax import PatternError, PatternNode, parse_pattern

MOST_PATTERN_STEPS = 100_000
"""Steps, of all patterns together, after which a comparison gives up: about a second."""

MOST_SAMPLE_STEPS = 20_000
"""Steps of a search for words of patterns."""

PLAIN = "a0A -._:/"
"""Characters preferred as representatives, so that an example is readable."""

ALLOWED: Ranges = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, LAST))
"""The characters that a document may have (XML 1.0 §2.2)."""

_COUNTED_WITHIN = 6
"""Parts of a state among which a counter is looked for."""

_COMPARED = 12
"""Meetings before, of the same parts, with which a new one is compared."""

_WORDS_OF_SAMPLE = 400
"""Words of `narrow` that are tried when a comparison gives up."""


def compare_patterns(narrow: Sequence[Sequence[str]], wide: Sequence[str]) -> ComparisonResult[str]:
    """Compare the texts that match one pattern of each tuple in `narrow` with those that match one of `wide`.

    The example is as short as any, unless only a search by samples finds one.
    """
    return _compare(tuple(map(tuple, narrow)), tuple(wide))


def list_words(sides: Sequence[Sequence[str]], most: int) -> list[str]:
    """Return texts that match one pattern of each tuple, short ones first; none if a pattern is too large."""
    try:
        parsed = [[parse_pattern(text) for text in side] for side in sides]
    except PatternError:
        return []
    letters = _Letters(node for side in parsed for node in side)
    automata = _Automata()
    starts = tuple(automata.read_choice(side, letters) for side in parsed)
    words: dict[str, None] = {}
    for word in itertools.islice(_find_words(starts, automata), most):
        for text in itertools.islice(letters.spell_all(word), max(2, most // 4)):
            words[text] = None
    return sorted(words, key=lambda text: (len(text), text))[: 4 * most]


@lru_cache(maxsize=2_000)
def _compare(narrow: tuple[tuple[str, ...], ...], wide: tuple[str, ...]) -> ComparisonResult[str]:
    try:
        sides = [[parse_pattern(text) for text in side] for side in (*narrow, wide)]
    except PatternError as error:
        return Undecided(str(error))
    letters = _Letters(node for side in sides for node in side)
    automata = _Automata()
    *starts, last = (automata.read_choice(side, letters) for side in sides)
    word = _find_separating(tuple(starts), last, automata)
    if word is None:
        return Included()
    if isinstance(word, Undecided):
        for sample in itertools.islice(_find_words(tuple(starts), automata), _WORDS_OF_SAMPLE):
            if not automata.matches(last, sample):
                return NotIncluded(letters.spell(sample))
        return word
    return NotIncluded(letters.spell(word))


class _Letters:
    """The sets of characters that no class tells apart, as bits; the most readable ones come first."""

    def __init__(self, nodes: Iterable[PatternNode]) -> None:
        sets = {ranges for node in nodes for ranges in _list_classes(node)}
        numbers = {ranges: number for number, ranges in enumerate((*sets, ALLOWED))}
        edges: dict[int, int] = {}
        for ranges, number in numbers.items():
            for first, last in ranges:
                edges[first] = edges.get(first, 0) ^ (1 << number)
                edges[last + 1] = edges.get(last + 1, 0) ^ (1 << number)
        for character in map(ord, PLAIN):
            edges.setdefault(character, 0)
        members: dict[int, list[tuple[int, int]]] = {}
        active = 0
        ordered = sorted(edges)
        for start, end in itertools.pairwise(ordered):
            active ^= edges[start]
            if active & (1 << numbers[ALLOWED]):
                members.setdefault(active, []).append((start, end - 1))
        plain = [ord(character) for character in PLAIN]

        def rank(ranges: list[tuple[int, int]]) -> tuple[int, int]:
            held = (place for place, code in enumerate(plain) if any(first <= code <= last for first, last in ranges))
            return next(held, len(plain)), ranges[0][0]

        self._members = sorted(members.values(), key=rank)
        self._first = [
            chr(plain[place]) if (place := rank(ranges)[0]) < len(plain) else chr(ranges[0][0])
            for ranges in self._members
        ]
        masks = dict.fromkeys(numbers, 0)
        signatures = {id(ranges): signature for signature, ranges in members.items()}
        for bit, held in enumerate(self._members):
            signature = signatures[id(held)]
            for ranges, number in numbers.items():
                if signature & (1 << number):
                    masks[ranges] |= 1 << bit
        self.masks = masks

    def spell(self, word: Sequence[int]) -> str:
        """Return the most readable text of a word, whose letters are sets of bits."""
        return "".join(self._first[_lowest(letter)] for letter in word)

    def spell_all(self, word: Sequence[int]) -> Iterator[str]:
        """Yield texts of a word: with other characters at the end, then further ahead."""
        text = self.spell(word)
        yield text
        for place in range(len(word) - 1, -1, -1):
            for first, last in self._members[_lowest(word[place])]:
                for code in range(first, min(last, first + 40) + 1):
                    yield text[:place] + chr(code) + text[place + 1 :]


def _list_classes(node: PatternNode) -> Iterator[Ranges]:
    if node.kind == "set":
        yield node.ranges
    for child in node.children:
        yield from _list_classes(child)


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A part of a pattern: a letter, branches, or a counted sequence; `is_empty` if it matches the empty text."""

    mask: int = 0
    branches: tuple[tuple[_Part, ...], ...] = ()
    minimum: int = 1
    maximum: int | None = 1
    is_empty: bool = False

    @property
    def is_counted(self) -> bool:
        return len(self.branches) == 1


@dataclass(slots=True, eq=False)
class _Rest:
    """A state: a part that comes next, and the rest behind it. The same parts are always the same object.

    `key` names what is left apart from the first counter, which has between `low` and `high` rounds to go.
    """

    part: _Part
    rest: _Rest | None
    accepts: bool
    key: object = None
    low: int = 0
    high: float = 0
    steps: tuple[tuple[int, _Rest | None], ...] | None = None


State = _Rest | None
"""What is left to match; None if nothing is."""


class _Automata:
    """The parts and the states of some patterns, each made once."""

    def __init__(self) -> None:
        self._parts: dict[object, _Part] = {}
        self._rests: dict[tuple[int, int], _Rest] = {}

    def read_choice(self, nodes: Sequence[PatternNode], letters: _Letters) -> State:
        """Return the first state of the texts that match one of some patterns."""
        branches = tuple(dict.fromkeys(self._read(node, letters) for node in nodes))
        return self._append(self._choose(branches), None)

    def step(self, state: State) -> tuple[tuple[int, State], ...]:
        """Return the letters that may come next, each with the state behind it."""
        if state is None:
            return ()
        if state.steps is None:
            found: dict[int, int] = {}
            reached: dict[int, State] = {}
            current: State = state
            while current is not None:
                for mask, after in self._enter(current.part, current.rest):
                    if mask:
                        reached[id(after)] = after
                        found[id(after)] = found.get(id(after), 0) | mask
                if not current.part.is_empty:
                    break
                current = current.rest
            state.steps = tuple((mask, reached[key]) for key, mask in found.items())
        return state.steps

    def matches(self, state: State, word: Sequence[int]) -> bool:
        """Whether a state accepts a word."""
        states = {id(state): state}
        for letter in word:
            states = {id(after): after for one in states.values() for mask, after in self.step(one) if mask & letter}
        return any(accepts(one) for one in states.values())

    def _enter(self, part: _Part, rest: State) -> Iterator[tuple[int, State]]:
        """Yield the letters with which a part begins, each with the state behind it."""
        if not part.branches:
            yield part.mask, rest
            return
        if part.is_counted:
            rest = self._append(self._count_down(part), rest)
        for branch in part.branches:
            for number, member in enumerate(branch):
                yield from self._enter(member, self._append(branch[number + 1 :], rest))
                if not member.is_empty:
                    break

    def _count_down(self, part: _Part) -> tuple[_Part, ...]:
        """Return what is left of a counted part after one round."""
        if part.maximum is None:
            return (self._count(part.branches[0], max(part.minimum - 1, 0), None),)
        if part.maximum == 1:
            return ()
        return (self._count(part.branches[0], max(part.minimum - 1, 0), part.maximum - 1),)

    def _append(self, parts: tuple[_Part, ...], rest: State) -> State:
        for part in reversed(parts):
            key = (id(part), id(rest))
            known = self._rests.get(key)
            if known is None:
                known = self._rests[key] = _Rest(part, rest, part.is_empty and accepts(rest))
                self._name(known)
            rest = known
        return rest

    def _name(self, state: _Rest) -> None:
        """Give a state its key, and the rounds of its first counter; a part that may be absent is none."""
        before: list[int] = []
        current: State = state
        while current is not None and len(before) < _COUNTED_WITHIN:
            part = current.part
            if part.is_counted and (part.minimum > 1 or part.maximum not in (1, None)):
                state.key = (*before, tuple(map(id, part.branches[0])), id(current.rest))
                state.low, state.high = part.minimum, float("inf") if part.maximum is None else part.maximum
                return
            before.append(id(part))
            current = current.rest
        state.key = id(state)

    def _read(self, node: PatternNode, letters: _Letters) -> tuple[_Part, ...]:
        if node.kind == "set":
            return (self._intern(("set", mask := letters.masks[node.ranges]), _Part(mask)),)
        children = [self._read(child, letters) for child in node.children]
        if node.kind == "sequence":
            return tuple(part for child in children for part in child)
        if node.kind == "choice":
            return self._choose(tuple(dict.fromkeys(children)))
        if node.maximum == 0:
            return ()
        (body,) = children
        if not body or (node.minimum, node.maximum) == (1, 1):
            return body
        return (self._count(body, node.minimum, node.maximum),)

    def _choose(self, branches: tuple[tuple[_Part, ...], ...]) -> tuple[_Part, ...]:
        """Return the choice of some branches; what several of them begin with is there once."""
        if len(branches) == 1:
            return branches[0]
        mask = 0
        groups: dict[int, list[tuple[_Part, ...]]] = {}
        is_empty = False
        for branch in branches:
            if len(branch) == 1 and not branch[0].branches:
                mask |= branch[0].mask
            elif branch:
                groups.setdefault(id(branch[0]), []).append(branch)
            else:
                is_empty = True
        merged: list[tuple[_Part, ...]] = [(self._intern(("set", mask), _Part(mask)),)] if mask else []
        for group in groups.values():
            rests = tuple(branch[1:] for branch in group)
            merged.append((group[0][0], *self._choose(rests)))
        if is_empty:
            merged.append(())
        if len(merged) == 1:
            return merged[0]
        may_be_empty = any(all(part.is_empty for part in branch) for branch in merged)
        key = ("choice", *(tuple(map(id, branch)) for branch in merged))
        return (self._intern(key, _Part(0, tuple(merged), is_empty=may_be_empty)),)

    def _count(self, body: tuple[_Part, ...], minimum: int, maximum: int | None) -> _Part:
        may_be_empty = all(part.is_empty for part in body)
        minimum = 0 if may_be_empty else minimum
        key = ("count", tuple(map(id, body)), minimum, maximum)
        return self._intern(key, _Part(0, (body,), minimum, maximum, minimum == 0))

    def _intern(self, key: object, part: _Part) -> _Part:
        return self._parts.setdefault(key, part)


def accepts(state: State) -> bool:
    """Whether nothing has to follow in a state."""
    return state is None or state.accepts


Interval = tuple[object, int, float]
"""The key of a state, and the rounds of its first counter."""


def _measure(state: State) -> Interval:
    return (None, 0, 0) if state is None else (state.key, state.low, state.high)


def _reduce(states: dict[int, State]) -> dict[int, State]:
    """Return states without those that match no more than another one of them, by their counters."""
    if len(states) < 2:
        return states
    groups: dict[object, list[State]] = {}
    for state in states.values():
        groups.setdefault(_measure(state)[0], []).append(state)
    if len(groups) == len(states):
        return states
    kept: dict[int, State] = {}
    for group in groups.values():
        for state in group:
            _, low, high = _measure(state)
            if not any(
                other is not state and _measure(other)[1] <= low and high <= _measure(other)[2] for other in group
            ):
                kept[id(state)] = state
    return kept


@dataclass(frozen=True, slots=True)
class _Visit:
    """A meeting before: the rounds that `narrow` had to go, and the states of `wide`."""

    narrow: tuple[Interval, ...]
    wide: tuple[Interval, ...]

    def covers(self, narrow: tuple[Interval, ...], wide: dict[object, list[Interval]]) -> bool:
        """Whether every text that separates a meeting separates this one too."""
        return all(_is_within(own, (other,)) for own, other in zip(narrow, self.narrow, strict=True)) and all(
            _is_within(other, wide.get(other[0], ())) for other in self.wide
        )


def _is_within(interval: Interval, others: Iterable[Interval]) -> bool:
    """Whether one of some states, of the same key, certainly matches what another one matches."""
    return any(low <= interval[1] and interval[2] <= high for _, low, high in others)


def _find_separating(starts: tuple[State, ...], wide: State, automata: _Automata) -> tuple[int, ...] | Undecided | None:
    """Return a shortest word that every state of `narrow` accepts and `wide` refuses; None if there is none."""
    visited: dict[object, list[_Visit]] = {}
    exact: set[object] = set()
    waiting: deque[tuple[tuple[State, ...], dict[int, State], _Word | None]] = deque()
    steps = 0

    def add(states: tuple[State, ...], others: dict[int, State], word: _Word | None) -> bool:
        nonlocal steps
        identity = (tuple(map(id, states)), frozenset(others))
        if identity in exact:
            return False
        exact.add(identity)
        own = tuple(map(_measure, states))
        key = tuple(interval[0] for interval in own)
        measured = [_measure(state) for state in others.values()]
        by_key: dict[object, list[Interval]] = {}
        for interval in measured:
            by_key.setdefault(interval[0], []).append(interval)
        steps += len(measured)
        if any(_is_within(interval, by_key.get(interval[0], ())) for interval in own):
            return False
        known = visited.setdefault(key, [])
        if any(visit.covers(own, by_key) for visit in (*known[:_COMPARED], *known[-_COMPARED:])):
            return False
        known.append(_Visit(own, tuple(measured)))
        waiting.append((states, others, word))
        return all(map(accepts, states)) and not any(map(accepts, others.values()))

    if add(starts, {id(wide): wide}, None):
        return ()
    while waiting:
        states, others, word = waiting.popleft()
        blocks = _step_together(others, automata)
        steps += len(blocks)
        following: list[tuple[int, tuple[State, ...], dict[int, State]]] = []
        for choice in itertools.product(*map(automata.step, states)):
            mask = -1
            for own_mask, _ in choice:
                mask &= own_mask
            if not mask:
                continue
            reached = tuple(state for _, state in choice)
            for block, after in blocks:
                if mask & block:
                    steps += 1 + len(after) // 4
                    following.append((mask & block, reached, after))
        for block, reached, after in sorted(following, key=lambda step: _lowest(step[0])):
            if add(reached, after, _Word(block, word)):
                return _Word(block, word).spell()
        if steps > MOST_PATTERN_STEPS:
            return Undecided(f"patterns that take more than {MOST_PATTERN_STEPS:,} steps together")
    return None


@dataclass(frozen=True, slots=True)
class _Word:
    """The last letter of a word, and the word before it."""

    letter: int
    before: _Word | None

    def spell(self) -> tuple[int, ...]:
        """Return the letters."""
        letters: list[int] = []
        word: _Word | None = self
        while word is not None:
            letters.append(word.letter)
            word = word.before
        return tuple(reversed(letters))


def _step_together(states: dict[int, State], automata: _Automata) -> list[tuple[int, dict[int, State]]]:
    """Return the sets of letters that some states do not tell apart, each with the states behind it."""
    by_mask: dict[int, dict[int, State]] = {}
    for state in states.values():
        for mask, follower in automata.step(state):
            by_mask.setdefault(mask, {})[id(follower)] = follower
    blocks: list[tuple[int, dict[int, State]]] = [(-1, {})]
    for mask, reached in by_mask.items():
        parts: list[tuple[int, dict[int, State]]] = []
        for block, after in blocks:
            inside, outside = block & mask, block & ~mask
            if inside:
                parts.append((inside, {**after, **reached}))
            if outside:
                parts.append((outside, after))
        blocks = parts
    return [(block, _reduce(after)) for block, after in blocks]


def _find_words(starts: tuple[State, ...], automata: _Automata) -> Iterator[tuple[int, ...]]:
    """Yield words that all states accept: one by each way to a state that can accept, and by each step on it."""
    waiting: list[tuple[int, int, tuple[State, ...], _Word | None]] = [(0, 0, starts, None)]
    seen: dict[object, int] = {}
    order = itertools.count(1)
    steps = 0
    while waiting and steps < MOST_SAMPLE_STEPS:
        size, _, states, word = heappop(waiting)
        if all(map(accepts, states)):
            yield () if word is None else word.spell()
        for choice in itertools.product(*map(automata.step, states)):
            steps += 1
            mask = -1
            for own_mask, _ in choice:
                mask &= own_mask
            reached = tuple(state for _, state in choice)
            key = tuple(map(id, reached))
            if mask and seen.get(key, 0) < 3:
                seen[key] = seen.get(key, 0) + 1
                heappush(waiting, (size + 1, next(order), reached, _Word(mask, word)))
