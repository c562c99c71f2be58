"""Does an array repeat its own element, or wrap items?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured, evidence
from ..message import Element
from ..question import Question
from ..words import singular


def repeat(element: Element) -> str:
    """Return the answer that an array repeats its own element."""
    return f"repeat <{element.name}>"


def wrap(element: Element) -> str:
    """Return the answer that an array wraps items."""
    return f"wrap <{item_name(element)}> in one <{element.name}>"


def item_name(element: Element) -> str:
    """Return the name of an array's items where it wraps them."""
    if has_items(element):
        return element.children[0].name
    name = singular(element.name)
    return name if name != element.name else "item"


def has_items(element: Element) -> bool:
    """Whether the page itself lists the items of an array: one child, which has fields of its own."""
    return len(element.children) == 1 and element.children[0].field.type in ("object", "array")


def ask(captured: Captured) -> Iterator[Question]:
    """Yield a question for each array."""
    for message, element in captured.elements():
        if element.field.type != "array":
            continue
        label = captured.label(message, element)
        if has_items(element):
            child = element.children[0]
            default = wrap(element)
            why = f"The page lists {child.field.dotted} as {_article(child.field.type)}, and so the items by a name."
        else:
            default = repeat(element)
            first = element.children[0].field.dotted if element.children else label
            why = (
                f"Its fields are listed as {first}, with no item between." if element.children else "No item is named."
            )
        if element.field.required:
            why += " A required array has one item at least."
        yield Question(
            f"array:{label}",
            f"Does the array `{label}` repeat its own element, or wrap items?",
            (repeat(element), wrap(element)),
            default,
            why,
            (label,),
            (evidence(element.field), *(evidence(child.field) for child in element.children[:1])),
        )


def _article(type_: str) -> str:
    return f"an {type_}" if type_[0] in "aeio" else f"a {type_}"
