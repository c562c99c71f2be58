"""The type of a field that may be anything, by its page (key `any`)."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.write.json_types import ANY

from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "any"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield a question for each field of type `any`."""
    for message, element in captured.elements():
        if element.field.type == ANY and not element.children:
            label = captured.label(message, element)
            yield Question(
                f"{KEY}:{label}",
                f"What is `{label}`, which may be anything?",
                ("xs:anyType", "xs:string"),
                "xs:anyType",
                "Anything may have elements inside as well.",
                (label,),
                (evidence_of(element.field),),
            )


def type_of(answers: Answers, label: str) -> str:
    """Return the built-in type of a field, with the prefix xs:."""
    return answers[f"{KEY}:{label}"]
