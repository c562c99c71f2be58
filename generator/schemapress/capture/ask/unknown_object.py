"""The content of an object without fields (key `unknown-object`)."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.message_tree import MessageElement
from ..words import common_ending, words
from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "unknown-object"

_NOTHING, _ANYTHING = "nothing", "anything"
_FIELDS_OF = "the fields of "

_MOST_CANDIDATES = 20


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield a question for each object without fields."""
    documented: dict[str, list[tuple[str, MessageElement]]] = {}
    for message, element in captured.elements():
        if element.children and element.field.type == "object":
            documented.setdefault(_last_word(element), []).append((captured.label(message, element), element))
    for message, element in captured.elements():
        if element.field.type != "object" or element.children:
            continue
        label = captured.label(message, element)
        namesakes = documented.get(_last_word(element), [])[:_MOST_CANDIDATES]
        alike = {other: namesake for other, namesake in namesakes if _are_alike(namesake, element)}
        answers = tuple(f"{_FIELDS_OF}{other}" for other in alike)
        if len(alike) == 1:
            default = answers[0]
            why = "Both are named alike, and the page spells the fields out for the other one."
        else:
            default, why = _ANYTHING, "The page does not say, and to refuse what is there would be worse."
        yield Question(
            f"{KEY}:{label}",
            f"What does the object `{label}` contain, which has no fields?",
            (*answers, _NOTHING, _ANYTHING),
            default,
            why,
            (label,),
            (evidence_of(element.field), *(evidence_of(namesake.field) for namesake in alike.values())),
        )


def object_with_its_fields(answers: Answers, label: str) -> str | None:
    """Return the label of the object whose fields an object has, or None."""
    answer = answers.get(f"{KEY}:{label}", "")
    return answer.removeprefix(_FIELDS_OF) if answer.startswith(_FIELDS_OF) else None


def may_hold_anything(answers: Answers, label: str) -> bool:
    """Whether an object without fields may contain anything; otherwise it contains nothing."""
    return answers[f"{KEY}:{label}"] != _NOTHING


def _last_word(element: MessageElement) -> str:
    return words(element.name)[-1] if words(element.name) else element.name


def _are_alike(element: MessageElement, other: MessageElement) -> bool:
    """Whether the names of two elements share their last two words, or their only one."""
    shared = len(words(common_ending([element.name, other.name])))
    return shared >= min(2, len(words(element.name)), len(words(other.name)))
