"""One HTTP exchange, apart from any server: a request in, a response out.

Whatever can be wrong with a request has one response here; the ASGI and the WSGI application only carry
requests and responses to and fro.
"""

from __future__ import annotations

import inspect
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..codec.messages import Messages
from ..codec.root_element import is_message_of
from ..limits import MAX_BODY
from ..report.amount import counted
from ..report.problem import InvalidDocument
from .charset import CODECS, UnknownCharset, convert_to_utf_8
from .headers import RepeatedField, combine_fields, content_coding, content_length, content_type
from .problem_document import PROBLEM_MEDIA_TYPE, ProblemDocument

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A request. Header names are in lower case; `client_certificate` is PEM, where the server passes it on."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    client_certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A response. `problem` is the kind of its problem document, if it has one.

    `stop` is the SystemExit or KeyboardInterrupt that ends the server once the response is sent.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    stop: BaseException | None = None
    problem: str | None = None

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The header fields, with the length of the body where the status has one (RFC 9110 §8.6)."""
        length = () if self.status in (204, 304) else (("Content-Length", str(len(self.body))),)
        return [*self.headers, *length]

    def content(self, method: str) -> bytes:
        """Return the body to send; empty for HEAD (RFC 9110 §9.3.2)."""
        return b"" if method == "HEAD" else self.body


class Refusal(Exception):
    """Raised by a handler to answer with an error of its own.

    `status` is from 400 to 599, `detail` a sentence for the sender, `kind` the last part of the problem's type.

    Raises:
        ValueError: the status is no error, so it can't be that of a refusal.
        TypeError: the status is not an integer, or the detail or kind not a string.
    """

    def __init__(self, status: int, detail: str, kind: str = "refused") -> None:
        super().__init__(detail)
        if not isinstance(status, int) or isinstance(status, bool):
            raise TypeError(f"the status of a Refusal is an integer from 400 to 599, not {status!r}")
        if not 400 <= status <= 599:
            raise ValueError(f"the status of a Refusal is from 400 to 599, not {int(status)}")
        if not isinstance(detail, str) or not isinstance(kind, str):
            raise TypeError("the detail and the kind of a Refusal are strings")
        self.document = ProblemDocument(int(status), kind, detail)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint: its method, path and message, its handler, and its successful answer.

    `handle` gets the decoded message and the request; `encode` is None where a success has no body. The keys take a
    message: `idempotency_key` returns what is the same when it is sent again, `ordering_key` what its order is kept
    within, `sender_key` whom it speaks for. They return None where the message has no such element.
    """

    method: str
    path: str
    media_type: str
    element: str
    message: type
    messages: Messages[Any]  # of any class
    decode: Callable[[bytes], object]
    handle: Callable[..., object]
    status: int
    response_media_type: str | None = None
    encode: Callable[..., bytes] | None = None
    idempotency_key: Callable[[Any], object] | None = None  # each takes a message of the endpoint's class
    ordering_key: Callable[[Any], object] | None = None
    sender_key: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True)
class AdmittedRequest:
    """A request whose body is worth reading, and its endpoint. `request` has no body yet."""

    endpoint: Endpoint
    request: Request
    charset: str | None
    content_length: int | None


@dataclass(frozen=True, slots=True)
class DecodedRequest:
    """A request with its message."""

    endpoint: Endpoint
    request: Request
    message: object


@dataclass(frozen=True)
class Exchange:
    """The endpoints of an application, and the most that a body may have."""

    endpoints: Sequence[Endpoint]
    max_body: int = MAX_BODY
    _paths: Mapping[str, tuple[Endpoint, ...]] = field(init=False)

    def __post_init__(self) -> None:
        paths: dict[str, tuple[Endpoint, ...]] = {}
        for endpoint in self.endpoints:
            paths[endpoint.path] = (*paths.get(endpoint.path, ()), endpoint)
        object.__setattr__(self, "_paths", paths)

    def admit(
        self, method: str, path: str, fields: Iterable[tuple[str, str]], client_certificate: str | None = None
    ) -> AdmittedRequest | Response:
        """Look at all of a request but its body: return it with its endpoint, or the response that refuses it.

        `path` is decoded, `fields` are the header fields as they were sent.
        """
        endpoints = self._paths.get(path)
        if endpoints is None:
            return _refuse(404, "unknown-path", f"There is nothing at {path[:200]}.")
        endpoint = next((known for known in endpoints if known.method == method), None)
        if endpoint is None:
            allowed = ", ".join(sorted({known.method for known in endpoints}))
            return _refuse(405, "wrong-method", f"{path} takes {allowed}, not {method[:20]}.", ("Allow", allowed))
        try:
            headers = combine_fields(fields)
            return self._admit_body(endpoint, Request(method, path, headers, client_certificate=client_certificate))
        except RepeatedField as repeated:
            detail = f"{repeated.name} has more than one value; expected one."
            return _refuse(400, "repeated-header", detail)

    def _admit_body(self, endpoint: Endpoint, request: Request) -> AdmittedRequest | Response:
        """Check the header fields that describe the body."""
        headers = request.headers
        sent = headers.get("content-type", "")
        type_ = content_type(sent)
        if type_ is None or type_.media_type != endpoint.media_type.lower():
            detail = f"Content-Type is {sent[:100] or 'missing'}; expected {endpoint.media_type}."
            return _refuse(415, "wrong-media-type", detail, ("Accept", endpoint.media_type))
        if type_.charset is not None and type_.charset not in CODECS:
            return _unknown_charset(type_.charset)
        coding = content_coding(headers.get("content-encoding", ""))
        if coding != "identity":
            detail = f"Content-Encoding is {coding[:50]}; the body must come as it is."
            return _refuse(415, "wrong-content-encoding", detail, ("Accept-Encoding", "identity"))
        length = None
        if "content-length" in headers:
            length = content_length(headers["content-length"], self.max_body)
            if length is None:
                return _refuse(400, "wrong-content-length", "Content-Length is not a number.")
            if "transfer-encoding" in headers:  # RFC 9112 §6.1: an attempt at request smuggling
                detail = "The request has both a Content-Length and a Transfer-Encoding; expected one of them."
                return _refuse(400, "wrong-content-length", detail)
            if length > self.max_body:
                return self.refuse_too_large()
        return AdmittedRequest(endpoint, request, type_.charset, length)

    @staticmethod
    def refuse(status: int, kind: str, detail: str, *headers: tuple[str, str]) -> Response:
        """Return a response with a problem document; `kind` is the last part of its type."""
        return _refuse(status, kind, detail, *headers)

    @staticmethod
    def accept(endpoint: Endpoint) -> Response:
        """Return the response to a message that is accepted, and handled later."""
        return Response(endpoint.status)

    @staticmethod
    def respond_with(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> Response:
        """Return a response that was made elsewhere, or before."""
        return Response(status, headers, body)

    def refuse_too_large(self) -> Response:
        """Return the response to a body that is longer than the most that is accepted."""
        return _refuse(413, "too-large", f"The body has more than {self.max_body:,} bytes, the most that is accepted.")

    def require_length(self) -> Response:
        """Return the response to a body whose end the server does not know (RFC 9110 §15.5.12)."""
        return _refuse(411, "length-required", "This server takes no chunks; expected a Content-Length.")

    def refuse_unreadable(self, admitted: AdmittedRequest, failed: Exception) -> Response:
        """Return the response to a body that the server failed to read."""
        endpoint = admitted.endpoint
        _LOG.warning("%s %s: the body could not be read: %s", endpoint.method, endpoint.path, type(failed).__name__)
        return _refuse(400, "unreadable-body", "The body could not be read to its end.")

    def respond(self, admitted: AdmittedRequest, body: bytes) -> Response | Awaitable[object]:
        """Decode the body of a request, and handle it: see `handle`."""
        decoded = self.decode(admitted, body)
        if isinstance(decoded, InvalidDocument):
            return self.refuse_invalid(decoded)
        return decoded if isinstance(decoded, Response) else self.handle(decoded)

    def decode(self, admitted: AdmittedRequest, body: bytes) -> DecodedRequest | InvalidDocument | Response:
        """Return a request with its message, the error of an invalid body, or the response that refuses it."""
        if len(body) > self.max_body:
            return self.refuse_too_large()
        if admitted.content_length is not None and len(body) != admitted.content_length:
            return _refuse(400, "wrong-content-length", "The body is not as long as Content-Length has it.")
        endpoint = admitted.endpoint
        if not body:
            return _refuse(400, "empty-body", f"The body is empty; expected a document <{endpoint.element}>.")
        try:
            message = endpoint.decode(convert_to_utf_8(body, admitted.charset))
        except UnknownCharset as unknown:
            return _unknown_charset(unknown.name)
        except UnicodeDecodeError as error:
            return _refuse(400, "malformed-xml", f"The body is not in {admitted.charset or error.encoding}.")
        except InvalidDocument as invalid:
            return invalid
        except BaseException as failed:  # no fault of the sender's, and a response all the same
            return self.respond_to_error(endpoint, failed)
        if not is_message_of(message, endpoint.message, endpoint.messages):
            detail = f"The document is valid, but not one for {endpoint.path}: expected <{endpoint.element}>."
            return _refuse(422, "invalid-document", detail)
        return DecodedRequest(endpoint, replace(admitted.request, body=body), message)

    def refuse_invalid(self, invalid: InvalidDocument) -> Response:
        """Return the response to a document that is not valid, or no XML, with its problems."""
        problems = invalid.problems
        code = problems[0].code
        if code.startswith("xml-"):
            status, kind = (400, "doctype-refused") if code == "xml-doctype" else (400, "malformed-xml")
            return _respond_with(ProblemDocument(status, kind, problems[0].message, problems))
        message = f"The document is not valid: {counted(len(problems), 'problem')}."
        return _respond_with(ProblemDocument(422, "invalid-document", message, problems))

    def handle(self, decoded: DecodedRequest) -> Response | Awaitable[object]:
        """Call the handler, and return its response or its awaitable.

        Whatever a handler raises becomes an response, even what no `except Exception` catches.
        """
        endpoint = decoded.endpoint
        try:
            result = endpoint.handle(decoded.message, decoded.request)
            return result if inspect.isawaitable(result) else self.confirm(endpoint, result)
        except BaseException as raised:
            return self.respond_to_error(endpoint, raised)

    def refuse_awaitable(self, endpoint: Endpoint, result: Awaitable[object]) -> Response:
        """Return the response where a handler returned an awaitable, and the server can't await it."""
        if inspect.iscoroutine(result):
            result.close()
        detail = f"the handler of {endpoint.path} returned an awaitable, which only ASGI can serve"
        return self.respond_to_error(endpoint, TypeError(detail))

    def confirm(self, endpoint: Endpoint, result: object) -> Response:
        """Return the response for the return value of a handler."""
        if endpoint.encode is None:
            if result is not None:
                raise TypeError(f"the handler of {endpoint.path} returned {type(result).__name__}; expected None")
            return Response(endpoint.status)
        media_type = endpoint.response_media_type or endpoint.media_type
        return Response(endpoint.status, (("Content-Type", f"{media_type}; charset=utf-8"),), endpoint.encode(result))

    def respond_to_error(self, endpoint: Endpoint, raised: BaseException) -> Response:
        """Return the response for an exception of a handler: its refusal, or an error that reveals nothing internal.

        The error itself goes to the log, under the number that the response has too.
        """
        if isinstance(raised, Refusal) and hasattr(raised, "document"):  # a subclass may have forgotten to make it
            return _respond_with(raised.document)
        instance = uuid.uuid4().urn
        _LOG.error("%s %s failed: %s", endpoint.method, endpoint.path, instance, exc_info=raised)
        detail = "The message was understood, but handling it failed. It is not your message's fault."
        response = _respond_with(ProblemDocument(500, "handler-failed", detail, instance=instance))
        return replace(response, stop=raised) if isinstance(raised, KeyboardInterrupt | SystemExit) else response


def _refuse(status: int, kind: str, detail: str, *headers: tuple[str, str]) -> Response:
    """Return a response with a problem document."""
    return _respond_with(ProblemDocument(status, kind, detail), *headers)


def _respond_with(document: ProblemDocument, *headers: tuple[str, str]) -> Response:
    fields = (("Content-Type", PROBLEM_MEDIA_TYPE), *headers)
    return Response(document.status, fields, document.to_xml(), problem=document.kind)


def _unknown_charset(name: str) -> Response:
    return _refuse(415, "unknown-charset", f"The charset {name[:50]!r} is not accepted; UTF-8 is.")
