"""Delivers the messages of a table: in order per ordering key, at least once, several keys at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from schemapress.receiver.inbox.database import read, reason_of
from schemapress.receiver.inbox.deliveries import ROWS_AT_ONCE, Attempt, Row, WaitingRow, find_waiting, load

from .leadership import Leadership
from .queue import DeliveryQueue, Waiting
from .retry import RetryPolicy

_LOG = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
"""How often the table is looked at where nobody says that a message came."""

SECONDS_BETWEEN_FULL_LOOKS = 5.0
"""How often it is looked at from its beginning, for dead messages that somebody lets wait again."""

MOST_QUEUED = 50_000
"""Messages that are queued; more wait in the database."""

LONGEST_ERROR = 2_000

_T = TypeVar("_T")


class Undeliverable(Exception):
    """A delivery failed, and would fail again."""


class Deliverer:
    """Delivers messages until it is stopped.

    `deliver` gets the row of a message; an exception means that it failed. `note` writes what deliveries came to into
    the table; it raises OSError or an error of SQLAlchemy where it can't, and is then called again. `on_start` gets the
    messages whose delivery begins. What a delivery
    came to is noted before the next message of its ordering key is delivered. So where the process ends at any moment,
    a message may be delivered once more, but never after a later one.
    """

    def __init__(
        self,
        engine: sa.Engine,
        table: sa.Table,
        deliver: Callable[[Row], Awaitable[None]],
        note: Callable[[Sequence[Attempt]], Awaitable[None]],
        *,
        policy: RetryPolicy = RetryPolicy(),  # noqa: B008  # frozen
        at_once: int = 8,
        on_start: Callable[[Sequence[Waiting]], None] = lambda _: None,
    ) -> None:
        self._engine = engine
        self._table = table
        self._deliver = deliver
        self._note = note
        self._policy = policy
        self._at_once = at_once
        self._on_start = on_start
        self._leadership = Leadership(engine, table)
        self._queue = DeliveryQueue()
        self._last = 0
        self._running: set[asyncio.Task[None]] = set()
        self._results: list[tuple[Waiting, Attempt]] = []
        self._news = asyncio.Event()
        self._is_stopping = self._is_abandoned = False
        self._database = ThreadPoolExecutor(1, "inbox")

    def look(self) -> None:
        """Look at the table now: a message came."""
        self._news.set()

    def stop(self) -> None:
        """Start no more deliveries; `run` returns when those that run are noted."""
        self._is_stopping = True
        self._news.set()

    def abandon(self) -> None:
        """Start no more deliveries, and note nothing: `run` returns when those that run are finished."""
        self._is_abandoned = True
        self.stop()

    async def run(self) -> None:
        """Deliver until `stop` or `abandon` is called."""
        next_look = next_full_look = 0.0
        is_leading = is_paused = False
        try:
            while not self._is_over():
                self._news.clear()
                now = time.monotonic()
                try:
                    await self._note_results()
                    if not self._is_stopping:
                        leads = await self._in_thread(self._leadership.hold) if now >= next_look else is_leading
                        if leads and not is_leading:
                            self._last = 0
                        is_leading = leads
                        if leads:
                            full = now >= next_full_look
                            await self._fill(full)
                            await self._start()
                            next_full_look = now + SECONDS_BETWEEN_FULL_LOOKS if full else next_full_look
                        next_look = now + SECONDS_BETWEEN_LOOKS if now >= next_look else next_look
                    is_paused = False
                except (SQLAlchemyError, OSError) as error:
                    if not is_paused:
                        _LOG.error(
                            "deliveries pause, since the database can't be used: %s",
                            reason_of(error),
                            extra={"event": "deliveries-paused"},
                        )
                    is_paused, is_leading = True, False
                    await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
                    continue
                await self._sleep()
        finally:
            self._leadership.close()
            self._database.shutdown()

    def _is_over(self) -> bool:
        return self._is_stopping and not self._running and (self._is_abandoned or not self._results)

    async def _sleep(self) -> None:
        """Wait until there is something to do, or it is time to look."""
        seconds = SECONDS_BETWEEN_LOOKS
        time_of_next = self._queue.next_time()
        if time_of_next is not None and len(self._running) < self._at_once:
            seconds = min(seconds, max(0.0, (time_of_next - _now()) / 1e6))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)

    async def _fill(self, full: bool) -> None:
        """Queue what waits in the table."""
        after = 0 if full else self._last
        while len(self._queue) < MOST_QUEUED:
            rows = await self._in_thread(self._find, after)
            for id_, line, attempts, next_at in rows:
                self._queue.add(Waiting(id_, line, attempts, next_at))
                after = id_
            self._last = max(self._last, after)
            if len(rows) < ROWS_AT_ONCE:
                break

    def _find(self, after: int) -> list[WaitingRow]:
        with read(self._engine) as connection:
            return find_waiting(connection, self._table, after)

    async def _start(self) -> None:
        """Start as many deliveries as may run at once."""
        taken: list[Waiting] = []
        while len(self._running) + len(taken) < self._at_once and (message := self._queue.take(_now())):
            taken.append(message)
        if not taken:
            return
        try:
            rows = await self._in_thread(self._load, [message.id for message in taken])
        except BaseException:
            for message in taken:
                self._queue.put_back(message)
            raise
        self._on_start([message for message in taken if message.id in rows])
        for message in taken:
            if message.id not in rows:  # somebody deleted it
                self._queue.remove(message.id)
                self._news.set()
                continue
            task = asyncio.create_task(self._try(message, rows[message.id]))
            self._running.add(task)
            task.add_done_callback(self._end)

    def _load(self, ids: list[int]) -> dict[int, Row]:
        with read(self._engine) as connection:
            return load(connection, self._table, ids)

    async def _try(self, message: Waiting, row: Row) -> None:
        attempts = message.attempts + 1
        try:
            await self._deliver(row)
            result = Attempt(message.id, _now(), attempts)
        except BaseException as error:  # a handler may raise SystemExit, too
            pause = None if isinstance(error, Undeliverable) else self._policy.pause(attempts, random.random)
            next_at = None if pause is None else _now() + int(pause * 1e6)
            cause = error.__cause__ if isinstance(error, Undeliverable) and error.__cause__ else error
            text = _describe(cause)
            result = Attempt(message.id, _now(), attempts, text, next_at)
            _LOG.warning(
                "delivery %d of message %d failed, %s: %s",
                *(attempts, message.id, "no other follows" if pause is None else f"the next in {pause:.1f} s"),
                type(cause).__name__,
                exc_info=None if isinstance(error, Undeliverable) else error,
                extra={
                    "event": "delivery-failed" if pause is not None else "message-dead",
                    "endpoint": row["endpoint"],
                    "peer": row.get("sender") or None,
                    "message_number": message.id,
                    "attempt": attempts,
                },
            )
        self._results.append((message, result))

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._news.set()

    async def _note_results(self) -> None:
        """Note what deliveries came to; only then does the turn of the next messages come."""
        results = list(self._results)
        if not results or self._is_abandoned:
            return
        await self._note([attempt for _, attempt in results])
        del self._results[: len(results)]
        for message, attempt in results:
            if attempt.next_at is None:
                self._queue.remove(message.id)
            else:
                self._queue.put_back(replace(message, attempts=attempt.attempts, not_before=attempt.next_at))

    async def _in_thread(self, function: Callable[..., _T], *arguments: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._database, function, *arguments)


def _describe(error: BaseException) -> str:
    """Return the name and the text of an error, as every database can store it."""
    try:
        text = str(error)
    except Exception:  # a handler's own class may fail at this
        text = ""
    storable = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return f"{type(error).__name__}: {storable}"[:LONGEST_ERROR]


def _now() -> int:
    return time.time_ns() // 1_000
