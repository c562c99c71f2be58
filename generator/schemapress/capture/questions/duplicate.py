"""Which of several fields with one path counts?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured, evidence
from ..question import Question


def ask(captured: Captured) -> Iterator[Question]:
    """Yield a question for each path that is listed more than once."""
    for message, element in captured.elements():
        if element.again:
            label = captured.label(message, element)
            fields = (element.field, *element.again)
            candidates = tuple(f"the one in line {field.place.line}, column {field.place.column}" for field in fields)
            yield Question(
                f"duplicate:{label}",
                f"`{label}` is listed {len(fields)} times: which one counts?",
                candidates,
                candidates[0],
                "The first one is as good as any.",
                (label,),
                tuple(map(evidence, fields)),
            )
