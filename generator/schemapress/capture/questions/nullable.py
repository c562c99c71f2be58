"""How is a field written that may be null?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured, evidence
from ..question import Question

LEFT_OUT, NIL = "left out", "xsi:nil"


def ask(captured: Captured) -> Iterator[Question]:
    """Yield one question for all fields that may be null."""
    found = [
        (captured.label(message, element), element.field)
        for message, element in captured.elements()
        if element.field.nullable
    ]
    if found:
        yield Question(
            "null",
            "How is a field written that is null?",
            (LEFT_OUT, NIL),
            LEFT_OUT,
            "The page says nothing of xsi:nil, which hardly any XML API uses without saying so.",
            tuple(label for label, _ in found),
            tuple(evidence(field) for _, field in found[:3]),
        )
