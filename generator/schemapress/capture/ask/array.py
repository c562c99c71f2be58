"""Whether an array repeats its own element, or wraps items (key `array`)."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.message_tree import MessageElement
from ..words import singular
from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "array"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield a question for each array."""
    for message, element in captured.elements():
        if element.field.type != "array":
            continue
        label = captured.label(message, element)
        if has_items(element):
            child = element.children[0]
            default = _wrap_answer(element)
            why = f"The page lists {child.field.dotted} as {_article(child.field.type)}, and so names the items."
        else:
            default = _repeat_answer(element)
            first = element.children[0].field.dotted if element.children else label
            why = (
                f"Its fields are listed as {first}, with no item between." if element.children else "No item is named."
            )
        if element.field.required:
            why += " A required array has one item at least."
        yield Question(
            f"{KEY}:{label}",
            f"Does the array `{label}` repeat its own element, or wrap items?",
            (_repeat_answer(element), _wrap_answer(element)),
            default,
            why,
            (label,),
            (evidence_of(element.field), *(evidence_of(child.field) for child in element.children[:1])),
        )


def repeats(answers: Answers, label: str, element: MessageElement) -> bool:
    """Whether the array repeats its own element; otherwise the element wraps items."""
    return answers.get(f"{KEY}:{label}", _repeat_answer(element)) == _repeat_answer(element)


def item_name(element: MessageElement) -> str:
    """Return the name of the items that an array wraps."""
    if has_items(element):
        return element.children[0].name
    name = singular(element.name)
    return name if name != element.name else "item"


def has_items(element: MessageElement) -> bool:
    """Whether the page itself lists the items of an array: one child with fields of its own."""
    return len(element.children) == 1 and element.children[0].field.type in ("object", "array")


def _repeat_answer(element: MessageElement) -> str:
    return f"repeat <{element.name}>"


def _wrap_answer(element: MessageElement) -> str:
    return f"wrap <{item_name(element)}> in one <{element.name}>"


def _article(type_: str) -> str:
    return f"an {type_}" if type_[0] in "aeio" else f"a {type_}"
