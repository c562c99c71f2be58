"""Which field makes a message the same message when it is sent again?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..captured import Captured, evidence
from ..question import Question

NONE = "none"

_MESSAGE = re.compile(r"^(?:message|request|event|correlation)_?-?id(?:entifier)?$", re.IGNORECASE)


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question where a request has fields that may identify it."""
    for message in captured.messages:
        if message.key != "request":
            continue
        required = [child for child in message.children if child.field.required and child.field.type == "string"]
        by_name = [child for child in required if _MESSAGE.match(child.name)]
        unique = [child for child in required if re.search(r"\bunique\b", child.field.description, re.I)]
        found = list(dict.fromkeys([*by_name, *unique]))
        if not found:
            continue
        default = by_name[0].name if by_name else NONE
        why = (
            "Its name says that it identifies the message itself."
            if by_name
            else "The fields that are unique identify what the message is about; several messages may share them."
        )
        yield Question(
            "idempotency",
            "Which field makes a message the same message when it is sent again?",
            (*(child.name for child in found), NONE),
            default,
            why,
            tuple(child.name for child in found),
            tuple(evidence(child.field) for child in found),
        )
