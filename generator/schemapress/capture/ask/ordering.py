"""The field whose messages must be handled in the order in which they came (key `ordering`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question
from .sender import names_party

KEY = "ordering"

_NONE = "none"

_SUBJECT = re.compile(r"\bidentif(?:y|ies|ier of) the (?!message\b)\w", re.IGNORECASE)
_UNIQUE = re.compile(r"\bunique\b", re.IGNORECASE)


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question for a request with required fields that identify what it is about."""
    for message in captured.messages:
        if message.key != "request":
            continue
        required = [child for child in message.children if child.field.required and child.field.type == "string"]
        candidates = [
            child
            for child in required
            if _SUBJECT.search(child.field.description)
            and _UNIQUE.search(child.field.description)
            and not names_party(child.field.description)
        ]
        if candidates:
            yield Question(
                KEY,
                "Within which field's value must messages be handled in the order in which they came?",
                (*(child.name for child in candidates), _NONE),
                candidates[0].name,
                "It identifies what the message is about, and a later message about it may build on an earlier one.",
                tuple(child.name for child in candidates),
                tuple(evidence_of(child.field) for child in candidates),
            )


def find_key_field(answers: Answers) -> str | None:
    """Return the name of the field for the endpoint facts, or None."""
    answer = answers.get(KEY, _NONE)
    return None if answer == _NONE else answer
