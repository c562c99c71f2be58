"""The process that delivers: `python -m schemapress.receiver.delivery.process`.

Its settings are JSON in the environment variable `SCHEMAPRESS_DELIVERY`. It is a process of its own: handlers compute
and wait as they like, and the server answers meanwhile. Each byte of its standard input says that a message came. Where
the input ends, it finishes the handlers that run, and ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.receiver.inbox.database import connect
from schemapress.receiver.inbox.tables import MESSAGE
from schemapress.receiver.package import load_package

from .deliverer import Deliverer
from .handling import HandlerCaller
from .retry import RetryPolicy

SETTINGS = "SCHEMAPRESS_DELIVERY"
COMMAND = (sys.executable, "-m", "schemapress.receiver.delivery.process")
INPUT = 0


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """What the process needs: the database, the package and its handlers, and how deliveries are tried."""

    database: str
    package: str
    handlers: str
    attempts: int = 12
    first_pause: float = 1.0
    longest_pause: float = 3_600.0
    at_once: int = 8
    max_body: int = 1_048_576
    log_level: str = "INFO"

    def to_environment(self) -> dict[str, str]:
        """Return the environment of the process."""
        return {**os.environ, SETTINGS: json.dumps(asdict(self))}


async def deliver(settings: DeliverySettings) -> None:
    """Deliver messages until the standard input ends.

    Raises:
        SchemapressError: the package, the handlers or the database can't be used.
    """
    package = load_package(Path(settings.package), settings.handlers)
    engine = connect(settings.database)
    caller = HandlerCaller(package.exchange(settings.max_body), engine, settings.at_once)
    policy = RetryPolicy(settings.attempts, settings.first_pause, settings.longest_pause)
    deliverer = Deliverer(engine, MESSAGE, caller, policy=policy, at_once=settings.at_once)

    def read_input() -> None:
        if os.read(INPUT, 65_536):
            deliverer.look()
        else:
            asyncio.get_running_loop().remove_reader(INPUT)
            deliverer.stop()

    asyncio.get_running_loop().add_reader(INPUT, read_input)
    await deliverer.run()
    engine.dispose()


def main() -> int:
    """Deliver with the settings of the environment; return the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the server is told, and ends the input
        signal.signal(number, signal.SIG_IGN)
    settings = DeliverySettings(**json.loads(os.environ[SETTINGS]))
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(deliver(settings))
    except SchemapressError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
