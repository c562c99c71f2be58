"""How long an inbox keeps what it has no more use for, and how large its quarantine may be."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from .tables import CERTIFICATE, DONE, HANDLING, MESSAGE, QUARANTINE, STORED, is_in_state

MICROSECONDS_PER_DAY = 86_400_000_000
ROWS_PER_PURGE = 500
"""Rows that one transaction deletes, so that messages are stored meanwhile."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept: days of messages that are done or only stored, and the rows and bytes of the quarantine.

    A message that was deleted is no longer recognised when it is sent again.
    """

    days: float
    quarantine_rows: int
    quarantine_bytes: int


def purge(connection: sa.Connection, before: int, table: sa.Table = MESSAGE) -> int:
    """Delete up to `ROWS_PER_PURGE` messages, finished or refused, from before a time; return how many."""
    deleted = 0
    for condition, time in _finished(table):
        if deleted < ROWS_PER_PURGE:
            deleted += _delete(connection, table, condition, time, before, ROWS_PER_PURGE - deleted)
    return deleted


def count_purgeable(connection: sa.Connection, before: int, table: sa.Table) -> int:
    """Return how many messages of a table, finished or refused, are from before a time."""
    return sum(
        connection.execute(sa.select(sa.func.count()).where(condition, time < before)).scalar_one()
        for condition, time in _finished(table)
    )


def _finished(table: sa.Table) -> list[tuple[sa.ColumnElement[bool], sa.Column[int]]]:
    """Return the conditions of the rows that need not be kept, each with the time that counts."""
    if table is QUARANTINE:
        return [(sa.true(), table.c.received_at)]
    kept = (STORED, HANDLING) if table is MESSAGE else ()
    done = (is_in_state(table, DONE), table.c.finished_at)
    return [done, *((is_in_state(table, state), table.c.received_at) for state in kept)]


def trim_quarantine(connection: sa.Connection, retention: Retention) -> int:
    """Delete the oldest refused messages until the quarantine is well within its bounds; return how many.

    A tenth of the bounds is left free, so that not every message that is refused has to make room. The newest one stays
    even if it is larger than the bound, unless a bound is 0.
    """
    rows, size = measure_quarantine(connection)
    most_rows, most_bytes = retention.quarantine_rows, retention.quarantine_bytes
    if rows <= most_rows and size <= most_bytes:
        return 0
    least = 1 if most_rows and most_bytes else 0
    deleted = last = 0
    for number, bytes_ in connection.execute(sa.select(QUARANTINE.c.id, QUARANTINE.c.size).order_by(QUARANTINE.c.id)):
        if rows <= least or (rows <= most_rows - most_rows // 10 and size <= most_bytes - most_bytes // 10):
            break
        rows, size, last, deleted = rows - 1, size - bytes_, number, deleted + 1
    connection.execute(sa.delete(QUARANTINE).where(QUARANTINE.c.id <= last))
    return deleted


def measure_quarantine(connection: sa.Connection) -> tuple[int, int]:
    """Return the rows and the bytes of the quarantine."""
    totals = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(QUARANTINE.c.size), 0))
    rows, size = connection.execute(totals).one()
    return int(rows), int(size)


def purge_certificates(connection: sa.Connection) -> int:
    """Delete the certificates that no message has any more; return how many."""
    used = sa.union(sa.select(MESSAGE.c.fingerprint), sa.select(QUARANTINE.c.fingerprint)).subquery()
    is_used = sa.exists().where(used.c.fingerprint == CERTIFICATE.c.fingerprint)
    return connection.execute(sa.delete(CERTIFICATE).where(~is_used)).rowcount


def _delete(
    connection: sa.Connection,
    table: sa.Table,
    condition: sa.ColumnElement[bool],
    time: sa.Column[int],
    before: int,
    most: int,
) -> int:
    """Delete the oldest rows with a time from before another one; return how many."""
    first = sa.select(table.c.id).where(condition, time < before).order_by(time).limit(most)
    return connection.execute(sa.delete(table).where(table.c.id.in_(first))).rowcount
