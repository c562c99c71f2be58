"""Whether a required string may be empty (key `empty`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..read.page import PageField
from .captured import CapturedEndpoint, evidence_of, is_text
from .question import Answers, Question

KEY = "empty"

_YES, _NO, _UNLESS_UNIQUE = "yes", "no", "yes, but not where the page calls it unique"

_UNIQUE = re.compile(r"\b(?:unique|correlat)", re.IGNORECASE)


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield one question for all required strings."""
    fields = {
        captured.label(message, element): element.field
        for message, element in captured.elements()
        if element.field.required and is_text(element.field) and not element.children
    }
    if fields:
        yield Question(
            KEY,
            "May a required string be empty?",
            (_YES, _NO, _UNLESS_UNIQUE),
            _UNLESS_UNIQUE,
            "Required says that the element is there; but what is empty identifies nothing.",
            tuple(fields),
            tuple(evidence_of(field) for field in fields.values() if _is_unique(field)),
        )


def is_refused(answers: Answers, field: PageField) -> bool:
    """Whether a text field may not be empty."""
    answer = answers.get(KEY, _YES)
    return field.required and (answer == _NO or (answer == _UNLESS_UNIQUE and _is_unique(field)))


def _is_unique(field: PageField) -> bool:
    """Whether the page says that a field identifies something."""
    return _UNIQUE.search(field.description) is not None
