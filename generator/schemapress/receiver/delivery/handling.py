"""Calls the handler of a message that is stored in the inbox."""

from __future__ import annotations

import asyncio
import inspect
import json
import ssl
import threading
from collections.abc import Awaitable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, NamedTuple

import sqlalchemy as sa

from schemapress.receiver.inbox.database import read
from schemapress.receiver.inbox.deliveries import Row
from schemapress.receiver.inbox.query import get_certificate
from schemapress.receiver.package import is_invalid_document, is_refusal, is_reply, is_response
from schemapress_runtime.http.admitted_request import DecodedRequest
from schemapress_runtime.http.exchange import Exchange

from .deliverer import RunsOn, Undeliverable

SECONDS_TO_CANCEL = 5.0
"""How long a coroutine may take to end once it is cancelled."""


class HandlerOverdue(Exception):
    """A handler was cancelled, since it did not end within its time limit."""


class _Exit(NamedTuple):
    """What a coroutine raised that would end its event loop."""

    error: SystemExit | KeyboardInterrupt


class HandlerCaller:
    """Calls the handlers of a package with stored messages.

    A handler that is a plain function runs in a thread of its own pool. One that is a coroutine function runs in an
    event loop of its own, so that results are noted whatever handlers do. `seconds` is the time limit; 0 is none.
    """

    def __init__(self, exchange: Exchange, engine: sa.Engine, threads: int, seconds: float = 0) -> None:
        self._exchange = exchange
        self._engine = engine
        self._seconds = seconds or None
        self._threads = ThreadPoolExecutor(threads, "handler")
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._run_loop, name="coroutine handlers", daemon=True).start()
        self._certificates: dict[str, str | None] = {}

    async def __call__(self, row: Row) -> None:
        """Call the handler of the message in a row.

        Raises:
            Undeliverable: the message has no endpoint or is no longer valid, since the package was built anew, or its
                handler refused it.
            HandlerOverdue: the handler did not end in time, and was cancelled.
            RunsOn: it did not end in time, and runs on.
            TypeError: the handler returned what the endpoint does not declare.
            BaseException: whatever the handler raises.
        """
        loop = asyncio.get_running_loop()
        decoded = await loop.run_in_executor(self._threads, self._decode, row)
        try:
            if inspect.iscoroutinefunction(decoded.endpoint.handle):
                result: Any = decoded.call()
            else:
                result = await self._end_of(self._threads.submit(copy_context().run, _call, decoded), self._seconds)
            if inspect.isawaitable(result):
                result = await self._await(result)
        except Exception as raised:
            if is_refusal(raised):
                raise Undeliverable(str(raised)) from raised
            raise
        if is_reply(result) and result.status >= 400:
            raise Undeliverable(f"the handler answered with {result.status}")
        self._exchange.confirm(decoded.endpoint, result, decoded.request)

    def _run_loop(self) -> None:
        while True:  # a handler may stop its loop, and the others go on
            self._loop.run_forever()

    async def _await(self, awaitable: Awaitable[Any]) -> Any:  # Any: what a handler returns
        seconds = None if self._seconds is None else self._seconds + SECONDS_TO_CANCEL
        coroutine = _cancel_after(self._seconds, awaitable)
        result = await self._end_of(asyncio.run_coroutine_threadsafe(coroutine, self._loop), seconds)
        if isinstance(result, _Exit):
            raise result.error
        return result

    async def _end_of(self, future: Future[Any], seconds: float | None) -> Any:
        """Return the result of a handler. RunsOn: there is none after these seconds."""
        result = asyncio.wrap_future(future)
        await asyncio.wait((result,), timeout=seconds)
        if not result.done():
            raise RunsOn from HandlerOverdue(_describe_limit(self._seconds))
        return result.result()

    def _decode(self, row: Row) -> DecodedRequest:
        method = row["endpoint"].partition(" ")[0]
        headers: dict[str, str] = json.loads(row["headers"])
        certificate = self._certificate(row["fingerprint"])
        admitted: Any = self._exchange.admit_target(method, row["path"], headers.items(), certificate)
        if is_response(admitted):
            raise Undeliverable(f"the package has no endpoint for {row['endpoint']}")
        decoded: Any = self._exchange.decode(admitted, bytes(row["body"]))
        if is_invalid_document(decoded):
            raise Undeliverable(f"the message is no longer valid: {decoded}") from decoded
        if is_response(decoded):
            raise Undeliverable(f"the message is no longer accepted: {decoded.status}")
        request: DecodedRequest = decoded
        return request

    def _certificate(self, fingerprint: str | None) -> str | None:
        """Return a certificate in PEM."""
        if fingerprint is None:
            return None
        if fingerprint not in self._certificates:
            with read(self._engine) as connection:
                content = get_certificate(connection, fingerprint)
            self._certificates[fingerprint] = None if content is None else ssl.DER_cert_to_PEM_cert(content)
        return self._certificates[fingerprint]


def _call(decoded: DecodedRequest) -> Any:  # Any: what a handler returns
    """Call a plain handler. What it raises can be the exception of a future, which StopIteration can't."""
    try:
        return decoded.call()
    except StopIteration as raised:
        raise RuntimeError("the handler raised StopIteration") from raised


async def _cancel_after(seconds: float | None, awaitable: Awaitable[Any]) -> Any:  # Any: what a handler returns
    """Return the result of a handler, or its `_Exit`. HandlerOverdue: it was cancelled after these seconds."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await awaitable
    except (SystemExit, KeyboardInterrupt) as error:
        return _Exit(error)
    except TimeoutError:
        if not limit.expired():  # the handler's own
            raise
        raise HandlerOverdue(_describe_limit(seconds)) from None


def _describe_limit(seconds: float | None) -> str:
    return f"the handler did not end within {seconds:g} seconds"
