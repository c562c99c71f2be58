"""Calls the handler of a message that is stored in the inbox."""

from __future__ import annotations

import asyncio
import inspect
import json
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

import sqlalchemy as sa

from schemapress.receiver.inbox.database import read
from schemapress.receiver.inbox.deliveries import Row
from schemapress.receiver.inbox.query import get_certificate
from schemapress.receiver.package import is_invalid_document, is_refusal, is_reply, is_response
from schemapress_runtime.http.admitted_request import DecodedRequest
from schemapress_runtime.http.exchange import Exchange

from .deliverer import Undeliverable


class HandlerCaller:
    """Calls the handlers of a package with stored messages.

    A handler that is a plain function runs in a thread of its own pool; one that is a coroutine function is awaited.
    """

    def __init__(self, exchange: Exchange, engine: sa.Engine, threads: int) -> None:
        self._exchange = exchange
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, "handler")
        self._certificates: dict[str, str | None] = {}

    async def __call__(self, row: Row) -> None:
        """Call the handler of the message in a row.

        Raises:
            Undeliverable: the message has no endpoint or is no longer valid, since the package was built anew, or its
                handler refused it.
            BaseException: whatever the handler raises.
        """
        loop = asyncio.get_running_loop()
        decoded = await loop.run_in_executor(self._threads, self._decode, row)
        try:
            if inspect.iscoroutinefunction(decoded.endpoint.handle):
                result: Any = decoded.call()
            else:
                result = await loop.run_in_executor(self._threads, partial(copy_context().run, decoded.call))
            if inspect.isawaitable(result):
                result = await result
        except Exception as raised:
            if is_refusal(raised):
                raise Undeliverable(str(raised)) from raised
            raise
        if is_reply(result) and result.status >= 400:
            raise Undeliverable(f"the handler answered with {result.status}")

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
