"""What is the answer to a message that is accepted?"""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured
from ..question import Evidence, Question

NO_CONTENT, OK = "204 without a body", "200 without a body"


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question where the page describes no success."""
    if captured.has_request and not any(200 <= (body.status or 0) < 300 for body in captured.endpoint.responses):
        endpoint = captured.endpoint
        yield question(Evidence(str(endpoint.place), f"Endpoint: {endpoint.method} {endpoint.path}"))


def question(shown: Evidence) -> Question:
    """Return the question for an endpoint, with where it is described."""
    return Question(
        "response",
        "What is the answer to a message that is accepted?",
        (NO_CONTENT, OK),
        NO_CONTENT,
        "The page describes none, so there is nothing to send; any 2xx tells the sender that the message arrived.",
        evidence=(shown,),
    )
