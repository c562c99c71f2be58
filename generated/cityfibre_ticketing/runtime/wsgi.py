"""The WSGI application around the handlers of a package (PEP 3333)."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from .exchange import Answer, Endpoint, Exchange, Request, error

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class WsgiApplication:
    """Answers requests by the handlers of its endpoints."""

    def __init__(self, exchange: Exchange) -> None:
        for endpoint in exchange.endpoints:
            if inspect.iscoroutinefunction(endpoint.handle):
                raise TypeError(f"the handler of {endpoint.path} is a coroutine function, which only ASGI can serve")
        self._exchange = exchange

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        answer = self._answer(environ)
        headers = list(answer.headers)
        if answer.status not in (204, 304):
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [answer.body] if answer.body else []

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or (name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value)
        }
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        certificate = environ.get("SSL_CLIENT_CERT") or None
        request = Request(environ["REQUEST_METHOD"], path, headers, client_certificate=certificate)
        endpoint = self._exchange.admit(request)
        if isinstance(endpoint, Answer):
            return endpoint
        length = headers.get("content-length")
        if length is not None:
            body = environ["wsgi.input"].read(int(length))
            if len(body) < int(length):
                return error(400, "wrong-content-length", "The body is shorter than Content-Length has it.")
        elif environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read(self._exchange.max_body + 1)
        else:
            body = b""
        return self._call(endpoint, Request(request.method, path, headers, body, certificate))

    def _call(self, endpoint: Endpoint, request: Request) -> Answer:
        try:
            message = self._exchange.decode(endpoint, request)
            if isinstance(message, Answer):
                return message
            return self._exchange.success(endpoint, endpoint.handle(message, request))
        except Exception as failed:  # whatever a handler raises must become an answer
            return self._exchange.failure(endpoint, failed)
