"""The field that names the sender of a message, or on whose behalf it is sent (key `sender`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "sender"

_NONE = "none"

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
    for message in captured.messages:
        if message.key != "request":
            continue
        candidates = [
            child
            for child in message.children
            if child.field.required and child.field.type == "string" and names_party(child.field.description)
        ]
        if candidates:
            yield Question(
                KEY,
                "Which field names the party that the sender's certificate must stand for?",
                (*(child.name for child in candidates), _NONE),
                candidates[0].name,
                "It identifies one party among all, so a certificate can be held to it.",
                tuple(child.name for child in candidates),
                tuple(evidence_of(child.field) for child in candidates),
            )


def find_key_field(answers: Answers) -> str | None:
    """Return the name of the field for the endpoint facts, or None."""
    answer = answers.get(KEY, _NONE)
    return None if answer == _NONE else answer
