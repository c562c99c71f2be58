"""The form of a field that may be null (key `null`)."""

from __future__ import annotations

from collections.abc import Iterator

from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Evidence, Question

KEY = "null"

_LEFT_OUT, _NIL = "left out", "xsi:nil"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield one question for all fields that may be null."""
    fields = {
        captured.label(message, element): element.field
        for message, element in captured.elements()
        if element.field.nullable
    }
    if fields:
        why = "The page says nothing of xsi:nil, which hardly any XML API uses without saying so."
        evidence = tuple(evidence_of(field) for field in [*fields.values()][:3])
        yield make_question("How is a field written that is null?", why, tuple(fields), evidence)


def make_question(text: str, why: str, fields: tuple[str, ...], evidence: tuple[Evidence, ...] = ()) -> Question:
    """Return the question about fields, with the reason of the default."""
    return Question(KEY, text, (_LEFT_OUT, _NIL), _LEFT_OUT, why, fields, evidence)


def writes_nil(answers: Answers) -> bool:
    """Whether null is written as xsi:nil; otherwise the element is left out."""
    return answers.get(KEY) == _NIL
