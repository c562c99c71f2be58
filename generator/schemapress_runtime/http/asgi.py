"""The ASGI application around the handlers of a package (ASGI 3.0)."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..report.problem import InvalidDocument
from .admitted_request import AdmittedRequest, Pending
from .exchange import Exchange
from .request_path import path_below
from .response import Response

if TYPE_CHECKING:  # it takes long to load, and a WSGI application does not need it
    import asyncio

Outcome = TypeVar("Outcome")

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
    """What takes messages instead of their handlers, such as an inbox that stores them first."""

    async def take(
        self, admitted: AdmittedRequest, body: bytes, scope: Scope, handle: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Return the response to a request; `handle` decodes it and calls its handler, and returns that response."""
        ...


class AsgiApplication:
    """Answers requests by the handlers of its endpoints.

    A handler that is a plain function runs in a thread, so that it does not hold up other requests; one
    that is a coroutine function is awaited. What a plain function returns to be awaited is awaited as well.
    Where there is an intake, it gets each request whose header fields are in order.
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
        path = path_below(scope.get("root_path", ""), scope["path"], scope.get("raw_path"))
        query = scope.get("query_string", b"")
        admitted = self._exchange.admit(scope["method"], path, fields, certificates[0], query)
        if isinstance(admitted, Response):
            return admitted
        body = await self._body(receive)
        if body is None or isinstance(body, Response):
            return body
        if self._intake is None:
            return await self._handle(admitted, body)
        return await self._intake.take(admitted, body, scope, partial(self._handle, admitted, body))

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

    async def _handle(self, admitted: AdmittedRequest, body: bytes) -> Response:
        exchange = self._exchange
        outcome: Response | Pending
        if inspect.iscoroutinefunction(admitted.endpoint.handle):
            if len(body) <= DECODED_AT_ONCE:
                decoded = exchange.decode(admitted, body)
            else:
                decoded = await _in_thread(exchange.decode, admitted, body)
            if isinstance(decoded, InvalidDocument):
                return await _in_thread(exchange.refuse_invalid, decoded)
            if isinstance(decoded, Response):
                return decoded
            if inspect.iscoroutinefunction(decoded.endpoint.handle):
                outcome = exchange.handle(decoded)
            else:  # of the operations of one endpoint, some are coroutine functions
                outcome = await _in_thread(exchange.handle, decoded)
        else:
            outcome = await _in_thread(exchange.respond, admitted, body)
        if isinstance(outcome, Response):
            return outcome
        endpoint, request = outcome.decoded.endpoint, outcome.decoded.request
        task = _current_task()
        try:
            return exchange.confirm(endpoint, await outcome.result, request)
        except BaseException as raised:
            if _ends_the_request(raised, task):
                raise
            return exchange.respond_to_error(endpoint, raised, request)


async def _in_thread(function: Callable[..., Outcome], *arguments: Any) -> Outcome:
    import asyncio

    return await asyncio.to_thread(function, *arguments)


def _ends_the_request(raised: BaseException, task: asyncio.Task[Any] | None) -> bool:
    """Whether the server is ending the request, whose task is given; else its handler itself raised this."""
    import asyncio

    if isinstance(raised, asyncio.CancelledError):
        return task is None or task.cancelling() > 0
    if isinstance(raised, GeneratorExit):  # a coroutine that is closed is closed from outside of its task
        return task is None or _current_task() is not task
    return False


def _current_task() -> asyncio.Task[Any] | None:
    import asyncio

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
