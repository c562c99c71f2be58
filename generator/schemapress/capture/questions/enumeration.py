"""Is a list of values closed?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..captured import Captured, evidence
from ..question import Question

CLOSED, EXAMPLES = "a closed list", "examples"

_SOME = re.compile(r"\be\.g\.|\bfor example\b|\bsuch as\b|\bincluding\b", re.IGNORECASE)


def ask(captured: Captured) -> Iterator[Question]:
    """Yield a question for each table of values, and for each Enum that its description doubts."""
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
        yield Question(f"enumeration:{label}", text, (CLOSED, EXAMPLES), CLOSED, why, (label,), (evidence(field),))
