"""The field that counts, of several with one path (key `duplicate`)."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.message_tree import MessageElement
from ..read.page import PageField
from .captured import CapturedEndpoint, evidence_of
from .question import Answers, Question

KEY = "duplicate"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield a question for each path that is listed more than once."""
    for message, element in captured.elements():
        if element.again:
            label = captured.label(message, element)
            fields = (element.field, *element.again)
            candidates = tuple(map(_answer_for, fields))
            yield Question(
                f"{KEY}:{label}",
                f"`{label}` is listed {len(fields)} times: which one counts?",
                candidates,
                candidates[0],
                "The first one is as good as any.",
                (label,),
                tuple(map(evidence_of, fields)),
            )


def find_counted_field(answers: Answers, label: str, element: MessageElement) -> PageField:
    """Return the field that counts for an element; the first, if the question was not asked."""
    answer = answers.get(f"{KEY}:{label}")
    return next((field for field in element.again if _answer_for(field) == answer), element.field)


def _answer_for(field: PageField) -> str:
    return f"the one in line {field.place.line}, column {field.place.column}"
