"""Whether every text that one regular expression of XML Schema matches is matched by another (Part 2 Appendix F).

A text is compared as a content model is: its characters are the children. Of the characters that all
classes of both sides treat alike, one stands for all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from schemapress.diff.inclusion.undecided import Undecided
from schemapress_runtime.xsd.character_class import LAST, Ranges, overlap
from schemapress_runtime.xsd.content_model import ContentModel, State
from schemapress_runtime.xsd.particle import Particle, choice, sequence
from schemapress_runtime.xsd.pattern_syntax import Node, parse_pattern

MOST_STATES = 50_000
"""States, of all patterns together, that are looked at before a comparison is given up."""

PLAIN = "a0A -._:/"
"""Characters that are tried first to stand for the others of their kind, so that an example reads well."""

ALLOWED: Ranges = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, LAST))
"""The characters of XML 1.0 (§2.2): no document has another one."""


def outside(narrow: Sequence[Sequence[str]], wide: Sequence[str]) -> str | None:
    """Return a shortest text that one pattern of each in `narrow` matches, and none of `wide`; None if there is none.

    Raises:
        PatternError: a text is no pattern.
        Undecided: the patterns have too many states together.
    """
    sides = [[parse_pattern(text) for text in side] for side in (*narrow, wide)]
    characters = _representatives(node for side in sides for node in side)
    *models, last = (ContentModel(choice(*[_particle(node, characters) for node in side])) for side in sides)
    starts = tuple(model.start for model in models)
    waiting: deque[tuple[tuple[State[None], ...], State[None] | None, str]] = deque([(starts, last.start, "")])
    seen: set[object] = {_key(starts, last.start)}
    while waiting:
        states, other, text = waiting.popleft()
        if all(state.accepts for state in states) and (other is None or not other.accepts):
            return text
        for character in characters:
            steps = [state[character] for state in states]
            if any(step is None for step in steps):
                continue
            reached = tuple(step[0] for step in steps if step is not None)
            answer = None if other is None else other[character]
            known = None if answer is None else answer[0]
            key = _key(reached, known)
            if key not in seen:
                seen.add(key)
                waiting.append((reached, known, text + character))
        if len(seen) > MOST_STATES:
            raise Undecided(f"patterns of more than {MOST_STATES:,} states together")
    return None


def _key(states: Iterable[State[None]], other: State[None] | None) -> tuple[object, ...]:
    return (*(state.configurations for state in states), other is None, None if other is None else other.configurations)


def _representatives(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return one character for each set of characters that no class tells apart."""
    classes = {ranges for node in nodes for ranges in _classes(node)}
    edges = {0, *(first for ranges in classes for first, _ in ranges), *(last + 1 for r in classes for _, last in r)}
    edges |= {edge for first, last in ALLOWED for edge in (first, last + 1)}
    found: dict[frozenset[Ranges], str] = {}
    plain = [ord(character) for character in PLAIN]
    for code in (*plain, *sorted(edge for edge in edges if edge <= LAST)):
        if _holds(ALLOWED, code):
            found.setdefault(frozenset(ranges for ranges in classes if _holds(ranges, code)), chr(code))
    return tuple(found.values())


def _classes(node: Node) -> Iterable[Ranges]:
    if node.kind == "set":
        yield node.ranges
    for child in node.children:
        yield from _classes(child)


def _holds(ranges: Ranges, code: int) -> bool:
    return overlap(((code, code),), ranges)


def _particle(node: Node, characters: tuple[str, ...]) -> Particle[None]:
    if node.kind == "set":
        held = {one: None for one in characters if _holds(node.ranges, ord(one))}
        return Particle("element", 1, 1, declarations=held)
    if node.maximum == 0:
        return sequence()
    children = [_particle(child, characters) for child in node.children]
    if node.kind == "choice":
        return choice(*children)
    if node.kind == "sequence":
        return sequence(*children)
    return sequence(*children, minimum=node.minimum, maximum=node.maximum)
