"""Whether you receive or send the message (key `direction`)."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.load.schema import Direction

from .captured import CapturedEndpoint
from .question import Answers, Evidence, Question

KEY = "direction"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question for an endpoint with a request."""
    endpoint = captured.endpoint
    if captured.has_request:
        text = f"{endpoint.title}. {endpoint.summary}".strip()
        why = "An endpoint that is captured is one to be served; where it is the partner's own, we send."
        yield make_question(Evidence(str(endpoint.place), text), why)


def make_question(evidence: Evidence, why: str) -> Question:
    """Return the question for an endpoint, with its place and the reason of the default."""
    text = "Do we receive this message, or do we send it?"
    return Question(KEY, text, ("receive", "send"), "receive", why, evidence=(evidence,))


def direction_of(answers: Answers) -> Direction:
    """Return the direction for the endpoint facts."""
    return "send" if answers.get(KEY) == "send" else "receive"
