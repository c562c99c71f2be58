"""How long an inbox keeps what it has no more use for, and how large its quarantine may be."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from .store import take_numbers
from .tables import CERTIFICATE, DEAD, DONE, HANDLING, MESSAGE, QUARANTINE, STORED, is_in_state

MICROSECONDS_PER_DAY = 86_400_000_000
ROWS_PER_PURGE = 500
"""Rows that one transaction deletes, so that messages are stored meanwhile."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept: days of messages that are done or only stored, and the rows and bytes of the quarantine.

    Dead messages are kept for `dead_days`; None is for ever. A message that was deleted is no longer recognised when it
    is sent again.
    """

    days: float
    quarantine_rows: int
    quarantine_bytes: int
    dead_days: float | None = None


def purgeable_states(table: sa.Table) -> tuple[str, ...]:
    """Return the states in which messages of a table can be deleted: all but those that wait."""
    return (DONE, STORED, HANDLING, DEAD) if table is MESSAGE else () if table is QUARANTINE else (DONE, DEAD)


def purge(connection: sa.Connection, before: int, table: sa.Table = MESSAGE, state: str | None = None) -> int:
    """Delete up to `ROWS_PER_PURGE` messages from before a time; return how many.

    They are those in the state; without one, all that need not be kept, but no dead ones.
    """
    deleted = 0
    for condition, time in _deletable(table, state):
        if deleted < ROWS_PER_PURGE:
            deleted += _delete(connection, table, condition, time, before, ROWS_PER_PURGE - deleted)
    return deleted


def count_purgeable(connection: sa.Connection, before: int, table: sa.Table, state: str | None = None) -> int:
    """Return how many messages `purge` deletes in all."""
    return sum(
        connection.execute(sa.select(sa.func.count()).where(condition, time < before)).scalar_one()
        for condition, time in _deletable(table, state)
    )


def _deletable(table: sa.Table, state: str | None) -> list[tuple[sa.ColumnElement[bool], sa.Column[int]]]:
    """Return the conditions of the rows that can be deleted, each with the time that counts."""
    if table is QUARANTINE:
        return [(sa.true(), table.c.received_at)]
    states = [each for each in purgeable_states(table) if each != DEAD] if state is None else [state]
    return [
        (is_in_state(table, each), table.c.finished_at if each in (DONE, DEAD) else table.c.received_at)
        for each in states
    ]


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
    """Delete the certificates that no message has any more; return how many.

    Nothing is stored meanwhile: another server may just store a message whose certificate it knows.
    """
    for table in (MESSAGE, QUARANTINE):
        take_numbers(connection, table, 0)
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
