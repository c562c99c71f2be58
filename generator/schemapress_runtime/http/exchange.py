"""One HTTP exchange, apart from any server: a request in, a response out.

Whatever can be wrong with a request has one response here; the ASGI and the WSGI application only carry
requests and responses to and fro.
"""

from __future__ import annotations

import inspect
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar
from urllib.parse import unquote_to_bytes

from ..codec.root_element import is_message_of
from ..limits import MAX_BODY
from ..report.amount import counted
from ..report.problem import InvalidDocument
from .accept import choose_media_type
from .admitted_request import AdmittedRequest, DecodedRequest, Pending
from .charset import CODECS, UnknownCharset, convert_to_utf_8
from .endpoint import Answer, Endpoint, find_response, name_handler
from .envelope import AnsweredDocument
from .headers import RepeatedField, combine_fields, content_coding, content_length, content_type
from .parameters import WrongParameter, read_parameters
from .path_template import PathTable, PathTemplate, parse_template
from .problem_document import PROBLEM_MEDIA_TYPE, ProblemDocument
from .reply import Refusal, Reply
from .request import Request
from .request_path import MOST_TARGET_BYTES, RequestPath
from .response import Response, is_success
from .served_description import ServedDescription

Segment = TypeVar("Segment", str, "str | None")

_LOG = logging.getLogger(__name__)


TrailingSlash = Literal["exact", "ignore"]
"""Whether a path with a slash at its end is another one: `exact`, as the endpoint facts have it, or `ignore`."""


@dataclass(frozen=True)
class Exchange:
    """The endpoints of an application, and the most that a body may have.

    Raises:
        ValueError: the OpenAPI document has the path of an endpoint, or the rule for slashes is none.
    """

    endpoints: Sequence[Endpoint]
    max_body: int = MAX_BODY
    openapi: ServedDescription | None = None
    trailing_slash: TrailingSlash = "exact"
    _paths: PathTable[Endpoint | ServedDescription] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.trailing_slash not in ("exact", "ignore"):
            raise ValueError(f"trailing_slash is {self.trailing_slash!r}; expected 'exact' or 'ignore'.")
        served: list[tuple[PathTemplate, Endpoint | ServedDescription]] = [
            (self._template(endpoint.path), endpoint) for endpoint in self.endpoints
        ]
        if self.openapi is not None:
            template = self._template(self.openapi.path)
            if template.segments in [known.segments for known, _ in served]:
                raise ValueError(f"The path {self.openapi.path!r} of the OpenAPI document is that of an endpoint.")
            served.append((template, self.openapi))
        object.__setattr__(self, "_paths", PathTable(served))

    def _template(self, path: str) -> PathTemplate:
        template = parse_template(path)
        return replace(template, segments=tuple(self._without_slash(template.segments)))

    def _without_slash(self, segments: Sequence[Segment]) -> Sequence[Segment]:
        """Return segments without an empty last one, where a slash at the end of a path makes no difference."""
        return segments[:-1] if self.trailing_slash == "ignore" and segments[-1] == "" else segments

    def admit(
        self,
        method: str,
        path: str | RequestPath,
        fields: Iterable[tuple[str, str]],
        client_certificate: str | None = None,
        query: bytes = b"",
    ) -> AdmittedRequest | Response:
        """Look at all of a request but its body: return it with its endpoint, or the response that refuses it.

        A `path` that is a string is decoded, and below the prefix of the application; `fields` are the header fields as
        they were sent.
        """
        if isinstance(path, str):
            path = RequestPath(path)
        if len(path.raw or path.text) > MOST_TARGET_BYTES or len(query) > MOST_TARGET_BYTES:
            return _refuse(414, "too-long", f"The path or the query has more than {MOST_TARGET_BYTES:,} bytes.")
        segments = path.segments()
        match = None if segments is None else self._paths.find(self._without_slash(segments))
        if match is None:
            return _refuse(404, "unknown-path", f"There is nothing at {path.text[:200]}.")
        wanted = "GET" if method == "HEAD" else method
        endpoints: list[Endpoint] = []
        for served in match.served:
            if isinstance(served, Endpoint):
                endpoints.append(served)
            elif wanted == "GET":
                return served.response(path.prefix)
        endpoint = next((known for known in endpoints if known.method == wanted), None)
        if endpoint is None:
            methods = {known.method for known in endpoints} or {"GET"}
            allowed = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
            detail = f"{path.text[:200]} takes {allowed}, not {method[:20]}."
            return _refuse(405, "wrong-method", detail, ("Allow", allowed))
        fields = list(fields)
        try:
            headers = combine_fields(fields)
            texts = dict(zip(parse_template(endpoint.path).names, match.texts, strict=True)) if match.texts else {}
            arguments = read_parameters(endpoint.parameters, texts, query, fields) if endpoint.parameters else {}
            request = Request(
                method,
                path.text,
                headers,
                client_certificate=client_certificate,
                prefix=path.prefix,
                query=query.decode("latin-1"),
            )
            return self._admit_body(endpoint, request, arguments)
        except RepeatedField as repeated:
            detail = f"{repeated.name} has more than one value; expected one."
            return _refuse(400, "repeated-header", detail)
        except WrongParameter as wrong:
            return _refuse(404 if wrong.location == "path" else 400, "wrong-parameter", str(wrong))

    def _admit_body(
        self, endpoint: Endpoint, request: Request, arguments: Mapping[str, object]
    ) -> AdmittedRequest | Response:
        """Check the header fields that describe the body."""
        headers = request.headers
        charset = None
        if endpoint.message is not None:
            sent = headers.get("content-type", "")
            type_ = content_type(sent)
            if type_ is None or type_.media_type not in map(str.lower, endpoint.media_types):
                detail = f"Content-Type is {sent[:100] or 'missing'}; expected {' or '.join(endpoint.media_types)}."
                return _refuse(415, "wrong-media-type", detail, ("Accept", ", ".join(endpoint.media_types)))
            charset = type_.charset
            if charset is not None and charset not in CODECS:
                return _unknown_charset(charset)
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
        return AdmittedRequest(endpoint, request, charset, length, arguments)

    @staticmethod
    def refuse(status: int, kind: str, detail: str, *headers: tuple[str, str]) -> Response:
        """Return a response with a problem document; `kind` is the last part of its type."""
        return _refuse(status, kind, detail, *headers)

    @staticmethod
    def refuse_by(
        endpoint: Endpoint, request: Request, status: int, kind: str, detail: str, *headers: tuple[str, str]
    ) -> Response:
        """Return a response with a problem document to a request of an endpoint, in an envelope if it has them."""
        return _refuse_by(endpoint, ProblemDocument(status, kind, detail), request, headers)

    def admit_target(
        self, method: str, target: str, fields: Iterable[tuple[str, str]], client_certificate: str | None
    ) -> AdmittedRequest | Response:
        """Look at a request whose target is a path and a query as they were sent: see `admit`."""
        raw, _, query = target.encode("latin-1").partition(b"?")
        path = RequestPath(unquote_to_bytes(raw).decode("utf-8", "replace"), raw)
        return self.admit(method, path, fields, client_certificate, query)

    @staticmethod
    def accept(endpoint: Endpoint) -> Response | None:
        """Return the response to a message that is handled later, or None where each success has a body."""
        statuses = [each.status for each in endpoint.responses if is_success(each.status) and each.element is None]
        return Response(statuses[0]) if statuses else None

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

    def respond(self, admitted: AdmittedRequest, body: bytes) -> Response | Pending:
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
        if endpoint.message is None or endpoint.decode is None:
            if body:
                detail = f"The request has a body; {endpoint.method} {endpoint.path} takes none."
                return _refuse(400, "unexpected-body", detail)
            return DecodedRequest(endpoint, admitted.request, None, admitted.arguments)
        if not body:
            return _refuse(400, "empty-body", f"The body is empty; expected a document <{endpoint.element}>.")
        try:
            document = convert_to_utf_8(body, admitted.charset)
            if endpoint.envelope is not None:
                return endpoint.envelope.open(admitted, document)
            message = endpoint.decode(document)
        except UnknownCharset as unknown:
            return _unknown_charset(unknown.name)
        except UnicodeDecodeError as error:
            return _refuse(400, "malformed-xml", f"The body is not in {admitted.charset or error.encoding}.")
        except InvalidDocument as invalid:
            return invalid
        except BaseException as failed:  # no fault of the sender's, and a response all the same
            return self.respond_to_error(endpoint, failed, admitted.request)
        if not is_message_of(message, endpoint.message, endpoint.messages):
            detail = f"The document is valid, but not one for {endpoint.path}: expected <{endpoint.element}>."
            return _refuse(422, "invalid-document", detail)
        request = admitted.request if admitted.request.body is body else replace(admitted.request, body=body)
        return DecodedRequest(endpoint, request, message, admitted.arguments)

    def refuse_invalid(self, invalid: InvalidDocument) -> Response:
        """Return the response to a document that is not valid, or no XML, with its problems."""
        if isinstance(invalid, AnsweredDocument):
            return invalid.response
        problems = invalid.problems
        code = problems[0].code
        if code.startswith("xml-"):
            status, kind = (400, "doctype-refused") if code == "xml-doctype" else (400, "malformed-xml")
            return _respond_with(ProblemDocument(status, kind, problems[0].message, problems))
        message = f"The document is not valid: {counted(len(problems), 'problem')}."
        return _respond_with(ProblemDocument(422, "invalid-document", message, problems))

    def handle(self, decoded: DecodedRequest) -> Response | Pending:
        """Call the handler, and return its response, or what has to be awaited for it.

        Whatever a handler raises becomes a response, even what no `except Exception` catches.
        """
        endpoint = decoded.endpoint
        try:
            result = decoded.call()
            if inspect.isawaitable(result):
                return Pending(decoded, result)
            return self.confirm(endpoint, result, decoded.request)
        except BaseException as raised:
            return self.respond_to_error(endpoint, raised, decoded.request)

    def refuse_awaitable(self, pending: Pending) -> Response:
        """Return the response where a handler returned an awaitable, and the server can't await it."""
        endpoint, request = pending.decoded.endpoint, pending.decoded.request
        if inspect.iscoroutine(pending.result):
            pending.result.close()
        detail = f"{name_handler(endpoint.handle)} returned an awaitable, which only ASGI can serve"
        return self.respond_to_error(endpoint, TypeError(detail), request)

    def confirm(self, endpoint: Endpoint, result: object, request: Request | None = None) -> Response:
        """Return the response for the return value of a handler.

        Its media type is the one that the request likes best among those of the response.

        Raises:
            TypeError: the endpoint declares no response of this status, or no body of this class for it.
            InvalidDocument: the object is not valid.
        """
        if isinstance(result, Reply):
            answer = Answer(result.body, result.status, result.headers, blocks=result.blocks)
        else:
            answer = Answer(result)
        return _answer(endpoint, answer, request)

    def respond_to_error(self, endpoint: Endpoint, raised: BaseException, request: Request | None = None) -> Response:
        """Return the response for an exception of a handler: its refusal, or an error that reveals nothing internal.

        The error itself goes to the log, under the number that the response has too.
        """
        if isinstance(raised, Refusal) and hasattr(raised, "document"):  # a subclass may have forgotten to make it
            document = raised.document
            if raised.body is None:
                return _refuse_by(endpoint, document, request, raised.headers)
            try:
                answer = Answer(raised.body, document.status, raised.headers, document.detail)
                return _answer(endpoint, answer, request)
            except Exception as wrong:
                raised = wrong
        instance = uuid.uuid4().urn
        _LOG.error("%s %s failed: %s", endpoint.method, endpoint.path, instance, exc_info=raised)
        detail = "The message was understood, but handling it failed. It is not your message's fault."
        response = _refuse_by(endpoint, ProblemDocument(500, "handler-failed", detail, instance=instance), request)
        stop = raised if isinstance(raised, KeyboardInterrupt | SystemExit) else None
        return replace(response, stop=stop, raised=raised)


def _answer(endpoint: Endpoint, answer: Answer, request: Request | None) -> Response:
    """Return the response with an answer, in the envelope of the endpoint, if it has one."""
    if endpoint.envelope is not None:
        return endpoint.envelope.answer(endpoint, answer, request)
    if answer.blocks:
        raise TypeError(f"{name_handler(endpoint.handle)} returned header blocks; the endpoint is not of SOAP")
    response = find_response(endpoint, answer)
    if endpoint.encode is None or answer.body is None:
        return Response(response.status, answer.headers)
    accept = None if request is None else request.headers.get("accept")
    media_type = choose_media_type(accept, response.media_types)
    fields = (("Content-Type", f"{media_type}; charset=utf-8"), *answer.headers)
    varies = (("Vary", "Accept"),) if len(response.media_types) > 1 else ()
    return Response(response.status, (*fields, *varies), endpoint.encode(answer.body))


def _refuse_by(
    endpoint: Endpoint, document: ProblemDocument, request: Request | None, headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    """Return a response with a problem document, in the envelope of the endpoint, if it has one."""
    if endpoint.envelope is not None:
        return endpoint.envelope.refuse(document, request, headers)
    return _respond_with(document, *headers)


def _refuse(status: int, kind: str, detail: str, *headers: tuple[str, str]) -> Response:
    """Return a response with a problem document."""
    return _respond_with(ProblemDocument(status, kind, detail), *headers)


def _respond_with(document: ProblemDocument, *headers: tuple[str, str]) -> Response:
    fields = (("Content-Type", PROBLEM_MEDIA_TYPE), *headers)
    return Response(document.status, fields, document.to_xml(), problem=document.kind)


def _unknown_charset(name: str) -> Response:
    return _refuse(415, "unknown-charset", f"The charset {name[:50]!r} is not accepted; UTF-8 is.")
