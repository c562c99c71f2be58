"""The field whose messages must be handled in the order in which they came (key `ordering`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .captured import CapturedEndpoint
from .key_field import find_required_texts, make_question
from .question import Question
from .sender import names_party

KEY = "ordering"

_SUBJECT = re.compile(r"\bidentif(?:y|ies|ier of) the (?!message\b)\w", re.IGNORECASE)
_UNIQUE = re.compile(r"\bunique\b", re.IGNORECASE)


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question for a request with required fields that identify what it is about."""
    for required in find_required_texts(captured):
        candidates = [
            child
            for child in required
            if _SUBJECT.search(child.field.description)
            and _UNIQUE.search(child.field.description)
            and not names_party(child.field.description)
        ]
        if candidates:
            yield make_question(
                KEY,
                "Within which field's value must messages be handled in the order in which they came?",
                candidates,
                "It identifies what the message is about, and a later message about it may build on an earlier one.",
                candidates[0].name,
            )
