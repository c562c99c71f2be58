"""The process of the inbox: `python -m schemapress.receiver.intake.process`.

It reads batches of requests from its standard input, decodes and judges their messages, writes them in one
transaction, and prints the replies to its standard output. It is a process of its own: decoding computes, a database
waits for its disk or the network, and both would hold up the event loop of the server. It ends when its input does, so
it never outlives the server. Its settings are JSON in the environment, since every user can read a command line.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from schemapress.errors import SchemapressError
from schemapress.receiver.collection import settle_collection
from schemapress.receiver.frames import FrameReader
from schemapress.receiver.inbox.arrival import Arrival, Rejection, SubmissionReply
from schemapress.receiver.inbox.database import connect, free_space, migrate, reason_of
from schemapress.receiver.inbox.deliveries import note
from schemapress.receiver.inbox.retention import (
    MICROSECONDS_PER_DAY,
    Retention,
    measure_quarantine,
    purge,
    purge_certificates,
    trim_quarantine,
)
from schemapress.receiver.inbox.store import finish, keep_rejections, note_failures, size_of, store
from schemapress.receiver.inbox.tables import DEAD, MESSAGE, OUTBOX, QUARANTINE
from schemapress.receiver.log import LogFormat, configure_log
from schemapress.receiver.package import load_package

from .admission import Admission, reply_to
from .batch import Batch, Entry, Written, pack, unpack_batch

_LOG = logging.getLogger("schemapress.receiver.intake")

COMMAND = (sys.executable, "-P", "-m", "schemapress.receiver.intake.process")
SETTINGS_VARIABLE = "SCHEMAPRESS_INTAKE"
SECONDS_BETWEEN_PURGES = 60
BYTES_AT_ONCE = 1_048_576
INPUT, OUTPUT = 0, 1


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What the process needs: the database, the package, the state in which messages begin, and what is kept."""

    database: str
    package: str
    state: str
    max_body: int
    retention: Retention
    log_format: LogFormat = "text"

    def to_environment(self) -> dict[str, str]:
        """Return the environment of the process."""
        return {**os.environ, SETTINGS_VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def from_environment(cls) -> IntakeSettings:
        """Return the settings that `to_environment` wrote."""
        values = json.loads(os.environ[SETTINGS_VARIABLE])
        return cls(**{**values, "retention": Retention(**values["retention"])})


_Judged = Arrival | tuple[Rejection, SubmissionReply]


class Writer:
    """Judges and writes batches."""

    def __init__(self, engine: sa.Engine, admission: Admission, state: str, retention: Retention) -> None:
        self._engine = engine
        self._admission = admission
        self._state = state
        self._retention = retention
        self._next_purge = 0.0
        self._is_counted = False
        self._rows = self._bytes = 0

    def judge(self, batch: Batch) -> list[_Judged]:
        """Return the message or the refusal of each submission."""
        return [self._admission.judge(submission) for submission in batch.submissions]

    def write(self, batch: Batch, judged: Sequence[_Judged]) -> Written:
        """Write a batch in one transaction, and return the replies.

        Where an entry can't be stored, such as one with a text that the database does not take, each one is written by
        itself.
        """
        try:
            with self._engine.begin() as connection:
                outcomes = store(connection, [each for each in judged if isinstance(each, Arrival)], self._state)
                replies, rejections = reply_to(judged, outcomes, self._admission)
                if rejections:
                    keep_rejections(connection, rejections)
                    self._bound_quarantine(connection, rejections)
                finish(connection, batch.answers, time.time_ns() // 1_000)
                note_failures(connection, batch.failures)
                note(connection, MESSAGE, batch.attempts)
        except Exception as error:
            if isinstance(error, OperationalError | InterfaceError) and not _is_about_a_row(error):
                return Written(error=self._explain_absence(error))
            entries = batch.entries
            if len(entries) > 1:
                return self._write_one_by_one(entries, judged)
            what = type(entries[0]).__name__ if entries else "batch"
            _LOG.error("a %s can't be stored: %s", what, type(error).__name__, extra={"event": "not-storable"})
            return Written([SubmissionReply(503)] * len(judged), unwritten=((0, reason_of(error)),))
        return Written(replies)

    def _explain_absence(self, error: OperationalError | InterfaceError) -> str:
        """Return why the database is away, or its disk full, which gets what space can be freed."""
        reason = reason_of(error)
        if "full" in reason:
            with contextlib.suppress(SQLAlchemyError):
                free_space(self._engine)
        return reason

    def _write_one_by_one(self, entries: Sequence[Entry], judged: Sequence[_Judged]) -> Written:
        """Write each entry in a transaction of its own, so that one that can't be stored fails alone."""
        replies: list[SubmissionReply] = []
        unwritten = []
        for i, entry in enumerate(entries):
            written = self.write(Batch.of([entry]), judged[i : i + 1])  # submissions are the first of the entries
            if written.error is not None:  # the database is away since
                unwritten += [(place, written.error) for place in range(i, len(entries))]
                break
            unwritten += [(i, reason) for _, reason in written.unwritten]
            replies += written.replies
        replies += [SubmissionReply(503)] * (len(judged) - len(replies))
        return Written(replies, unwritten=tuple(unwritten))

    def _bound_quarantine(self, connection: sa.Connection, added: Sequence[Rejection]) -> None:
        """Keep the quarantine within its bounds. It is counted now and then, since counting reads it whole."""
        self._rows += len(added)
        self._bytes += sum(map(size_of, added))
        is_within = self._rows <= self._retention.quarantine_rows and self._bytes <= self._retention.quarantine_bytes
        if self._is_counted and is_within:
            return
        trim_quarantine(connection, self._retention)
        self._rows, self._bytes = measure_quarantine(connection)
        self._is_counted = True

    def purge(self) -> None:
        """Delete a part of what is kept no longer, if it is time to do so."""
        if time.monotonic() < self._next_purge:
            return
        before, dead_days = _time_before(self._retention.days), self._retention.dead_days
        deleted = 0
        try:
            with self._engine.begin() as connection:
                for table in (MESSAGE, OUTBOX, QUARANTINE):
                    deleted += purge(connection, before, table)
                    if dead_days is not None and table is not QUARANTINE:
                        deleted += purge(connection, _time_before(dead_days), table, DEAD)
            if not deleted:
                with self._engine.begin() as connection:  # which holds up the servers that store
                    purge_certificates(connection)
        except SQLAlchemyError as error:
            _LOG.error("the inbox could not be purged: %s", reason_of(error), extra={"event": "purge-failed"})
        self._is_counted = False
        self._next_purge = 0.0 if deleted else time.monotonic() + SECONDS_BETWEEN_PURGES


def _time_before(days: float) -> int:
    """Return the time that was some days ago, in microseconds."""
    return time.time_ns() // 1_000 - int(days * MICROSECONDS_PER_DAY)


def _is_about_a_row(error: OperationalError | InterfaceError) -> bool:
    """Whether PostgreSQL can't store one row, such as one with a sender too long for an index (SQLSTATE class 54)."""
    return str(getattr(error.orig, "sqlstate", None) or "").startswith("54")


def _read_batches(writer: Writer) -> Iterator[Batch]:
    """Yield the batches of the input; purge while there is none."""
    frames = FrameReader()
    while True:
        if not select.select([INPUT], [], [], 1)[0]:
            writer.purge()
            continue
        part = os.read(INPUT, BYTES_AT_ONCE)
        if not part:
            return
        for content in frames.feed(part):
            yield unpack_batch(content)
        writer.purge()


def _print(written: Written) -> None:
    frame = memoryview(pack(written))
    while frame:
        frame = frame[os.write(OUTPUT, frame) :]


def main(settings: IntakeSettings) -> None:
    """Take what comes until there is no more; the first frame says that the process is ready, or why not."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the server is told, too, and ends the input when it is done
        signal.signal(number, signal.SIG_IGN)
    configure_log(settings.log_format)
    try:
        admission = Admission(load_package(Path(settings.package)).exchange(settings.max_body))
        engine = connect(settings.database)
        migrate(engine)
    except SchemapressError as error:
        _print(Written(error=str(error)))
        return
    writer = Writer(engine, admission, settings.state, settings.retention)
    settle_collection()
    try:
        _print(Written())
        for batch in _read_batches(writer):
            judged = writer.judge(batch)
            start = time.perf_counter()
            written = writer.write(batch, judged)
            _print(written._replace(seconds=time.perf_counter() - start))
    except BrokenPipeError:  # the server is gone
        pass
    finally:
        engine.dispose()


if __name__ == "__main__":
    main(IntakeSettings.from_environment())
