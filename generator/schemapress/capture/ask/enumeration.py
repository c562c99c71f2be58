"""Whether a list of values is closed (key `enumeration`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "enumeration"

_CLOSED, _EXAMPLES = "a closed list", "examples"

_SOME = re.compile(r"\be\.g\.|\bfor example\b|\bsuch as\b|\bincluding\b", re.IGNORECASE)


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield a question for each table of values, and for each Enum whose description casts doubt on it."""
    for message, element in captured.elements():
        field = element.field
        if not field.values:
            continue
        label = captured.label(message, element)
        if field.values_from == "table":
            text, why = f"Is the table of values of `{label}` a closed list?", "Nothing says that there are others."
        elif _SOME.search(field.description):
            text = f"Is the Enum of `{label}` a closed list?"
            why = "An Enum is closed; the description only picks from it."
        else:
            continue
        key = f"{KEY}:{label}"
        yield Question(key, text, (_CLOSED, _EXAMPLES), _CLOSED, why, (label,), (evidence_of(field),))


def is_closed(answers: Answers, label: str) -> bool:
    """Whether the values of a field are all that there are."""
    return answers.get(f"{KEY}:{label}") != _EXAMPLES
