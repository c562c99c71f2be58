"""What is sent to an endpoint and what comes back, apart from any socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ...codec.messages import Messages
from ...codec.root_element import is_message_of

Message = TypeVar("Message")
Result = TypeVar("Result")

REPEATABLE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""The methods that a server may receive twice with the effect of once (RFC 9110 §9.2.2)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A declared response: its status, and the root element and class of its body, if it has a body."""

    status: int
    element: str | None = None
    message: type | None = None


@dataclass(frozen=True, slots=True)
class Operation(Generic[Message, Result]):
    """One endpoint as its sender sees it: what is sent where, and which answers are declared.

    `has_idempotency_key` says that messages carry a key by which the receiver recognizes one that it has already.
    """

    name: str
    method: str
    path: str
    media_type: str
    element: str
    message: type[Message]
    messages: Messages[Any]  # of any class
    encode: Callable[[Message], bytes]
    decode: Callable[[bytes], object]
    answers: tuple[Answer, ...] = ()
    has_idempotency_key: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Whether a request may be sent again though it may have arrived."""
        return self.has_idempotency_key or self.method in REPEATABLE_METHODS


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request. `target` is the percent-encoded path; transports know the origin."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class IncomingResponse:
    """A response. Header names are in lower case; a body of more than the limit is cut, and `is_cut` is set."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_cut: bool = False


def make_request(
    operation: Operation[Message, Any], message: Message, headers: tuple[tuple[str, str], ...] = ()
) -> OutgoingRequest:
    """Return the request that carries a message.

    Raises:
        InvalidDocument: with every problem of the message, which is never sent then.
        TypeError: the message is not one of the operation.
    """
    if not is_message_of(message, operation.message, operation.messages):
        expected, got = operation.message.__name__, type(message).__name__
        raise TypeError(f"{operation.name} sends {expected}, not {got}")
    return make_request_of_document(operation, operation.encode(message), headers)


def make_request_of_document(
    operation: Operation[Any, Any], document: bytes, headers: tuple[tuple[str, str], ...] = ()
) -> OutgoingRequest:
    """Return the request that carries a document as it is, which may be in any encoding that it declares."""
    described = (
        ("Content-Type", operation.media_type),
        ("Accept", "application/xml, application/problem+xml, */*;q=0.1"),
        ("Accept-Encoding", "identity"),
    )
    return OutgoingRequest(operation.method, quote_path(operation.path), (*described, *headers), document)


_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/%")
"""The characters of a path that stand for themselves (RFC 3986 §3.3), and the percent sign of those that don't."""


def quote_path(path: str) -> str:
    """Return a path with every other character percent-encoded in UTF-8 (RFC 3986 §2.1)."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in path.encode())
