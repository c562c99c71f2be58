"""What is sent to an endpoint and what comes back, apart from any socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from ...codec.messages import Messages
from ...codec.root_element import is_message_of
from ..key_path import read_key
from ..parameters import Parameter
from .arguments import write_arguments
from .methods import REPEATABLE_METHODS

Message = TypeVar("Message")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """A declared response: its status, and the root element and class of its body, if it has a body."""

    status: int
    element: str | None = None
    message: type | None = None


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """The result that an answer has in its envelope."""

    result: Any  # the Result of the operation


class Wrapping(Protocol):
    """What the messages of an operation are sent in, such as the envelope of SOAP."""

    def wrap(
        self, document: bytes | None, arguments: Mapping[str, object]
    ) -> tuple[bytes, tuple[tuple[str, str], ...], Mapping[str, object]]:
        """Return a body, the header fields that describe it, and those of the arguments that are for others.

        Raises:
            InvalidDocument, TypeError, ValueError: an argument is not what it should be.
        """
        ...

    def read(self, operation: Operation[Any, Any], response: IncomingResponse) -> ReadAnswer | None:
        """Return what an answer has in its envelope; None for a refusal that has no envelope.

        Raises:
            CallFailed: it is a refusal, or not an answer that is declared.
        """
        ...


@dataclass(frozen=True, slots=True)
class Operation(Generic[Message, Result]):
    """One endpoint as its sender sees it: what is sent where, and which answers are declared.

    Without a `message` a request has no body. `idempotency_key` returns what a message has by which the receiver
    recognizes one that it has already, or None where this one has no such element; `ordering_key` what a message has
    within which the order is kept. `envelope` is what a message is sent in, None where it is sent as it is.
    """

    name: str
    method: str
    path: str
    messages: Messages[Any]  # of any class
    decode: Callable[[bytes], object]
    answers: tuple[ExpectedAnswer, ...] = ()
    media_type: str | None = None
    element: str | None = None
    message: type[Message] | None = None
    encode: Callable[[Message], bytes] | None = None
    parameters: tuple[Parameter, ...] = ()
    idempotency_key: Callable[[Any], object] | None = None  # each takes a message of the class
    ordering_key: Callable[[Any], object] | None = None
    envelope: Wrapping | None = None

    def may_repeat(self, message: object) -> bool:
        """Whether the request with a message may be sent again though it may have arrived."""
        if self.method in REPEATABLE_METHODS:
            return True
        return read_key(self.idempotency_key, message) is not None


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request. `target` is the percent-encoded path with the query; transports know the origin.

    `is_repeatable` where it may be sent again though it may have arrived.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_repeatable: bool = False


@dataclass(frozen=True, slots=True)
class IncomingResponse:
    """A response. Header names are in lower case; a body of more than the limit is cut, and `is_cut` is set."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_cut: bool = False


def make_request(
    operation: Operation[Message, Any],
    message: Message,
    arguments: Mapping[str, object],
    headers: tuple[tuple[str, str], ...] = (),
) -> OutgoingRequest:
    """Return the request that carries a message, with the values of parameters by their names as arguments.

    Raises:
        InvalidDocument: with every problem of the message, which is never sent then.
        TypeError: the message is not one of the operation.
        ValueError: an argument is no value of its parameter.
    """
    if operation.message is None or operation.encode is None:
        return _make_request(operation, None, operation.may_repeat(None), arguments, headers)
    if not is_message_of(message, operation.message, operation.messages):
        expected, got = operation.message.__name__, type(message).__name__
        raise TypeError(f"{operation.name} sends {expected}, not {got}")
    return _make_request(operation, operation.encode(message), operation.may_repeat(message), arguments, headers)


def make_request_of_document(
    operation: Operation[Any, Any],
    document: bytes,
    arguments: Mapping[str, object],
    headers: tuple[tuple[str, str], ...] = (),
) -> OutgoingRequest:
    """Return the request that carries a document as it is, which may be in any encoding that it declares.

    Raises:
        ValueError: an argument is no value of its parameter.
    """
    may_repeat = operation.method in REPEATABLE_METHODS
    if not may_repeat and operation.idempotency_key is not None:
        with suppress(ValueError):  # one that is not valid has no key that its receiver would find
            may_repeat = operation.may_repeat(operation.decode(document))
    return _make_request(operation, document, may_repeat, arguments, headers)


def _make_request(
    operation: Operation[Any, Any],
    body: bytes | None,
    is_repeatable: bool,
    arguments: Mapping[str, object],
    headers: tuple[tuple[str, str], ...],
) -> OutgoingRequest:
    described: tuple[tuple[str, str], ...] = (("Accept", "application/xml, application/problem+xml, */*;q=0.1"),)
    if operation.envelope is not None:
        body, described, arguments = operation.envelope.wrap(body, arguments)
    elif body is not None:
        described = (("Content-Type", operation.media_type or "application/xml"), *described)
    target, fields = write_arguments(operation.path, operation.parameters, arguments)
    described = (*described, ("Accept-Encoding", "identity"))
    return OutgoingRequest(operation.method, target, (*described, *fields, *headers), body or b"", is_repeatable)
