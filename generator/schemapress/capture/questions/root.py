"""What is the root element of a message called? Pages of JSON APIs name no root, for JSON has none."""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured
from ..question import Evidence, Question
from ..words import camel


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question of the root for each message."""
    endpoint, name = captured.endpoint, captured.operation
    shown = Evidence(str(endpoint.place), f"Endpoint: {endpoint.method} {endpoint.path}")
    for message in captured.messages:
        what, root = "the message", name
        if message.body.status is not None:
            what, root = f"response {message.body.status}", _response(name, message.body.status)
        yield Question(
            f"root:{message.key}",
            f"What is the root element of {what} called?",
            (root, camel(root)),
            root,
            "The page names no root; the path of the endpoint is the only name that it gives to the message.",
            evidence=(shown,),
            free=True,
        )


def _response(name: str, status: int) -> str:
    return f"{name}Response" if status < 400 else f"{name}Error{status}"
