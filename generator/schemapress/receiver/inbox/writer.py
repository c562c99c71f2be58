"""Stores messages from an event loop, by the writer's process: what comes while a batch is written is the next one."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Sequence

from .arrival import Answer, Arrival, Outcome, Rejection
from .batch import HEAD, Batch, Written, pack, unpack_written
from .retention import Retention

_LOG = logging.getLogger(__name__)

MOST_WAITING_BYTES = 64_000_000
"""Bytes of bodies that wait for the writer; while there are more, the inbox takes no message."""

MOST_BATCH = 1_000
"""Messages that one transaction writes."""

_Item = tuple[Arrival | Rejection | Answer, "asyncio.Future[Outcome | None]"]


class InboxUnavailable(Exception):
    """A message was not stored, as far as is known; the sender may send it again."""


class InboxWriter:
    """Writes an inbox, from one event loop. Use it as an asynchronous context manager."""

    def __init__(self, url: str, retention: Retention = Retention()) -> None:  # noqa: B008  # frozen
        self._command = (
            *(sys.executable, "-m", "schemapress.receiver.inbox.writer_process"),
            *map(str, (retention.days, retention.quarantine_rows, retention.quarantine_bytes)),
        )
        self._environment = {**os.environ, "SCHEMAPRESS_INBOX_URL": url}
        self._waiting: list[_Item] = []
        self._waiting_bytes = 0
        self._has_work = asyncio.Event()
        self._is_closing = False
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self.is_available = False
        """Whether the last batch was written."""

    async def __aenter__(self) -> InboxWriter:
        """Start the process, and wait until it has the tables.

        Raises:
            InboxUnavailable: the database can't be reached or written.
        """
        await self._start()
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what waits, and end the process."""
        self._is_closing = True
        self._has_work.set()
        if self._task is not None:
            await self._task
        await self._stop()

    async def store(self, arrival: Arrival) -> Outcome:
        """Store a message. Once this returns, it is on the disk.

        Raises:
            InboxUnavailable: it is not, or that is not known.
        """
        outcome = await self._add(arrival, len(arrival.body))
        assert outcome is not None
        return outcome

    async def keep(self, rejection: Rejection) -> None:
        """Put a refused message into the quarantine.

        Raises:
            InboxUnavailable: it is not there.
        """
        await self._add(rejection, len(rejection.body))

    async def finish(self, answer: Answer) -> None:
        """Note that a message was handled, and its answer.

        Raises:
            InboxUnavailable: that was not noted.
        """
        await self._add(answer, len(answer.body))

    def _add(self, item: Arrival | Rejection | Answer, size: int) -> asyncio.Future[Outcome | None]:
        if self._is_closing or self._waiting_bytes > MOST_WAITING_BYTES:
            raise InboxUnavailable("the server is stopping" if self._is_closing else "too many messages wait")
        future: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._waiting_bytes += size
        self._has_work.set()
        return future

    async def _run(self) -> None:
        while True:
            await self._has_work.wait()
            items, self._waiting = self._waiting[:MOST_BATCH], self._waiting[MOST_BATCH:]
            if not self._waiting:
                self._waiting_bytes = 0
                self._has_work.clear()
            if items:
                await self._write(items)
            elif self._is_closing:
                return

    async def _write(self, items: Sequence[_Item]) -> None:
        """Write a batch, and tell those who wait for it."""
        arrivals = [(item, future) for item, future in items if isinstance(item, Arrival)]
        batch = Batch(
            [arrival for arrival, _ in arrivals],
            [item for item, _ in items if isinstance(item, Rejection)],
            [item for item, _ in items if isinstance(item, Answer)],
        )
        written = await self._exchange(batch)
        self.is_available = written.error is None
        if written.error is not None:
            for _, future in items:
                if not future.done():
                    future.set_exception(InboxUnavailable(written.error))
            return
        for (_, future), outcome in zip(arrivals, written.outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)
        for item, future in items:
            if not isinstance(item, Arrival) and not future.done():
                future.set_result(None)

    async def _exchange(self, batch: Batch) -> Written:
        """Return what became of a batch; a process that is gone is started again."""
        try:
            if self._process is None:
                await self._start()
            assert self._process is not None
            assert self._process.stdin is not None
            self._process.stdin.write(pack(batch))
            await self._process.stdin.drain()
            return await self._read()
        except (OSError, asyncio.IncompleteReadError, InboxUnavailable) as lost:
            _LOG.error("the process that writes the inbox is gone: %s", lost)
            await self._stop()
            return Written([], "the process that writes the inbox is gone")

    async def _start(self) -> None:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, env=self._environment
        )
        try:
            error = (await self._read()).error
        except (OSError, asyncio.IncompleteReadError):
            error = "the process that writes the inbox did not start"
        if error is not None:
            await self._stop()
            raise InboxUnavailable(error)
        self.is_available = True

    async def _read(self) -> Written:
        assert self._process is not None
        assert self._process.stdout is not None
        head = await self._process.stdout.readexactly(HEAD.size)
        return unpack_written(await self._process.stdout.readexactly(HEAD.unpack(head)[0]))

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
