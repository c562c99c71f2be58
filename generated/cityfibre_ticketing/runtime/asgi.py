"""The ASGI application around the handlers of a package (ASGI 3.0)."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from .exchange import Answer, Endpoint, Exchange, Request

Scope = MutableMapping[str, Any]  # the types that ASGI servers and asgiref give these three
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class AsgiApplication:
    """Answers requests by the handlers of its endpoints.

    A handler that is a plain function runs in a thread, so that it does not hold up other requests; one
    that is a coroutine function is awaited.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(scope, receive)
            if answer is not None:
                await _send(answer, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1003})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        certificates = scope.get("extensions", {}).get("tls", {}).get("client_cert_chain") or (None,)
        request = Request(scope["method"], scope["path"], headers, client_certificate=certificates[0])
        endpoint = self._exchange.admit(request)
        if isinstance(endpoint, Answer):
            return endpoint
        body = await self._body(receive)
        if body is None or isinstance(body, Answer):
            return body
        return await self._call(endpoint, Request(request.method, request.path, headers, body, certificates[0]))

    async def _body(self, receive: Receive) -> bytes | Answer | None:
        """Return the body, the answer to one that is too long, or None where the sender has gone."""
        parts: list[bytes] = []
        size = 0
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None
            part = event.get("body", b"")
            size += len(part)
            if size > self._exchange.max_body:
                return self._exchange.too_large()
            parts.append(part)
            if not event.get("more_body", False):
                return b"".join(parts)

    async def _call(self, endpoint: Endpoint, request: Request) -> Answer:
        try:
            message = self._exchange.decode(endpoint, request)
            if isinstance(message, Answer):
                return message
            if inspect.iscoroutinefunction(endpoint.handle):
                result = await endpoint.handle(message, request)
            else:
                result = await asyncio.to_thread(endpoint.handle, message, request)
            return self._exchange.success(endpoint, result)
        except Exception as failed:  # whatever a handler raises must become an answer
            return self._exchange.failure(endpoint, failed)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if answer.status not in (204, 304):
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
