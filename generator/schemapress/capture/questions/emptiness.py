"""May a required string be empty?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..captured import Captured, evidence, is_text
from ..endpoint import Field
from ..question import Question

YES, NO, UNLESS_UNIQUE = "yes", "no", "yes, but not where the page calls it unique"

_UNIQUE = re.compile(r"\b(?:unique|correlat)", re.IGNORECASE)


def is_unique(field: Field) -> bool:
    """Whether the page says that a field identifies something."""
    return _UNIQUE.search(field.description) is not None


def ask(captured: Captured) -> Iterator[Question]:
    """Yield one question for all required strings."""
    found = [
        (captured.label(message, element), element.field)
        for message, element in captured.elements()
        if element.field.required and is_text(element.field) and not element.children
    ]
    if found:
        unique = [(label, field) for label, field in found if is_unique(field)]
        yield Question(
            "empty",
            "May a required string be empty?",
            (YES, NO, UNLESS_UNIQUE),
            UNLESS_UNIQUE,
            "Required says that the element is there; but what is empty identifies nothing.",
            tuple(label for label, _ in found),
            tuple(evidence(field) for _, field in unique),
        )
