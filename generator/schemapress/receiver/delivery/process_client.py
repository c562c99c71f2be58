"""Keeps the process of deliveries running, from an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from schemapress.receiver.frames import FrameReader
from schemapress.receiver.inbox.deliveries import Attempt
from schemapress.receiver.intake.process_client import InboxUnavailable

from .process import COMMAND, NEWS, NOT_NOTED, NOTED, REPLACED, STOP, DeliverySettings
from .progress import Started, unpack_deliveries
from .retry import RetryPolicy

_LOG = logging.getLogger(__name__)

SECONDS_TO_START = 60
SECONDS_TO_DRAIN = 1.0
SECONDS_BETWEEN_STARTS = 1.0
BYTES_AT_ONCE = 65_536


class _Process(asyncio.subprocess.SubprocessStreamProtocol):
    """The streams of the process; `Process.wait` would wait for the forks of handlers that keep them open as well."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(BYTES_AT_ONCE, loop)
        self.has_ended = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.has_ended.set()


class DeliveryProcess:
    """The process of deliveries. Use it as an asynchronous context manager; one that ends is started again."""

    def __init__(
        self,
        settings: DeliverySettings,
        shutdown_seconds: float,
        note: Callable[[Sequence[Attempt]], Awaitable[None]],
        on_restart: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_restart = on_restart
        self._settings = replace(settings, server=uuid.uuid4().hex)
        self._note = note
        self._shutdown_seconds = shutdown_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False
        self._ready = asyncio.Event()
        self._started: dict[int, int] = {}
        self.has_finished = True
        """Whether all handlers that ran when it was closed have finished."""

    async def __aenter__(self) -> DeliveryProcess:
        """Start the process, and wait until it has the handlers.

        Raises:
            InboxUnavailable: the handlers can't be used.
        """
        self._task = asyncio.create_task(self._run())
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait((self._task, ready), timeout=SECONDS_TO_START, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if not self._ready.is_set():
            self._is_closing = True
            raise InboxUnavailable("the handlers can't be used")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let the handlers that run finish, for a while, and end the process."""
        self._is_closing = True
        self._tell(STOP)
        task = self._task
        if task is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(task), self._shutdown_seconds)
            process = self._process
            if process is not None and process.returncode is None:
                self.has_finished = False
                event = {"event": "handlers-ended", "part": "delivery"}
                _LOG.warning(
                    "the handlers that ran are not finished; their messages will be delivered again", extra=event
                )
                process.kill()
            await task

    def look(self) -> None:
        """Say that a message came."""
        process = self._process
        if process is not None and process.stdin is not None and process.stdin.transport.get_write_buffer_size() == 0:
            self._tell(NEWS)

    @property
    def is_running(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    def _tell(self, sign: int) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(bytes([sign]))

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._is_closing:
            environment = self._settings.to_environment()
            pipe = asyncio.subprocess.PIPE
            try:
                transport, protocol = await loop.subprocess_exec(
                    lambda: _Process(loop),
                    *COMMAND,
                    stdin=pipe,
                    stdout=pipe,
                    stderr=None,
                    env=environment,
                )
            except OSError as error:  # too many open files, for example
                event = {"event": "restart-failed", "part": "delivery"}
                _LOG.error("the process of deliveries can't start: %s", error.strerror, extra=event)
                await asyncio.sleep(SECONDS_BETWEEN_STARTS)
                continue
            self._process = asyncio.subprocess.Process(transport, protocol, loop)
            if self._is_closing:  # meanwhile
                self._tell(STOP)
            noting = asyncio.create_task(self._note_results(self._process))
            await protocol.has_ended.wait()
            code = transport.get_returncode()
            await asyncio.wait((noting,), timeout=SECONDS_TO_DRAIN)  # a fork of a handler may keep the output open
            noting.cancel()
            transport.close()
            if not self._ready.is_set():  # it never had the handlers: another one would not have them either
                return
            if not self._is_closing:
                event = {"event": "restarted", "part": "delivery"}
                if code == REPLACED:
                    _LOG.warning("a handler did not end in time: another process of deliveries starts", extra=event)
                else:
                    _LOG.error("the process of deliveries ended with %d; another one starts", code, extra=event)
                self._on_restart()
                await self._note_broken()
                await asyncio.sleep(SECONDS_BETWEEN_STARTS)

    async def _note_broken(self) -> None:
        """Note an attempt for each delivery that ran when the process ended, since a handler may have ended it."""
        policy = RetryPolicy(self._settings.attempts, self._settings.first_pause, self._settings.longest_pause)
        now = time.time_ns() // 1_000
        broken = []
        for id_, attempts in self._started.items():
            pause = policy.pause(attempts, random.random)
            next_at = None if pause is None else now + int(pause * 1e6)
            broken.append(Attempt(id_, now, attempts, "the process of deliveries ended while the handler ran", next_at))
        self._started.clear()
        try:
            await self._note(broken)
        except InboxUnavailable:
            _LOG.error("broken deliveries were not noted", extra={"event": "not-noted", "part": "delivery"})

    async def _note_results(self, process: asyncio.subprocess.Process) -> None:
        """Note what the process prints, until it ends."""
        assert process.stdin is not None
        assert process.stdout is not None
        frames = FrameReader()
        while part := await process.stdout.read(BYTES_AT_ONCE):
            for content in frames.feed(part):
                deliveries = unpack_deliveries(content)
                if isinstance(deliveries, Started):
                    self._ready.set()
                    self._started.update(deliveries.deliveries)
                    continue
                try:
                    await self._note(deliveries)
                    for attempt in deliveries:
                        self._started.pop(attempt.id, None)
                    sign = NOTED
                except InboxUnavailable:
                    sign = NOT_NOTED
                process.stdin.write(bytes([sign]))
