"""Messages that are to be sent: stored durably, and sent in order, at least once, by the client of a package."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, Protocol

import sqlalchemy as sa

from schemapress_runtime.http.client.methods import REPEATABLE_METHODS
from schemapress_runtime.http.client.retries import is_temporary, read_retry_after
from schemapress_runtime.http.key_path import read_key

from .delivery.deliverer import Accepted, Deliverer, NotBefore, Undeliverable
from .delivery.retry import RetryPolicy
from .inbox.arrival import identity_of
from .inbox.database import connect, migrate, read
from .inbox.deliveries import Attempt, Row, note
from .inbox.store import take_numbers
from .inbox.tables import OUTBOX, WAITING

LONGEST_RETRY_AFTER = 86_400.0
"""Seconds of a `Retry-After` that are respected at most, so that no receiver stops an outbox for good."""


class DocumentClient(Protocol):
    """An `AsyncClient` of a generated package."""

    async def send_document(self, operation: Any, document: bytes, /, **arguments: object) -> Any:
        """Send a document; Any: the operation and the answer are of the package."""


class UnknownMethod(KeyError):
    """The client of an outbox has no method of a name."""

    def __str__(self) -> str:
        return str(self.args[0])


class KeyTaken(Exception):
    """Another message with the key of a message is in the outbox."""


class Outbox:
    """The outbox of one client: `put` stores a message, `run` and `send_all` send what is stored.

    Messages of one ordering key follow one another. A message with an idempotency key is sent again where nobody
    answered, or with a status that another attempt may change, not before a `Retry-After`; another one only where it
    can't have arrived. One that is refused is dead, and the next one of its ordering key goes on. Where the process
    ends, the next one that runs goes on; a message may then be sent twice, which an idempotency key makes harmless.
    Where a process loses the right to send, which PostgreSQL can take away, the requests that run are cancelled, and
    sent again by the one that has it next.
    """

    def __init__(
        self, url: str, client: DocumentClient, *, policy: RetryPolicy | None = None, at_once: int = 8
    ) -> None:
        """Open the database of a URL, and make its tables if they are missing.

        `client` is an `AsyncClient` of a generated package; give it `NO_RETRIES`, since the outbox tries again itself.

        Raises:
            TypeError: the client is not asynchronous.
            SchemapressError: the database can't be used.
        """
        if not iscoroutinefunction(getattr(client, "send_document", None)):
            raise TypeError(f"an outbox sends by an AsyncClient of a package, not by {client!r}")
        self.engine = connect(url)
        migrate(self.engine)
        self._client = client
        self._module: Any = sys.modules[type(client).__module__]  # of the package
        self._operations: Mapping[str, Any] = self._module.OPERATIONS
        policy = RetryPolicy() if policy is None else policy
        self._make_deliverer = partial(
            Deliverer,
            self.engine,
            OUTBOX,
            self._send,
            self._note,
            policy=policy,
            at_once=at_once,
            longest_wait=LONGEST_RETRY_AFTER,
            cancels=True,
        )
        self._deliverer: Deliverer | None = None

    def put(self, method: str, message: object, *, connection: sa.Connection | None = None) -> int:
        """Store a message for a method of the client, and return its number. Once this returns, it is on the disk.

        That takes as long as the disk or the network: in a coroutine, use `put_async`.

        With a `connection` it is part of the transaction there, on a database that has the tables of the outbox. The
        same message again, by its idempotency key, is stored once.

        Raises:
            UnknownMethod: the client has no such method; a KeyError.
            ValueError: the method has parameters or header blocks, which an outbox does not keep.
            InvalidDocument: the message is not valid.
            KeyTaken: another message with its key is here.
        """
        operation = self._operations.get(method)
        if operation is None:
            raise UnknownMethod(f"the client has no method {method!r}; it has {', '.join(sorted(self._operations))}")
        if operation.parameters or operation.envelope is not None:
            raise ValueError(f"{method} has parameters or header blocks, which an outbox does not keep")
        body: bytes = operation.encode(message)
        message_key = read_key(operation.idempotency_key, message)
        ordering_key = read_key(operation.ordering_key, message)
        identity = None if message_key is None else identity_of(message_key, method)
        digest = hashlib.sha256(body).digest()
        with self.engine.begin() if connection is None else nullcontext(connection) as used:
            number = take_numbers(used, OUTBOX, 1)
            if identity is not None:
                known = used.execute(
                    sa.select(OUTBOX.c.id, OUTBOX.c.digest).where(OUTBOX.c.identity == identity)
                ).first()
                if known is not None:
                    if bytes(known.digest) != digest:
                        raise KeyTaken(f"another message with the key {message_key!r} is number {known.id}")
                    return int(known.id)
            row = {
                "id": number,
                "identity": identity,
                "endpoint": method,
                "message_key": message_key,
                "ordering_key": ordering_key,
                "created_at": time.time_ns() // 1_000,
                "state": WAITING,
                "attempts": 0,
                "next_attempt_at": 0,
                "digest": digest,
                "body": body,
            }
            used.execute(sa.insert(OUTBOX), row)
        return number

    async def put_async(self, method: str, message: object) -> int:
        """Store a message as `put` does, in a thread, so that the event loop goes on meanwhile.

        Await one before the next one of the same ordering key, for their order.

        Raises:
            UnknownMethod, ValueError, InvalidDocument, KeyTaken: as `put` does.
        """
        return await asyncio.to_thread(self.put, method, message)

    async def run(self) -> None:
        """Send what is stored and what comes, until `stop` is called.

        Raises:
            RuntimeError: it runs already.
        """
        if self._deliverer is not None:
            raise RuntimeError("the outbox is being sent already")
        self._deliverer = self._make_deliverer()
        try:
            await self._deliverer.run()
        finally:
            self._deliverer = None

    def stop(self) -> None:
        """Send no more messages; `run` returns when the calls that run have ended."""
        if self._deliverer is not None:
            self._deliverer.stop()

    async def send_all(self) -> None:
        """Send what is stored, until nothing waits any more."""
        running = asyncio.create_task(self.run())
        try:
            while not running.done() and await asyncio.to_thread(self._is_waiting):
                await asyncio.sleep(0.05)
        finally:
            self.stop()
            await running

    def close(self) -> None:
        """Close the database."""
        self.engine.dispose()

    def _is_waiting(self) -> bool:
        with read(self.engine) as connection:
            return (
                connection.execute(sa.select(OUTBOX.c.id).where(OUTBOX.c.state == WAITING).limit(1)).first() is not None
            )

    async def _send(self, row: Row) -> None:
        operation = self._operations.get(row["endpoint"])
        if operation is None:
            raise Undeliverable(f"the client has no method {row['endpoint']}")
        is_repeatable = row["message_key"] is not None or operation.method in REPEATABLE_METHODS
        try:
            await self._client.send_document(operation, bytes(row["body"]))
        except self._module.Refused as refused:
            if is_repeatable and is_temporary(refused.status):
                seconds = read_retry_after(refused.headers.get("retry-after"), time.time())
                raise NotBefore(min(seconds or 0.0, LONGEST_RETRY_AFTER)) from refused
            raise Undeliverable(str(refused)) from refused
        except self._module.UnexpectedAnswer as unexpected:
            raise Accepted from unexpected
        except self._module.Unreachable as unreachable:
            if unreachable.may_have_arrived and not is_repeatable:
                raise Undeliverable("it may have arrived, and has no idempotency key") from unreachable
            raise

    async def _note(self, attempts: Sequence[Attempt]) -> None:
        def write() -> None:
            with self.engine.begin() as connection:
                note(connection, OUTBOX, attempts)

        await asyncio.to_thread(write)
