"""Whether an element that the page names only in the paths of other fields is required or an array (key `parent`)."""

from __future__ import annotations

from collections.abc import Iterator

from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "parent"

_OPTIONAL, _REQUIRED, _REPEATED = "an optional object", "a required object", "an array of objects"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield a question for each parent that is never listed."""
    for message, element in captured.elements():
        if not element.listed:
            label = captured.label(message, element)
            yield Question(
                f"{KEY}:{label}",
                f"What is `{label}`, which the page names only as the parent of other fields?",
                (_OPTIONAL, _REQUIRED, _REPEATED),
                _OPTIONAL,
                "The page does not mark it as required, nor as an array.",
                (label,),
                tuple(evidence_of(child.field) for child in element.children[:3]),
            )


def type_of(answers: Answers, label: str) -> str:
    """Return the type of the field: `array` or `object`."""
    return "array" if answers[f"{KEY}:{label}"] == _REPEATED else "object"


def is_required(answers: Answers, label: str) -> bool:
    """Whether the element is required."""
    return answers[f"{KEY}:{label}"] == _REQUIRED
