"""The field that identifies a message that is sent again (key `idempotency`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "idempotency"

_NONE = "none"

_MESSAGE = re.compile(r"^(?:message|request|event|correlation)_?-?id(?:entifier)?$", re.IGNORECASE)


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question for a request with fields that may identify it."""
    for message in captured.messages:
        if message.key != "request":
            continue
        required = [child for child in message.children if child.field.required and child.field.type == "string"]
        by_name = [child for child in required if _MESSAGE.match(child.name)]
        unique = [child for child in required if re.search(r"\bunique\b", child.field.description, re.I)]
        candidates = list(dict.fromkeys([*by_name, *unique]))
        if not candidates:
            continue
        why = (
            "Its name says that it identifies the message itself."
            if by_name
            else "The fields that are unique identify what the message is about; several messages may share them."
        )
        yield Question(
            KEY,
            "Which field makes a message the same message when it is sent again?",
            (*(child.name for child in candidates), _NONE),
            by_name[0].name if by_name else _NONE,
            why,
            tuple(child.name for child in candidates),
            tuple(evidence_of(child.field) for child in candidates),
        )


def find_key_field(answers: Answers) -> str | None:
    """Return the name of the field for the endpoint facts, or None."""
    answer = answers.get(KEY, _NONE)
    return None if answer == _NONE else answer
