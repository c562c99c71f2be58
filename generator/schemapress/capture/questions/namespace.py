"""In which namespace are the elements?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured
from ..question import Question


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question of the namespace."""
    if captured.messages:
        yield Question(
            "namespace",
            "In which namespace are the elements?",
            ("none",),
            "none",
            "The page shows no namespace and no prefix, and a made-up one would refuse every message.",
            free=True,
        )
