"""The ASGI application around the handlers of a package (ASGI 3.0)."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Protocol

from ..report.problem import InvalidDocument
from .exchange import AdmittedRequest, DecodedRequest, Endpoint, Exchange, Response

Scope = MutableMapping[str, Any]  # the types that ASGI servers and asgiref give these three
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

DECODED_AT_ONCE = 4_096
"""Bytes of a body that is decoded on the event loop; a longer one is decoded in a thread.

Measured on a message of this size: decoding a valid one takes 0.1 ms, and going to a thread and back 0.2 ms, so that
a thread would cost more than it frees. An invalid one takes up to 4 µs per byte, 16 ms here; a thread
that computes holds up the loop for 5 ms at a time (`sys.getswitchinterval`) as well.
"""


class Intake(Protocol):
    """What an application asks before a message goes to its handler, such as an inbox that stores it first."""

    async def receive(
        self, decoded: DecodedRequest, scope: Scope, handle: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Return the response to a valid message; `handle` calls the handler, and returns its response."""

    async def reject(
        self, admitted: AdmittedRequest, body: bytes, scope: Scope, response: Response, invalid: InvalidDocument | None
    ) -> Response:
        """Return the response to a message that is refused; the one given, or another."""


class AsgiApplication:
    """Answers requests by the handlers of its endpoints.

    A handler that is a plain function runs in a thread, so that it does not hold up other requests; one
    that is a coroutine function is awaited. What a plain function returns to be awaited is awaited as well.
    Where there is an intake, it decides about each message whose header fields are in order.
    """

    def __init__(self, exchange: Exchange, intake: Intake | None = None) -> None:
        self._exchange = exchange
        self._intake = intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            response = await self._respond(scope, receive)
            if response is not None:
                await _send(response, scope["method"], send)
                if response.stop is not None:
                    raise response.stop
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1003})

    async def _respond(self, scope: Scope, receive: Receive) -> Response | None:
        fields = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        certificates = scope.get("extensions", {}).get("tls", {}).get("client_cert_chain") or (None,)
        admitted = self._exchange.admit(scope["method"], scope["path"], fields, certificates[0])
        if isinstance(admitted, Response):
            return admitted
        body = await self._body(receive)
        if body is None or isinstance(body, Response):
            return body
        if self._intake is not None:
            return await self._take_in(self._intake, admitted, body, scope)
        return await self._handle(admitted, body)

    async def _body(self, receive: Receive) -> bytes | Response | None:
        """Return the body, the response to one that is too long, or None where the sender has gone."""
        body = bytearray()
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None
            body += event.get("body", b"")
            if len(body) > self._exchange.max_body:
                return self._exchange.refuse_too_large()
            if not event.get("more_body", False):
                return bytes(body)

    async def _take_in(self, intake: Intake, admitted: AdmittedRequest, body: bytes, scope: Scope) -> Response:
        """Return the response of the intake."""
        decoded = await self._decode(admitted, body)
        if isinstance(decoded, Response):
            return await intake.reject(admitted, body, scope, decoded, None)
        if isinstance(decoded, InvalidDocument):
            response = await asyncio.to_thread(self._exchange.refuse_invalid, decoded)
            return await intake.reject(admitted, body, scope, response, decoded)
        return await intake.receive(decoded, scope, partial(self._call, decoded))

    async def _handle(self, admitted: AdmittedRequest, body: bytes) -> Response:
        exchange, endpoint = self._exchange, admitted.endpoint
        if not inspect.iscoroutinefunction(endpoint.handle):
            outcome = await asyncio.to_thread(exchange.respond, admitted, body)
            return outcome if isinstance(outcome, Response) else await self._await(endpoint, outcome)
        decoded = await self._decode(admitted, body)
        if isinstance(decoded, InvalidDocument):
            return await asyncio.to_thread(exchange.refuse_invalid, decoded)
        return decoded if isinstance(decoded, Response) else await self._call(decoded)

    async def _decode(self, admitted: AdmittedRequest, body: bytes) -> DecodedRequest | InvalidDocument | Response:
        """Decode a body, in a thread if it is long."""
        if len(body) <= DECODED_AT_ONCE:
            return self._exchange.decode(admitted, body)
        return await asyncio.to_thread(self._exchange.decode, admitted, body)

    async def _call(self, decoded: DecodedRequest) -> Response:
        """Return the response of the handler of a message."""
        outcome: Response | Awaitable[object]
        if inspect.iscoroutinefunction(decoded.endpoint.handle):
            outcome = self._exchange.handle(decoded)
        else:
            outcome = await asyncio.to_thread(self._exchange.handle, decoded)
        return outcome if isinstance(outcome, Response) else await self._await(decoded.endpoint, outcome)

    async def _await(self, endpoint: Endpoint, outcome: Awaitable[object]) -> Response:
        """Return the response for what a handler returned to be awaited."""
        task = _current_task()
        try:
            return self._exchange.confirm(endpoint, await outcome)
        except BaseException as raised:
            if _ends_the_request(raised, task):
                raise
            return self._exchange.respond_to_error(endpoint, raised)


def _ends_the_request(raised: BaseException, task: asyncio.Task[Any] | None) -> bool:
    """Whether the server is ending the request, whose task is given; else its handler itself raised this."""
    if isinstance(raised, asyncio.CancelledError):
        return task is None or task.cancelling() > 0
    if isinstance(raised, GeneratorExit):  # a coroutine that is closed is closed from outside of its task
        return task is None or _current_task() is not task
    return False


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:  # no event loop is running
        return None


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


async def _send(response: Response, method: str, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.fields]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content(method)})
