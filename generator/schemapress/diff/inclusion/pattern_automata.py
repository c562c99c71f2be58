"""Whether every text that one regular expression of XML Schema matches is matched by another (Part 2 Appendix F).

A text is compared as a content model is: its characters are the children. Of the characters that all
classes of both sides treat alike, one stands for all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from schemapress.diff.inclusion.result import ComparisonResult, Included, NotIncluded, Undecided
from schemapress_runtime.xsd.character_class import LAST, Ranges, overlap
from schemapress_runtime.xsd.content_model import ContentModel, State
from schemapress_runtime.xsd.model_tree import ModelNode, choice_node, sequence_node
from schemapress_runtime.xsd.pattern_syntax import PatternError, PatternNode, parse_pattern

MOST_PATTERN_STATES = 50_000
"""States, of all patterns together, after which a comparison gives up."""

PLAIN = "a0A -._:/"
"""Characters preferred as representatives, so that an example is readable."""

ALLOWED: Ranges = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, LAST))
"""The characters that a document may have (XML 1.0 §2.2)."""


def compare_patterns(narrow: Sequence[Sequence[str]], wide: Sequence[str]) -> ComparisonResult[str]:
    """Compare the texts that match one pattern of each tuple in `narrow` with those that match one of `wide`.

    The example is as short as any.
    """
    try:
        sides = [[parse_pattern(text) for text in side] for side in (*narrow, wide)]
    except PatternError as error:
        return Undecided(str(error))
    characters = _represent(node for side in sides for node in side)
    *models, last = (ContentModel(choice_node(*[_make_particle(node, characters) for node in side])) for side in sides)
    starts = tuple(model.start for model in models)
    waiting: deque[tuple[tuple[State[None], ...], State[None] | None, str]] = deque([(starts, last.start, "")])
    seen: set[object] = {_key(starts, last.start)}
    while waiting:
        states, wide_state, text = waiting.popleft()
        if all(state.accepts for state in states) and (wide_state is None or not wide_state.accepts):
            return NotIncluded(text)
        for character in characters:
            steps = [state[character] for state in states]
            if any(step is None for step in steps):
                continue
            reached = tuple(step[0] for step in steps if step is not None)
            wide_step = None if wide_state is None else wide_state[character]
            wide_reached = None if wide_step is None else wide_step[0]
            key = _key(reached, wide_reached)
            if key not in seen:
                seen.add(key)
                waiting.append((reached, wide_reached, text + character))
        if len(seen) > MOST_PATTERN_STATES:
            return Undecided(f"patterns of more than {MOST_PATTERN_STATES:,} states together")
    return Included()


def _key(states: Iterable[State[None]], other: State[None] | None) -> tuple[object, ...]:
    return (*(state.configurations for state in states), other is None, None if other is None else other.configurations)


def _represent(nodes: Iterable[PatternNode]) -> tuple[str, ...]:
    """Return one character for each set of characters that no class tells apart."""
    classes = {ranges for node in nodes for ranges in _classes(node)}
    edges = {0, *(first for ranges in classes for first, _ in ranges), *(last + 1 for r in classes for _, last in r)}
    edges |= {edge for first, last in ALLOWED for edge in (first, last + 1)}
    characters: dict[frozenset[Ranges], str] = {}
    plain = [ord(character) for character in PLAIN]
    for code in (*plain, *sorted(edge for edge in edges if edge <= LAST)):
        if _holds(ALLOWED, code):
            characters.setdefault(frozenset(ranges for ranges in classes if _holds(ranges, code)), chr(code))
    return tuple(characters.values())


def _classes(node: PatternNode) -> Iterable[Ranges]:
    if node.kind == "set":
        yield node.ranges
    for child in node.children:
        yield from _classes(child)


def _holds(ranges: Ranges, code: int) -> bool:
    return overlap(((code, code),), ranges)


def _make_particle(node: PatternNode, characters: tuple[str, ...]) -> ModelNode[None]:
    if node.kind == "set":
        held = {character: None for character in characters if _holds(node.ranges, ord(character))}
        return ModelNode("element", 1, 1, declarations=held)
    if node.maximum == 0:
        return sequence_node()
    children = [_make_particle(child, characters) for child in node.children]
    if node.kind == "choice":
        return choice_node(*children)
    if node.kind == "sequence":
        return sequence_node(*children)
    return sequence_node(*children, minimum=node.minimum, maximum=node.maximum)
