"""Is a field required that the page marks so, and yet calls present only sometimes?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..captured import Captured, evidence
from ..question import Question

EMPTY, OPTIONAL = "required, may be empty", "optional"

_SOMETIMES = re.compile(
    r"\bif (?:present|any|available|applicable|known)\b|\bonly (?:populated|present|set|filled)\b", re.I
)


def ask(captured: Captured) -> Iterator[Question]:
    """Yield a question for each such field."""
    for message, element in captured.elements():
        if element.field.required and _SOMETIMES.search(element.field.description):
            label = captured.label(message, element)
            yield Question(
                f"presence:{label}",
                f"`{label}` is required, and described as there only sometimes: which of the two holds?",
                (EMPTY, OPTIONAL),
                EMPTY,
                "The mark `required` is the stronger statement; the description then says what an empty value means.",
                (label,),
                (evidence(element.field),),
            )
