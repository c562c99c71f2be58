"""What deliveries read and note in a table of messages: the inbox, or the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from .tables import DEAD, DONE, WAITING, is_in_state

ROWS_PER_READ = 1_000
LONGEST_ERROR = 2_000

Line = tuple[str, str]
"""The sender and the ordering key of messages that follow one another."""

WaitingRow = tuple[int, Line | None, int, int]
"""Number, line, attempts and the time before which a message is not delivered."""

Row = Mapping[str, Any]
"""The columns of a message by name; Any, since each has a type of its own."""


class Attempt(NamedTuple):
    """What a delivery came to. `error` is None where nothing went wrong, `next_at` where there is no other attempt.

    `is_accepted`: it succeeded, though something went wrong.
    """

    id: int
    at: int
    attempts: int
    error: str | None = None
    next_at: int | None = None
    is_accepted: bool = False

    @property
    def state(self) -> str:
        """The state of the message after it."""
        if self.error is None or self.is_accepted:
            return DONE
        return DEAD if self.next_at is None else WAITING


def describe_error(error: BaseException) -> str:
    """Return the name and the text of an error, as every database can store it."""
    try:
        text = str(error)
    except Exception:  # a handler's own class may fail at this
        text = ""
    storable = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return f"{type(error).__name__}: {storable}"[:LONGEST_ERROR]


def find_waiting(
    connection: sa.Connection, table: sa.Table, after: int, line: Line | None = None, most: int = ROWS_PER_READ
) -> list[WaitingRow]:
    """Return the first messages that wait, with numbers above `after`; with a `line`, only those of that one.

    Messages of one line follow one another: those of one sender with one ordering key. Without a key the line is None.
    """
    sender = table.c.sender if "sender" in table.c else sa.literal("")
    columns = (table.c.id, sender, table.c.ordering_key, table.c.attempts, table.c.next_attempt_at)
    statement = sa.select(*columns).where(is_in_state(table, WAITING), table.c.id > after)
    if line is not None:
        statement = statement.where(table.c.ordering_key == line[1])
        if "sender" in table.c:
            statement = statement.where(table.c.sender == line[0])
    return [
        (id_, None if key is None else (sender, key), attempts, next_at)
        for id_, sender, key, attempts, next_at in connection.execute(statement.order_by(table.c.id).limit(most))
    ]


def load(connection: sa.Connection, table: sa.Table, ids: Sequence[int]) -> dict[int, Row]:
    """Return the rows of messages that wait, by number; those that do not wait any more are left out."""
    condition = sa.and_(table.c.id.in_(ids), table.c.state == WAITING)
    return {row["id"]: dict(row) for row in connection.execute(sa.select(table).where(condition)).mappings()}


def note(connection: sa.Connection, table: sa.Table, attempts: Sequence[Attempt]) -> None:
    """Note what deliveries came to, for messages that still wait: another server may have delivered one meanwhile."""
    if not attempts:
        return
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("id_"), table.c.state == WAITING)
        .values(
            state=sa.bindparam("state_"),
            attempts=sa.bindparam("attempts_"),
            next_attempt_at=sa.bindparam("next_"),
            finished_at=sa.bindparam("finished_"),
            error=sa.bindparam("error_"),
        )
    )
    rows = [
        {
            "id_": attempt.id,
            "state_": attempt.state,
            "attempts_": attempt.attempts,
            "next_": attempt.next_at or 0,
            "finished_": None if attempt.state == WAITING else attempt.at,
            "error_": attempt.error,
        }
        for attempt in attempts
    ]
    connection.execute(statement, rows)


def wait_again(
    connection: sa.Connection, table: sa.Table, ids: Sequence[int] | None, states: Sequence[str] = (DEAD,)
) -> list[int]:
    """Let messages wait for their delivery again: those in the states with the numbers, or all dead ones.

    Return the numbers.
    """
    condition = is_in_state(table, DEAD) if ids is None else sa.and_(table.c.state.in_(states), table.c.id.in_(ids))
    values = {"state": WAITING, "attempts": 0, "next_attempt_at": 0, "finished_at": None}
    return sorted(connection.execute(sa.update(table).where(condition).values(values).returning(table.c.id)).scalars())
