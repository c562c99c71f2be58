"""An endpoint with its handler, and what the handler answers with."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..codec.messages import Messages
from ..codec.root_element import root_of
from ..names import local_name
from .parameters import Parameter
from .response import DeclaredResponse, is_success

if TYPE_CHECKING:
    from .envelope import Envelope


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint: its method, path and message, its handler, and its responses.

    `handle` gets the decoded message, the request, and the values of the parameters by name. Where a request has no
    body, `message` and `decode` are None, and `handle` gets no message. `encode` is None where no response has a body.
    The keys take a message: `idempotency_key` returns what is the same when it is sent again, `ordering_key` what its
    order is kept within, `sender_key` whom it speaks for. They return None where the message has no such element.
    `sender_path` is the path of that element, for people. `envelope` is None where a body is a message itself.
    `asks_for_certificate` is what the facts say; the server checks it.
    """

    method: str
    path: str
    responses: tuple[DeclaredResponse, ...]
    messages: Messages[Any]  # of any class
    handle: Callable[..., object]
    media_types: tuple[str, ...] = ()
    element: str = ""
    message: type | None = None
    decode: Callable[[bytes], object] | None = None
    encode: Callable[..., bytes] | None = None
    parameters: tuple[Parameter, ...] = ()
    idempotency_key: Callable[[Any], object] | None = None  # each takes a message of the endpoint's class
    ordering_key: Callable[[Any], object] | None = None
    sender_key: Callable[[Any], object] | None = None
    sender_path: str = ""
    envelope: Envelope | None = None
    asks_for_certificate: bool = False

    @property
    def status(self) -> int:
        """The status of a success."""
        return next(response.status for response in self.responses if is_success(response.status))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers with: a body, and a status, where it is not that of a success.

    `detail` is the sentence of a refusal; `blocks` stand in the header of the envelope.
    """

    body: object
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    detail: str | None = None
    blocks: tuple[object, ...] = ()

    def has_status(self, status: int) -> bool:
        """Whether a declared status is that of the answer."""
        return is_success(status) if self.status is None else status == self.status


def find_response(endpoint: Endpoint, answer: Answer) -> DeclaredResponse:
    """Return the first declared response with the status and the root element of an answer, or with none for None.

    Raises:
        TypeError: there is none.
    """
    body = answer.body
    responses = [response for response in endpoint.responses if answer.has_status(response.status)]
    element = None if body is None else root_of(body, endpoint.messages).tag if endpoint.encode else ""
    response = next((response for response in responses if response.element == element), None)
    if response is None:
        what = "None" if body is None else type(body).__name__
        given = what if answer.status is None else f"{what} with the status {answer.status}"
        declared = " or ".join(dict.fromkeys(map(_name_response, responses))) or "no such status"
        raise TypeError(f"{name_handler(endpoint.handle)} returned {given}; the endpoint declares {declared}")
    return response


def _name_response(response: DeclaredResponse) -> str:
    body = "without a body" if response.element is None else f"with <{local_name(response.element)}>"
    return f"{response.status} {body}"


def check_handlers(handlers: object) -> None:
    """Check that handlers are an object. TypeError: they are a class, so that each method would lack its `self`."""
    if isinstance(handlers, type):
        name = handlers.__name__
        raise TypeError(f"{name} is a class; pass an object: {name}()")


def name_handler(handle: Callable[..., object]) -> str:
    """Return the class, the name and the place of a handler: `Bills.take (bills.py:7)`."""
    owner = getattr(handle, "__self__", None)
    name = getattr(handle, "__name__", type(handle).__name__)
    if owner is not None:
        name = f"{(owner if isinstance(owner, type) else type(owner)).__name__}.{name}"
    else:
        name = getattr(handle, "__qualname__", name)
    code = getattr(inspect.unwrap(handle), "__code__", None)
    return name if code is None else f"{name} ({code.co_filename}:{code.co_firstlineno})"
