"""The name of the root element of a message (key `root`). Pages of JSON APIs name none, since JSON has no root."""

from __future__ import annotations

from collections.abc import Iterator

from ..read.message_tree import NAME_WITHOUT_COLON
from ..words import camel
from .captured import CapturedEndpoint
from .question import Answers, Evidence, Form, Question

KEY = "root"

NAME_FORM = Form("a name without a colon", NAME_WITHOUT_COLON.pattern)


def ask(captured: CapturedEndpoint) -> Iterator[Question]:
    """Yield the question of the root for each message."""
    endpoint, name = captured.endpoint, captured.operation
    evidence = Evidence(str(endpoint.place), f"Endpoint: {endpoint.method} {endpoint.path}")
    why = "The page names no root; the path of the endpoint is the only name that it gives to the message."
    for message in captured.messages:
        status = message.body.status
        root = name if status is None else _name_of_response(name, status)
        endings = captured.path_names[-1:] if status is None else []
        candidates = tuple(dict.fromkeys((root, camel(root), *endings)))
        yield make_question(message.key, status, candidates, why, evidence)


def make_question(
    message_key: str, status: int | None, candidates: tuple[str, ...], why: str, evidence: Evidence
) -> Question:
    """Return the question for a message; the first candidate is the default, a request has no status."""
    message = "the message" if status is None else f"response {status}"
    text = f"What is the root element of {message} called?"
    return Question(f"{KEY}:{message_key}", text, candidates, candidates[0], why, evidence=(evidence,), form=NAME_FORM)


def name_in(answers: Answers, message_key: str) -> str | None:
    """Return the name of the root element of a message, or None if the question was not asked."""
    return answers.get(f"{KEY}:{message_key}")


def _name_of_response(name: str, status: int) -> str:
    return f"{name}Response" if status < 400 else f"{name}Error{status}"
