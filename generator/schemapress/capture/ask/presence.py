"""Whether a field is required that the page marks so, but describes as present only sometimes (key `presence`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "presence"

_EMPTY, _OPTIONAL = "required, may be empty", "optional"

_SOMETIMES = re.compile(
    r"\bif (?:present|any|available|applicable|known)\b|\bonly (?:populated|present|set|filled)\b", re.I
)


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield a question for each such field."""
    for message, element in captured.elements():
        if element.field.required and _SOMETIMES.search(element.field.description):
            label = captured.label(message, element)
            yield Question(
                f"{KEY}:{label}",
                f"`{label}` is required, and described as there only sometimes: which of the two holds?",
                (_EMPTY, _OPTIONAL),
                _EMPTY,
                "The mark `required` is the stronger statement; the description then says what an empty value means.",
                (label,),
                (evidence_of(element.field),),
            )


def is_optional(answers: Answers, label: str) -> bool:
    """Whether the field is optional, although the page marks it as required."""
    return answers.get(f"{KEY}:{label}") == _OPTIONAL
