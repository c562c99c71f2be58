"""One HTTP exchange, apart from any server: a request in, an answer out.

Whatever can be wrong with a request has one answer here; the ASGI and the WSGI application only carry
requests and answers to and fro.
"""

from __future__ import annotations

import codecs
import logging
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .problem import InvalidDocument
from .problem_document import MEDIA_TYPE, ProblemDocument

MAX_BODY = 1_048_576
"""Bytes of a request body that are accepted unless the application is told otherwise."""

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
class Answer:
    """A response."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Refusal(Exception):
    """Raised by a handler to answer with an error of its own: a status from 400 on, and a sentence for the sender."""

    def __init__(self, status: int, detail: str, kind: str = "refused") -> None:
        super().__init__(detail)
        self.document = ProblemDocument(status, kind, detail)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint: what it takes, who handles it, and what its success is.

    `handle` gets the decoded message and the request; `encode` is None where a success has no body.
    """

    method: str
    path: str
    media_type: str
    element: str
    message: type
    decode: Callable[[bytes], object]
    handle: Callable[..., object]
    status: int
    response_media_type: str | None = None
    encode: Callable[..., bytes] | None = None


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

    def admit(self, request: Request) -> Endpoint | Answer:
        """Look at all of a request but its body: return the endpoint that it is for, or the answer that refuses it."""
        endpoints = self._paths.get(request.path)
        if endpoints is None:
            return error(404, "unknown-path", f"There is nothing at {request.path[:200]}.")
        endpoint = next((one for one in endpoints if one.method == request.method), None)
        if endpoint is None:
            allowed = ", ".join(sorted({one.method for one in endpoints}))
            detail = f"{request.path} takes {allowed}, not {request.method[:20]}."
            return error(405, "wrong-method", detail, ("Allow", allowed))
        media_type, charset = _content_type(request.headers.get("content-type", ""))
        if media_type != endpoint.media_type:
            detail = f"Content-Type is {media_type[:100] or 'missing'}; expected {endpoint.media_type}."
            return error(415, "wrong-media-type", detail, ("Accept", endpoint.media_type))
        if charset is not None and not _is_known(charset):
            return error(415, "unknown-charset", f"The charset {charset[:50]!r} is not known; UTF-8 is.")
        encoding = request.headers.get("content-encoding", "identity").strip().lower()
        if encoding != "identity":
            detail = f"Content-Encoding is {encoding[:50]}; the body must come as it is."
            return error(415, "wrong-content-encoding", detail, ("Accept-Encoding", "identity"))
        length = request.headers.get("content-length")
        if length is not None and not (length.isascii() and length.isdigit()):
            return error(400, "wrong-content-length", "Content-Length is not a number.")
        if length is not None and int(length) > self.max_body:
            return self.too_large()
        return endpoint

    def too_large(self) -> Answer:
        """Return the answer to a body that is longer than the most that is accepted."""
        return error(413, "too-large", f"The body has more than {self.max_body:,} bytes, the most that is accepted.")

    def decode(self, endpoint: Endpoint, request: Request) -> object | Answer:
        """Return the message in the body of a request, or the answer that refuses it."""
        if len(request.body) > self.max_body:
            return self.too_large()
        if not request.body:
            return error(400, "empty-body", f"The body is empty; expected a document <{endpoint.element}>.")
        _, charset = _content_type(request.headers.get("content-type", ""))
        try:
            body = _as_declared(request.body, charset)
        except UnicodeError:
            return error(400, "malformed-xml", f"The body is not in {charset}, as Content-Type has it.")
        try:
            message = endpoint.decode(body)
        except InvalidDocument as invalid:
            return _invalid(invalid)
        if type(message) is not endpoint.message:
            detail = f"The document is valid, but not one for {request.path}: expected <{endpoint.element}>."
            return error(422, "invalid-document", detail)
        return message

    def success(self, endpoint: Endpoint, result: object) -> Answer:
        """Return the answer for what a handler returned."""
        if endpoint.encode is None:
            if result is not None:
                raise TypeError(f"the handler of {endpoint.path} returned {type(result).__name__}; expected None")
            return Answer(endpoint.status)
        media_type = endpoint.response_media_type or endpoint.media_type
        return Answer(endpoint.status, (("Content-Type", f"{media_type}; charset=utf-8"),), endpoint.encode(result))

    def failure(self, endpoint: Endpoint, failed: Exception) -> Answer:
        """Return the answer for what a handler raised: its refusal, or an error that tells nothing of the inside.

        The error itself goes to the log, under the number that the answer has too.
        """
        if isinstance(failed, Refusal):
            return _answer(failed.document)
        instance = uuid.uuid4().urn
        _LOG.error("%s %s failed: %s", endpoint.method, endpoint.path, instance, exc_info=failed)
        detail = "The message was understood, but handling it failed. It is not your message's fault."
        return _answer(ProblemDocument(500, "handler-failed", detail, instance=instance))


def error(status: int, kind: str, detail: str, *headers: tuple[str, str]) -> Answer:
    """Return an answer with a problem document."""
    return _answer(ProblemDocument(status, kind, detail), *headers)


def _answer(document: ProblemDocument, *headers: tuple[str, str]) -> Answer:
    return Answer(document.status, (("Content-Type", MEDIA_TYPE), *headers), document.to_xml())


def _invalid(invalid: InvalidDocument) -> Answer:
    problems = invalid.problems
    code = problems[0].code
    if code.startswith("xml-"):
        status, kind = (400, "doctype-refused") if code == "xml-doctype" else (400, "malformed-xml")
        return _answer(ProblemDocument(status, kind, problems[0].message, problems))
    count = f"{len(problems):,} problem{'' if len(problems) == 1 else 's'}"
    return _answer(ProblemDocument(422, "invalid-document", f"The document is not valid: {count}.", problems))


_CHARSET = re.compile(r";\s*charset\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\ufeff?(<\?xml\s+version\s*=\s*(?:'[^']*'|\"[^\"]*\"))[^>]*\?>")


def _content_type(value: str) -> tuple[str, str | None]:
    """Return the media type of a Content-Type, in lower case, and its charset."""
    charset = _CHARSET.search(value)
    return value.partition(";")[0].strip().lower(), charset and (charset[1] or charset[2] or "").lower()


def _is_known(charset: str) -> bool:
    try:
        return codecs.lookup(charset)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _as_declared(body: bytes, charset: str | None) -> bytes:
    """Return a body so that its own declaration is true: a charset of the Content-Type wins (RFC 7303 §3).

    A byte order mark wins over both.
    """
    if charset is None or body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body
    name = codecs.lookup(charset).name
    head = body[:100].lower()
    if name in ("utf-8", "ascii") and (b"encoding" not in head or b"utf-8" in head):
        return body
    return _XML_DECLARATION.sub(r"\1?>", body.decode(name), count=1).encode()
