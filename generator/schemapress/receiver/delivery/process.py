"""The process that delivers: `python -m schemapress.receiver.delivery.process`.

Its settings are JSON in the environment variable `SCHEMAPRESS_DELIVERY`. It is a process of its own: handlers compute
and wait as they like, and the server answers meanwhile. It prints what deliveries came to, for the server to note: so
one process writes the inbox. A byte of its standard input says that a message came, that what it printed was noted or
was not, or that it is to end. Where the input ends, the server is gone, and nothing can be noted: it ends, too. It also
ends where a handler does not, after the others have.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.receiver.inbox.database import connect
from schemapress.receiver.inbox.deliveries import Attempt, Row
from schemapress.receiver.inbox.tables import MESSAGE
from schemapress.receiver.log import LogFormat, configure_log
from schemapress.receiver.package import load_package

from .deliverer import Deliverer
from .handling import SECONDS_TO_CANCEL, HandlerCaller
from .leadership import Leadership
from .progress import Started, pack
from .queue import Waiting
from .retry import RetryPolicy

SETTINGS_VARIABLE = "SCHEMAPRESS_DELIVERY"
COMMAND = (sys.executable, "-P", "-m", "schemapress.receiver.delivery.process")
SECONDS_TO_END = 10
SIGNALS = (signal.SIGINT, signal.SIGTERM)
REPLACED = 3
"""The exit code where a handler did not end in time, so that another process is to go on."""
INPUT, OUTPUT, ERRORS = 0, 1, 2
NEWS, NOTED, NOT_NOTED, STOP = b"\n+-."
"""What the server says: a message came; what was printed is noted, or is not; finish the handlers that run, and end."""


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """What the process needs: the database, the package and its handlers, and how deliveries are tried.

    `server` names the server whose processes follow one another.
    """

    database: str
    package: str
    handlers: str
    attempts: int
    first_pause: float
    longest_pause: float
    at_once: int
    handler_seconds: float
    max_body: int
    log_format: LogFormat = "text"
    telemetry: bool = False
    server: str | None = None

    def to_environment(self) -> dict[str, str]:
        """Return the environment of the process."""
        return {**os.environ, SETTINGS_VARIABLE: json.dumps(asdict(self))}


class _Notes:
    """Asks the server to note what deliveries came to."""

    def __init__(self, output: int) -> None:
        self._output = output
        self._result: asyncio.Future[bool] | None = None

    async def write(self, attempts: Sequence[Attempt]) -> None:
        """Return when it is noted. OSError: it is not."""
        self._result = asyncio.get_running_loop().create_future()
        frame = memoryview(pack(attempts))
        while frame:  # BrokenPipeError, an OSError: the server is gone
            frame = frame[os.write(self._output, frame) :]
        if not await self._result:
            raise OSError("the server did not note what deliveries came to")

    def announce(self, messages: Sequence[Waiting] = ()) -> None:
        """Say that deliveries begin. Of none, it says that the handlers are ready."""
        os.write(self._output, pack(Started(tuple((message.id, message.attempts + 1) for message in messages))))

    def on_result(self, is_noted: bool) -> None:
        """Take what the server says."""
        if self._result is not None and not self._result.done():
            self._result.set_result(is_noted)


async def deliver(settings: DeliverySettings, input_: int, output: int) -> None:
    """Deliver messages until the input says so or ends; print to `output` what is to be noted.

    Raises:
        SchemapressError: the package, the handlers or the database can't be used.
    """
    package = load_package(Path(settings.package), settings.handlers)
    engine = connect(settings.database)
    exchange = package.exchange(settings.max_body, with_handlers=True)
    caller: Callable[[Row], Awaitable[None]]
    caller = HandlerCaller(exchange, engine, settings.at_once, settings.handler_seconds)
    if settings.telemetry:
        from schemapress.receiver.tracing import TracedDelivery  # who does not use it needs no OpenTelemetry

        caller = TracedDelivery(caller)
    policy = RetryPolicy(settings.attempts, settings.first_pause, settings.longest_pause)
    ends_after = settings.handler_seconds + SECONDS_TO_CANCEL if settings.handler_seconds else math.inf
    notes = _Notes(output)
    deliverer = Deliverer(
        engine,
        MESSAGE,
        caller,
        notes.write,
        policy=policy,
        at_once=settings.at_once,
        on_start=notes.announce,
        leadership=Leadership(engine, MESSAGE, settings.server, ends_after=ends_after),
    )

    def read_input() -> None:
        signs = os.read(input_, 65_536)
        if not signs:
            loop.remove_reader(input_)
            deliverer.abandon()
            notes.on_result(False)
            loop.call_later(SECONDS_TO_END, os._exit, 1)  # a handler that hangs must not hold up the next server
        for sign in signs:
            if sign == NEWS:
                deliverer.look()
            elif sign == STOP:
                deliverer.stop()
            else:
                notes.on_result(sign == NOTED)

    loop = asyncio.get_running_loop()
    loop.add_reader(input_, read_input)
    notes.announce()
    await deliverer.run()
    if deliverer.has_endless:
        os._exit(REPLACED)  # which ends the thread of the handler, and only then lets another server deliver
    engine.dispose()


def _leave(input_: int, output: int) -> None:
    """Let a process that a handler forks neither hold the pipes of the server nor ignore signals as this one does."""
    os.close(input_)
    os.close(output)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def main() -> int:
    """Deliver with the settings of the environment; return the exit code."""
    for number in SIGNALS:  # the server is told, and ends the input
        signal.signal(number, lambda *_: None)  # SIG_IGN would be inherited by the programs that handlers start
    settings = DeliverySettings(**json.loads(os.environ[SETTINGS_VARIABLE]))
    configure_log(settings.log_format)
    input_, output = os.dup(INPUT), os.dup(OUTPUT)
    with open(os.devnull, "rb") as nothing:  # handlers, and the programs that they start, read and print elsewhere
        os.dup2(nothing.fileno(), INPUT)
    os.dup2(ERRORS, OUTPUT)
    os.register_at_fork(after_in_child=lambda: _leave(input_, output))
    try:
        asyncio.run(deliver(settings, input_, output))
    except SchemapressError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
