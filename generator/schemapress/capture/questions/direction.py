"""Who sends this message to whom?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured
from ..question import Evidence, Question


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question of the direction."""
    endpoint = captured.endpoint
    if captured.has_request:
        yield Question(
            "direction",
            "Do we receive this message, or do we send it?",
            ("receive", "send"),
            "receive",
            "An endpoint that is captured is one to be served; where it is the partner's own, we send.",
            evidence=(Evidence(str(endpoint.place), f"{endpoint.title}. {endpoint.summary}".strip()),),
        )
