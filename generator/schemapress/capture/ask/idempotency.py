"""The field that identifies a message that is sent again (key `idempotency`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .captured import CapturedEndpoint
from .key_field import find_required_texts, make_question
from .question import Question

KEY = "idempotency"

_MESSAGE = re.compile(r"^(?:message|request|event|correlation)_?-?id(?:entifier)?$", re.IGNORECASE)


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question for a request with fields that may identify it."""
    for required in find_required_texts(captured):
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
        text = "Which field makes a message the same message when it is sent again?"
        yield make_question(KEY, text, candidates, why, by_name[0].name if by_name else None)
