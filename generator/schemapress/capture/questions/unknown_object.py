"""What does an object contain that has no fields?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured, evidence
from ..message import Element
from ..question import Question
from ..words import common_ending, words

NOTHING, ANYTHING = "nothing", "anything"


_MOST_CANDIDATES = 20


def fields_of(label: str) -> str:
    """Return the answer that an object has the fields of another one."""
    return f"the fields of {label}"


def ask(captured: Captured) -> Iterator[Question]:
    """Yield a question for each object without fields."""
    documented: dict[str, list[tuple[str, Element]]] = {}
    for message, element in captured.elements():
        if element.children and element.field.type == "object":
            documented.setdefault(_last_word(element), []).append((captured.label(message, element), element))
    for message, element in captured.elements():
        if element.field.type != "object" or element.children:
            continue
        label = captured.label(message, element)
        namesakes = documented.get(_last_word(element), [])[:_MOST_CANDIDATES]
        alike = [(other, one) for other, one in namesakes if _alike(one, element)]
        if len(alike) == 1:
            default = fields_of(alike[0][0])
            why = "Both are named alike, and the page spells the fields out for the other one."
        else:
            default, why = ANYTHING, "The page does not say, and to refuse what is there would be worse."
        yield Question(
            f"unknown-object:{label}",
            f"What does the object `{label}` contain, which has no fields?",
            (*(fields_of(other) for other, _ in alike), NOTHING, ANYTHING),
            default,
            why,
            (label,),
            (evidence(element.field), *(evidence(one.field) for _, one in alike)),
        )


def _last_word(element: Element) -> str:
    return words(element.name)[-1] if words(element.name) else element.name


def _alike(one: Element, other: Element) -> bool:
    """Whether the names of two elements end alike: in two words, or in one that is the whole of either."""
    shared = len(words(common_ending([one.name, other.name])))
    return shared >= min(2, len(words(one.name)), len(words(other.name)))
