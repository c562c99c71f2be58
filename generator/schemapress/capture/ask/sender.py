"""The field that names the sender of a message, or on whose behalf it is sent (key `sender`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .captured import CapturedEndpoint
from .key_field import find_required_texts, make_question
from .question import Question

KEY = "sender"

_PARTY = re.compile(
    r"\bidentif(?:y|ies|ier of) (?:the|an?) (?:buyer|seller|supplier|sender|customer|partner|party|client|shop)\b",
    re.IGNORECASE,
)
_UNIQUE = re.compile(r"\bunique\b", re.IGNORECASE)


def names_party(description: str) -> bool:
    """Whether the description of a field says that it identifies one of many parties."""
    return _PARTY.search(description) is not None and _UNIQUE.search(description) is not None


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question for a request with required fields that identify a party."""
    for required in find_required_texts(captured):
        candidates = [child for child in required if names_party(child.field.description)]
        if candidates:
            yield make_question(
                KEY,
                "Which field names the party that the sender's certificate must stand for?",
                candidates,
                "It identifies one party among all, so a certificate can be held to it.",
                candidates[0].name,
            )
