"""Questions for the field that is a key of the message: what identifies it, its subject, or its sender."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..read.message_tree import MessageElement
from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

_NONE = "none"


def find_required_texts(captured: CapturedEndpoint) -> Iterator[list[MessageElement]]:
    """Yield the required fields of texts of each request."""
    for message in captured.messages:
        if message.key == "request":
            yield [child for child in message.children if child.field.required and child.field.type == "string"]


def make_question(
    key: str, text: str, candidates: Sequence[MessageElement], why: str, proposed: str | None = None
) -> Question:
    """Return the question which of the candidates is the key; `proposed` is the name of one, None for no key."""
    names = tuple(child.name for child in candidates)
    evidence = tuple(evidence_of(child.field) for child in candidates)
    return Question(key, text, (*names, _NONE), proposed or _NONE, why, names, evidence)


def find_key_field(answers: Answers, key: str) -> str | None:
    """Return the name of the field for the endpoint facts, or None."""
    answer = answers.get(key, _NONE)
    return None if answer == _NONE else answer
