"""What is the root element of a message called? Pages of JSON APIs name no root, for JSON has none."""

from __future__ import annotations

from collections.abc import Iterator

from ..captured import Captured
from ..message import NCNAME
from ..question import Evidence, Form, Question
from ..words import camel

NAME = Form("a name without a colon", NCNAME.pattern)


def ask(captured: Captured) -> Iterator[Question]:
    """Yield the question of the root for each message."""
    endpoint, name = captured.endpoint, captured.operation
    shown = Evidence(str(endpoint.place), f"Endpoint: {endpoint.method} {endpoint.path}")
    for message in captured.messages:
        what, root = "the message", name
        endings = captured.path_names[-1:] if message.body.status is None else []
        if message.body.status is not None:
            what, root = f"response {message.body.status}", _response(name, message.body.status)
        yield Question(
            f"root:{message.key}",
            f"What is the root element of {what} called?",
            tuple(dict.fromkeys((root, camel(root), *endings))),
            root,
            "The page names no root; the path of the endpoint is the only name that it gives to the message.",
            evidence=(shown,),
            form=NAME,
        )


def _response(name: str, status: int) -> str:
    return f"{name}Response" if status < 400 else f"{name}Error{status}"
