"""Is there an element that the page names only on the way to another one?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured, evidence
from ..question import Question

OPTIONAL, REQUIRED, REPEATED = "an optional object", "a required object", "an array of objects"


def ask(captured: Captured) -> Iterator[Question]:
    """Yield a question for each parent that is never listed."""
    for message, element in captured.elements():
        if not element.listed:
            label = captured.label(message, element)
            yield Question(
                f"parent:{label}",
                f"What is `{label}`, which the page names only as the parent of other fields?",
                (OPTIONAL, REQUIRED, REPEATED),
                OPTIONAL,
                "The page does not mark it as required, nor as an array.",
                (label,),
                tuple(evidence(child.field) for child in element.children[:3]),
            )
