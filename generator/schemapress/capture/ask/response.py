"""The response to a message that is accepted, if the page describes none (key `response`)."""

from __future__ import annotations

from collections.abc import Iterator

from .captured import CapturedEndpoint
from .question import Answers, Evidence, Question

KEY = "response"

DEFAULT_STATUS = 204

_NO_CONTENT, _OK = "204 without a body", "200 without a body"


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question if the page describes no successful response."""
    if captured.has_request and not any(200 <= (body.status or 0) < 300 for body in captured.endpoint.responses):
        endpoint = captured.endpoint
        yield make_question(Evidence(str(endpoint.place), f"Endpoint: {endpoint.method} {endpoint.path}"))


def make_question(evidence: Evidence) -> Question:
    """Return the question for an endpoint, with its place."""
    return Question(
        KEY,
        "What is the answer to a message that is accepted?",
        (_NO_CONTENT, _OK),
        _NO_CONTENT,
        "The page describes none, so there is nothing to send; any 2xx tells the sender that the message arrived.",
        evidence=(evidence,),
    )


def status_in(answers: Answers) -> int | None:
    """Return the status of the response, or None if the question was not asked."""
    return None if KEY not in answers else 200 if answers[KEY] == _OK else DEFAULT_STATUS
