"""The process that writes an inbox: `python -m schemapress.receiver.inbox.writer_process`.

The environment variable `SCHEMAPRESS_INBOX_URL` has the database, since a command line can be read by every user. The
process reads batches from its standard input, writes each in one transaction, and prints what became of it to its
standard output. It is a process of its own: a database call that waits for the disk or the network, or computes, would
hold up the event loop of the server. It ends when its input does, so it never outlives the server.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import time
from collections.abc import Iterator

import sqlalchemy as sa

from schemapress.errors import SchemapressError

from .batch import HEAD, Batch, Written, pack, unpack_batch
from .database import connect, migrate
from .retention import MICROSECONDS_PER_DAY, Retention, purge, purge_certificates, purge_quarantine, trim_quarantine
from .store import finish, keep_rejections, store

_LOG = logging.getLogger("schemapress.receiver.inbox")

URL = "SCHEMAPRESS_INBOX_URL"
SECONDS_BETWEEN_PURGES = 60
INPUT, OUTPUT = 0, 1


def now() -> int:
    """Return the time in microseconds since 1970."""
    return time.time_ns() // 1_000


class Writer:
    """Writes batches to a database."""

    def __init__(self, engine: sa.Engine, retention: Retention) -> None:
        self._engine = engine
        self._retention = retention
        self._next_purge = 0.0

    def write(self, batch: Batch) -> Written:
        """Write a batch in one transaction; where that fails, nothing of it is stored."""
        try:
            with self._engine.begin() as connection:
                return self._write(connection, batch)
        except sa.exc.SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            _LOG.error("the inbox could not be written: %s", reason)
            return Written([], reason)

    def _write(self, connection: sa.Connection, batch: Batch) -> Written:
        outcomes = store(connection, batch.arrivals) if batch.arrivals else []
        if batch.rejections:
            keep_rejections(connection, batch.rejections)
            trim_quarantine(connection, self._retention)
        finish(connection, batch.answers, now())
        return Written(outcomes)

    def purge(self) -> None:
        """Delete a part of what is kept no longer, if it is time to do so."""
        if time.monotonic() < self._next_purge:
            return
        before = now() - int(self._retention.days * MICROSECONDS_PER_DAY)
        try:
            with self._engine.begin() as connection:
                deleted = purge(connection, before) + purge_quarantine(connection, before)
                if not deleted:
                    purge_certificates(connection)
        except sa.exc.SQLAlchemyError as error:
            _LOG.error("the inbox could not be purged: %s", error)
            deleted = 0
        self._next_purge = 0.0 if deleted else time.monotonic() + SECONDS_BETWEEN_PURGES


def _read_batches(writer: Writer) -> Iterator[Batch]:
    """Yield the batches of the input; purge while there is none."""
    while True:
        if not select.select([INPUT], [], [], 1)[0]:
            writer.purge()
            continue
        head = _read(HEAD.size)
        if head is None:
            return
        content = _read(HEAD.unpack(head)[0])
        if content is None:
            return
        yield unpack_batch(content)


def _read(size: int) -> bytes | None:
    """Return `size` bytes of the input, or None where it ends before."""
    content = bytearray()
    while len(content) < size:
        part = os.read(INPUT, size - len(content))
        if not part:
            return None
        content += part
    return bytes(content)


def _print(written: Written) -> None:
    frame = memoryview(pack(written))
    while frame:
        frame = frame[os.write(OUTPUT, frame) :]


def main(url: str, retention: Retention) -> None:
    """Write what comes, until there is no more. The first frame says that the tables are there, or why they are not."""
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # of a terminal or a service: the server ends first, and asks for more
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    try:
        engine = connect(url)
        migrate(engine)
    except SchemapressError as error:
        _print(Written([], str(error)))
        return
    writer = Writer(engine, retention)
    try:
        _print(Written([]))
        for batch in _read_batches(writer):
            _print(writer.write(batch))
    except BrokenPipeError:  # the server is gone
        pass
    finally:
        engine.dispose()


if __name__ == "__main__":
    _days, _rows, _bytes = sys.argv[1:]
    main(os.environ[URL], Retention(float(_days), int(_rows), int(_bytes)))
