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
from schemapress.receiver.inbox.deliveries import (
    ROWS_PER_READ,
    Attempt,
    Line,
    Row,
    WaitingRow,
    describe_error,
    find_waiting,
    load,
)
from schemapress.receiver.log import name_for_log

from .leadership import SECONDS_OF_LEASE, Leadership
from .queue import MOST_OF_LINE, DeliveryQueue, Waiting
from .retry import RetryPolicy

_LOG = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
"""How often the table is looked at where nobody says that a message came."""

SECONDS_BETWEEN_FULL_LOOKS = 5.0
"""How often it is looked at from its beginning, for dead messages that somebody lets wait again."""

MOST_QUEUED = 50_000
"""Messages that are queued; more wait in the database."""

MOST_READS = 10
"""How often rows are read before deliveries start."""

_T = TypeVar("_T")


class Undeliverable(Exception):
    """A delivery failed, and would fail again."""


class Accepted(Exception):
    """A delivery succeeded, though something went wrong, which its cause says."""


class NotBefore(Exception):
    """A delivery failed, and the next one begins after some seconds, or later. Its cause says why."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class RunsOn(Exception):
    """A delivery was given up and still runs, which only the end of the process changes. Its cause says why."""


class Deliverer:
    """Delivers messages until it is stopped.

    `deliver` gets the row of a message; an exception means that it failed. `note` writes what deliveries came to into
    the table; it raises OSError or an error of SQLAlchemy where it can't, and is then called again. `on_start` gets the
    messages whose delivery begins. `longest_wait` is the most seconds that `NotBefore` asks for.

    What a delivery came to is noted before the next message of its ordering key is delivered. So where the process ends
    at any moment, a message may be delivered once more, but never after a later one. Where a delivery raises `RunsOn`,
    no other delivery begins: `run` returns when the others have ended and all is noted, and the process is to end at
    once.

    With `cancels`, deliveries that run are cancelled where the right to deliver is lost, or can't be confirmed in
    time; their messages still wait then. Without, the leadership ends the process.
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
        leadership: Leadership | None = None,
        longest_wait: float = 0,
        cancels: bool = False,
    ) -> None:
        self._engine = engine
        self._table = table
        self._deliver = deliver
        self._note = note
        self._policy = policy
        self._longest_wait = max(policy.longest, longest_wait)
        self._at_once = at_once
        self._on_start = on_start
        self._leadership = Leadership(engine, table) if leadership is None else leadership
        self._is_leading = False
        self._cancels = cancels
        self._queue = DeliveryQueue()
        self._last = self._last_of_all = 0
        self._running: set[asyncio.Task[None]] = set()
        self._results: list[tuple[Waiting, Attempt]] = []
        self._news = asyncio.Event()
        self._is_stopping = self._is_abandoned = self._is_paused = False
        self._database = ThreadPoolExecutor(1, "inbox")
        self._leader = ThreadPoolExecutor(1, "leadership")
        self.has_endless = False
        """Whether a delivery was given up that still runs."""

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
        loop = asyncio.get_running_loop()
        next_full_look = 0.0
        leading = asyncio.create_task(self._lead())
        try:
            while not self._is_over():
                self._news.clear()
                now = time.monotonic()
                if leading.done():
                    leading.result()  # raises: it only ends with an error that nobody expected
                try:
                    await self._note_results()
                    if self._is_leading and not self._is_stopping:
                        full = now >= next_full_look
                        await self._fill(full)
                        await self._start()
                        next_full_look = now + SECONDS_BETWEEN_FULL_LOOKS if full else next_full_look
                        self._is_paused = False
                except (SQLAlchemyError, OSError) as error:
                    self._pause(error)
                    await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
                    continue
                await self._sleep()
        finally:
            leading.cancel()
            if not self.has_endless:  # else the end of the process gives the right away
                await loop.run_in_executor(self._leader, self._leadership.close, not self._running)
            self._leader.shutdown(wait=False)
            self._database.shutdown()

    async def _lead(self) -> None:
        """Take the right to deliver, and keep checking that it is held."""
        while True:
            holding = asyncio.get_running_loop().run_in_executor(self._leader, self._leadership.hold)
            if self._cancels and self._is_leading:
                await asyncio.wait((holding,), timeout=SECONDS_OF_LEASE - SECONDS_BETWEEN_LOOKS)
                if not holding.done():
                    self._lose()
            try:
                leads = await holding
                self._is_paused = self._is_paused and leads
            except (SQLAlchemyError, OSError) as error:
                self._pause(error)
                leads = False
            if not leads and self._is_leading:
                self._lose()
            elif leads and not self._is_leading:
                self._is_leading = True
                self._last = 0
                self._news.set()
            if not leads and not self._running:
                self._leadership.release_process()
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def _lose(self) -> None:
        """Begin no delivery, since another process may soon; end those that run, where that can be done."""
        self._is_leading = False
        self._last = 0
        self._news.set()
        if self._cancels:
            for task in self._running:
                task.cancel()

    def _pause(self, error: Exception) -> None:
        if not self._is_paused:
            reason = reason_of(error)
            event = {"event": "deliveries-paused"}
            _LOG.error("deliveries pause, since the database can't be used: %s", reason, extra=event)
        self._is_paused = True

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
        """Queue what waits in the table: what came, with `full` a part of all, and the rest of the lines that are cut.

        Only so many rows are read that deliveries do not wait for it.
        """
        self._last, is_over = await self._read_on(self._last)
        if not is_over:
            self._news.set()
        if full:
            self._last_of_all, is_over = await self._read_on(self._last_of_all)
            if is_over:
                self._last_of_all = 0
        for line, last in self._queue.cut_lines():
            rows = await self._in_thread(self._find, last, line, MOST_OF_LINE)
            self._queue.refill(line, [self._wait(row) for row in rows], has_more=len(rows) == MOST_OF_LINE)

    async def _read_on(self, after: int) -> tuple[int, bool]:
        """Queue messages with numbers above `after`; return the last number, and whether there are no more."""
        for _ in range(MOST_READS):
            if len(self._queue) >= MOST_QUEUED:
                return after, True
            rows = await self._in_thread(self._find, after)
            for row in rows:
                self._queue.add(self._wait(row))
            after = rows[-1][0] if rows else after
            if len(rows) < ROWS_PER_READ:
                return after, True
        return after, False

    def _wait(self, row: WaitingRow) -> Waiting:
        """Return a message that waits, no longer than a pause may be: another server's clock may have been ahead."""
        id_, line, attempts, next_at = row
        return Waiting(id_, line, attempts, min(next_at, _now() + int(self._longest_wait * 1e6)))

    def _find(self, after: int, line: Line | None = None, most: int = ROWS_PER_READ) -> list[WaitingRow]:
        with read(self._engine) as connection:
            return find_waiting(connection, self._table, after, line, most)

    async def _start(self) -> None:
        """Start as many deliveries as may run at once."""
        taken: list[Waiting] = []
        while len(self._running) + len(taken) < self._at_once and (message := self._queue.take(_now())):
            taken.append(message)
        if not taken:
            return
        rows: dict[int, Row] | None = None
        try:
            rows = await self._in_thread(self._load, [message.id for message in taken])
        finally:
            if rows is None or not self._is_leading or self._is_stopping:
                for message in taken:
                    self._queue.put_back(message)
        if not self._is_leading or self._is_stopping:
            return
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
        except Accepted as accepted:
            text = describe_error(accepted.__cause__ or accepted)
            result = Attempt(message.id, _now(), attempts, text, is_accepted=True)
        except BaseException as error:  # a handler may raise SystemExit, too
            if isinstance(error, asyncio.CancelledError) and self._cancels and not self._is_leading:
                self._queue.put_back(message)
                return
            if isinstance(error, RunsOn):
                self.has_endless = True
                self.stop()
            pause = None if isinstance(error, Undeliverable) else self._policy.pause(attempts, random.random)
            if isinstance(error, NotBefore) and pause is not None:
                pause = max(pause, error.seconds)
            next_at = None if pause is None else _now() + int(pause * 1e6)
            is_told = isinstance(error, Undeliverable | NotBefore | RunsOn)
            cause = error.__cause__ if is_told and error.__cause__ else error
            text = describe_error(cause)
            result = Attempt(message.id, _now(), attempts, text, next_at)
            _LOG.warning(
                "delivery %d of message %d failed, %s: %s",
                *(attempts, message.id, "no other follows" if pause is None else f"the next in {pause:.1f} s"),
                type(cause).__name__,
                exc_info=None if is_told else error,
                extra={
                    "event": "delivery-failed" if pause is not None else "message-dead",
                    "endpoint": row["endpoint"],
                    "peer": name_for_log(row["sender"], row.get("fingerprint")) if row.get("sender") else None,
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


def _now() -> int:
    return time.time_ns() // 1_000
