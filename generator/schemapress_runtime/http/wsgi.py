"""The WSGI application around the handlers of a package (PEP 3333)."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .endpoint import name_handler
from .exchange import Exchange
from .problem_document import phrase
from .request_path import RequestPath, path_below
from .response import Response

if TYPE_CHECKING:
    from wsgiref.types import InputStream, StartResponse, WSGIEnvironment

_WITHOUT_PREFIX = ("CONTENT_TYPE", "CONTENT_LENGTH")
"""The header fields that are in the environment under their own names; with HTTP_ they are none (PEP 3333)."""

_ORIGIN = re.compile("^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
"""The scheme and the host of a request target in absolute form (RFC 9112 §3.2.2)."""


class WsgiApplication:
    """Answers requests by the handlers of its endpoints."""

    def __init__(self, exchange: Exchange) -> None:
        for endpoint in exchange.endpoints:
            if inspect.iscoroutinefunction(endpoint.handle):
                raise TypeError(f"{name_handler(endpoint.handle)} is a coroutine function, which only ASGI can serve")
        self._exchange = exchange

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        response = self._respond(environ)
        start_response(f"{response.status} {phrase(response.status)}", response.fields)
        content = response.content(environ["REQUEST_METHOD"])
        if response.stop is not None:
            return _send_and_raise(content, response.stop)
        return [content] if content else []

    def _respond(self, environ: WSGIEnvironment) -> Response:
        certificate = environ.get("SSL_CLIENT_CERT") or None
        query = environ.get("QUERY_STRING", "").encode("latin-1", "replace")
        admitted = self._exchange.admit(environ["REQUEST_METHOD"], _path(environ), _fields(environ), certificate, query)
        if isinstance(admitted, Response):
            return admitted
        if admitted.content_length is not None:
            size = admitted.content_length
        elif environ.get("wsgi.input_terminated"):
            size = self._exchange.max_body + 1
        elif "transfer-encoding" in admitted.request.headers:
            return self._exchange.require_length()
        else:
            size = 0
        try:
            body = _read(environ["wsgi.input"], size)
        except Exception as failed:  # each server has its own errors for a sender that breaks off
            return self._exchange.refuse_unreadable(admitted, failed)
        outcome = self._exchange.respond(admitted, body)
        return outcome if isinstance(outcome, Response) else self._exchange.refuse_awaitable(outcome)


def _path(environ: WSGIEnvironment) -> RequestPath:
    """Return the path below the prefix. The environment has the bytes of both as characters.

    Some servers also say what the client sent (gunicorn, Werkzeug, uWSGI, mod_wsgi).
    """
    prefix = _decode(environ.get("SCRIPT_NAME", ""))
    sent: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    raw = _ORIGIN.sub("", sent, count=1).encode("latin-1", "replace") if sent else None
    return path_below(prefix, prefix.rstrip("/") + _decode(environ.get("PATH_INFO", "")), raw)


def _decode(text: str) -> str:
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def _fields(environ: WSGIEnvironment) -> Iterator[tuple[str, str]]:
    """Yield the header fields."""
    for name, value in environ.items():
        if name in _WITHOUT_PREFIX:
            if value:
                yield name.replace("_", "-"), value
        elif name.startswith("HTTP_") and name.removeprefix("HTTP_") not in _WITHOUT_PREFIX:
            yield name.removeprefix("HTTP_").replace("_", "-"), value


def _read(stream: InputStream, size: int) -> bytes:
    """Return up to `size` bytes; a stream may give fewer at a time."""
    body = bytearray()
    while len(body) < size and (part := stream.read(size - len(body))):
        body += part
    return bytes(body)


def _send_and_raise(content: bytes, stop: BaseException) -> Iterator[bytes]:
    """Yield the content, and raise once the server has sent it."""
    yield content
    raise stop
