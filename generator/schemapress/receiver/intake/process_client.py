"""Hands requests to the process of the inbox, from an event loop.

What comes while a batch is written is the next batch: a group commit, which waits for nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import sys
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import Any, get_args

from schemapress.receiver.frames import FrameReader
from schemapress.receiver.inbox.arrival import FailedHandling, StoredAnswer, Submission, SubmissionReply
from schemapress.receiver.inbox.deliveries import Attempt

from .batch import Batch, Entry, Written, pack, unpack_written
from .process import COMMAND, OUTPUT, IntakeSettings

_LOG = logging.getLogger(__name__)

MOST_WAITING_BYTES = 64_000_000
"""Bytes of bodies that wait for the process; while there are more, no message is taken."""

MOST_BATCH = 100
"""Messages that one transaction writes."""

MOST_BATCH_BYTES = 8_000_000

PIPE_BYTES = 1_048_576
"""Bytes that a pipe to or from the process may hold: the most that Linux lets every user ask for."""

SECONDS_TO_START = 60
SECONDS_TO_END = 10
SECONDS_PER_BATCH = 60
SECONDS_BETWEEN_STARTS = 1.0

_Item = tuple[Entry, "asyncio.Future[Any]"]  # Any: a SubmissionReply for a Submission, else None


class InboxUnavailable(Exception):
    """A message was not stored, as far as is known; the sender may send it again."""


class _Connection(asyncio.SubprocessProtocol):
    """Reads what the process prints."""

    def __init__(self, on_result: Callable[[Written], None], on_end: Callable[[], None]) -> None:
        self._frames = FrameReader()
        self._on_result = on_result
        self._on_end = on_end
        self._has_ended = False

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == OUTPUT and not self._has_ended:  # what comes later belongs to no batch any more
            for content in self._frames.feed(data):
                self._on_result(unpack_written(content))

    def process_exited(self) -> None:
        self._has_ended = True
        self._on_end()


class InboxProcess:
    """The process of the inbox, for one event loop. Use it as an asynchronous context manager.

    `on_written` is called with what became of each batch. A process that ends is started again; `on_restart` is called
    each time.
    """

    def __init__(
        self,
        settings: IntakeSettings,
        on_written: Callable[[Written], None] = lambda _: None,
        on_restart: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._on_written = on_written
        self._on_restart = on_restart
        self._waiting: deque[_Item] = deque()
        self._waiting_bytes = 0
        self._sent: list[_Item] = []
        self._deadline: asyncio.TimerHandle | None = None
        self._input: asyncio.WriteTransport | None = None
        self._process: asyncio.SubprocessTransport | None = None
        self._ready: asyncio.Future[Written] | None = None
        self._ended = asyncio.Event()
        self._idle = asyncio.Event()
        self._restart: asyncio.Task[None] | None = None
        self._is_closing = False
        self.is_available = False
        """Whether the last batch was written."""

    async def __aenter__(self) -> InboxProcess:
        """Start the process, and wait until it is ready.

        Raises:
            InboxUnavailable: the package or the database can't be used.
        """
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what waits, and end the process."""
        self._is_closing = True
        if self._restart is not None:
            self._restart.cancel()
        if self._process is None:
            return
        if self._sent or self._waiting:
            self._idle.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), SECONDS_TO_END)
        await self._stop()

    async def submit(self, submission: Submission) -> SubmissionReply:
        """Return the reply to a request. Once this returns, its message is on the disk: in the inbox or the quarantine.

        Raises:
            InboxUnavailable: it is not, or that is not known.
        """
        reply: SubmissionReply = await self._add(submission)
        return reply

    async def finish(self, answer: StoredAnswer) -> None:
        """Note that a message was handled, and its answer.

        Raises:
            InboxUnavailable: that was not noted.
        """
        await self._add(answer)

    async def fail(self, failure: FailedHandling) -> None:
        """Note why the handler of a message failed inside its request.

        Raises:
            InboxUnavailable: that was not noted.
        """
        await self._add(failure)

    async def note(self, attempts: Sequence[Attempt]) -> None:
        """Note what deliveries came to.

        Raises:
            InboxUnavailable: that was not noted, of one of them at least.
        """
        if attempts:
            await asyncio.gather(*[self._add(attempt) for attempt in attempts])

    def _add(self, item: Entry) -> asyncio.Future[Any]:  # Any: as _Item has it
        if self._is_closing or self._input is None or self._waiting_bytes > MOST_WAITING_BYTES:
            raise InboxUnavailable("the server stops, the process of the inbox starts, or too many messages wait")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._send)  # with what comes until then
        self._waiting.append((item, future))
        self._waiting_bytes += _size(item)
        return future

    def _send(self) -> None:
        """Send a batch of what waits, unless one is on its way."""
        if self._waiting and self._input is not None and not self._sent:
            items = self._sent = self._take()
            self._input.write(pack(Batch.of([item for item, _ in items])))
            self._deadline = asyncio.get_running_loop().call_later(SECONDS_PER_BATCH, self._give_up)

    def _give_up(self) -> None:
        """End a process that does not answer, such as one whose disk hangs; another one is started."""
        self._note_availability(f"its process did not answer within {SECONDS_PER_BATCH} seconds")
        if self._process is not None:
            self._process.kill()

    def _take(self) -> list[_Item]:
        """Return the items of the next batch."""
        items: list[_Item] = []
        size = 0
        while self._waiting and len(items) < MOST_BATCH and size < MOST_BATCH_BYTES:
            item = self._waiting.popleft()
            items.append(item)
            size += _size(item[0])
        self._waiting_bytes -= size
        return items

    def _on_result(self, written: Written) -> None:
        """Tell those who wait for a batch what became of it."""
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(written)
            return
        if self._deadline is not None:
            self._deadline.cancel()
        items, self._sent = self._sent, []
        self._send()
        self._note_availability(written.error)
        if written.error is not None:
            _fail(items, written.error)
        else:
            _settle(items, written)
        self._on_written(written)
        if not self._sent and not self._waiting:
            self._idle.set()

    def _on_end(self) -> None:
        """Refuse what was sent to a process that is gone, and start another one."""
        self._ended.set()
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(Written(error="the process of the inbox did not start"))
        if self._input is None:  # it was stopped
            return
        process, self._process, self._input = self._process, None, None
        if process is not None:
            process.close()
        if self._deadline is not None:
            self._deadline.cancel()
        self._note_availability("its process is gone")
        _fail([*self._sent, *self._waiting], "the process of the inbox is gone")
        self._sent = []
        self._waiting.clear()
        self._waiting_bytes = 0
        self._idle.set()
        if not self._is_closing:
            self._on_restart()
            self._restart = asyncio.get_running_loop().create_task(self._start_again())

    async def _start_again(self) -> None:
        while True:
            try:
                await self._start()
            except Exception as unavailable:  # too many open files, for example
                event = {"event": "restart-failed", "part": "inbox"}
                _LOG.error("the process of the inbox can't start, and is started again: %s", unavailable, extra=event)
                await asyncio.sleep(SECONDS_BETWEEN_STARTS)
            else:
                return

    async def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self._ready = loop.create_future()
        self._ended.clear()
        process, _ = await loop.subprocess_exec(
            lambda: _Connection(self._on_result, self._on_end),
            *COMMAND,
            stderr=None,
            env=self._settings.to_environment(),
        )
        self._process = process
        try:
            error = (await asyncio.wait_for(self._ready, SECONDS_TO_START)).error
        except TimeoutError:
            error = "the process of the inbox did not start in time"
        if error is not None:
            await self._stop()
            raise InboxUnavailable(error)
        pipe = process.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)
        for each in (pipe, process.get_pipe_transport(OUTPUT)):
            _widen(each)
        self._input = pipe
        self._note_availability(None)

    def _note_availability(self, error: str | None) -> None:
        """Log that the inbox can't be written, or can be again; nothing where that was known."""
        is_available = error is None
        if is_available != self.is_available:
            if error is not None:
                _LOG.error("the inbox takes no messages: %s", error, extra={"event": "inbox-unavailable"})
            else:
                _LOG.info("the inbox takes messages", extra={"event": "inbox-available"})
        self.is_available = is_available

    async def _stop(self) -> None:
        process, self._process, self._input = self._process, None, None
        if process is None:
            return
        pipe = process.get_pipe_transport(0)
        if pipe is not None:
            pipe.close()
        try:
            await asyncio.wait_for(self._ended.wait(), SECONDS_TO_END)
        except TimeoutError:
            process.kill()
            await self._ended.wait()
        process.close()


def _widen(transport: asyncio.BaseTransport | None) -> None:
    """Let a pipe hold a batch, so that a process need not wake the other one for each part of it."""
    if transport is not None and sys.platform == "linux":
        with contextlib.suppress(OSError):  # a user has so many bytes for all pipes
            fcntl.fcntl(transport.get_extra_info("pipe"), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _size(item: Entry) -> int:
    return len(item.body) if isinstance(item, Submission | StoredAnswer) else 0


def _settle(items: Sequence[_Item], written: Written) -> None:
    """Tell each of those who wait for a batch what became of their entry."""
    futures = [future for kind in get_args(Entry) for entry, future in items if isinstance(entry, kind)]
    for place, reason in written.unwritten:
        if not futures[place].done():
            futures[place].set_exception(InboxUnavailable(reason))
    results = chain(written.replies, repeat(None))
    for future, result in zip(futures, results, strict=False):  # as `Batch.entries` has them
        if not future.done():
            future.set_result(result)


def _fail(items: Sequence[_Item], reason: str) -> None:
    for _, future in items:
        if not future.done():
            future.set_exception(InboxUnavailable(reason))
