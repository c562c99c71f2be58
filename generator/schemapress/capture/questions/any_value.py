"""What is a value of which the page says that it may be anything?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured, evidence
from ..question import Question


def ask(captured: Captured) -> Iterator[Question]:
    """Yield a question for each field of type `any`."""
    for message, element in captured.elements():
        if element.field.type == "any" and not element.children:
            label = captured.label(message, element)
            yield Question(
                f"any:{label}",
                f"What is `{label}`, which may be anything?",
                ("xs:anyType", "xs:string"),
                "xs:anyType",
                "Anything may have elements inside as well.",
                (label,),
                (evidence(element.field),),
            )
