"""Must the fields come in the order of the page?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured
from ..question import Question


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question of the order."""
    if any(len(message.children) > 1 for message in captured.messages):
        yield Question(
            "order",
            "Must the fields come in the order of the page?",
            ("sequence", "all"),
            "sequence",
            "Senders that print their fields in order are the rule; xs:all can't hold an element that repeats.",
        )
