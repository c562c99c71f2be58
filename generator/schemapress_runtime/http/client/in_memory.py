"""The transports that hand requests to handlers in the same process: no socket, no server, no httpx."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Coroutine
from dataclasses import fields
from typing import Any
from urllib.parse import unquote

from ..admitted_request import AdmittedRequest, Pending
from ..endpoint import Endpoint
from ..exchange import Exchange
from ..reply import Refusal
from ..request import Request
from ..request_path import RequestPath
from ..response import Response
from .operation import IncomingResponse, OutgoingRequest


class _OpenExchange(Exchange):
    """Lets the error of a handler through, where a server logs it and answers with 500: a test shall see it."""

    def respond_to_error(self, endpoint: Endpoint, raised: BaseException, request: Request | None = None) -> Response:
        if isinstance(raised, Refusal):
            return super().respond_to_error(endpoint, raised, request)
        raise raised


class _InMemory:
    def __init__(self, exchange: Exchange, client_certificate: str | None = None) -> None:
        settings = {field.name: getattr(exchange, field.name) for field in fields(exchange) if field.init}
        self._exchange = _OpenExchange(**settings)
        self._client_certificate = client_certificate

    def _admit(self, request: OutgoingRequest) -> AdmittedRequest | Response:
        headers = (*request.headers, *([("Content-Length", str(len(request.body)))] if request.body else []))
        raw, _, query = request.target.partition("?")
        path = RequestPath(unquote(raw), raw.encode())
        return self._exchange.admit(request.method, path, headers, self._client_certificate, query.encode())

    async def _confirm(self, pending: Pending) -> Response:
        endpoint, request = pending.decoded.endpoint, pending.decoded.request
        try:
            return self._exchange.confirm(endpoint, await pending.result, request)
        except Refusal as refusal:
            return self._exchange.respond_to_error(endpoint, refusal, request)


def _receive(response: Response) -> IncomingResponse:
    return IncomingResponse(response.status, {name.lower(): value for name, value in response.headers}, response.body)


def _run(confirmation: Coroutine[Any, Any, Response], awaitable: Awaitable[object]) -> Response:
    """Run a handler that is a coroutine function to its end.

    Raises:
        RuntimeError: the caller runs on an event loop itself, where nothing may wait.
    """
    import asyncio  # only now, for it takes long to load

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(confirmation)
    confirmation.close()
    if inspect.iscoroutine(awaitable):
        awaitable.close()
    raise RuntimeError("on an event loop, call a handler that is a coroutine function by async_client_for(handlers)")


class InMemoryTransport(_InMemory):
    """Calls handlers in the thread of the caller; those that are coroutine functions on an event loop of their own."""

    def send(self, request: OutgoingRequest) -> IncomingResponse:
        """Return the response of the handlers.

        Raises:
            Exception: whatever a handler raises, but a Refusal.
        """
        admitted = self._admit(request)
        if isinstance(admitted, Response):
            return _receive(admitted)
        outcome = self._exchange.respond(admitted, request.body)
        if not isinstance(outcome, Response):
            outcome = _run(self._confirm(outcome), outcome.result)
        return _receive(outcome)

    def close(self) -> None:
        """Do nothing: there are no connections."""


class AsyncInMemoryTransport(_InMemory):
    """Calls handlers on the event loop of the caller; those that are plain functions there as well."""

    async def send(self, request: OutgoingRequest) -> IncomingResponse:
        """Return the response of the handlers.

        Raises:
            Exception: whatever a handler raises, but a Refusal.
        """
        admitted = self._admit(request)
        if isinstance(admitted, Response):
            return _receive(admitted)
        outcome = self._exchange.respond(admitted, request.body)
        if not isinstance(outcome, Response):
            outcome = await self._confirm(outcome)
        return _receive(outcome)

    async def close(self) -> None:
        """Do nothing: there are no connections."""
