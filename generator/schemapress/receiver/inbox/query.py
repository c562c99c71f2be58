"""What is in an inbox: its messages, its quarantine and its outbox, as people look for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .tables import CERTIFICATE, DEAD, DONE, HANDLING, MESSAGE, OUTBOX, QUARANTINE, STORED, WAITING, is_in_state

TABLES = {"message": MESSAGE, "quarantine": QUARANTINE, "outbox": OUTBOX}
"""The tables that can be asked, by the word for one of their rows."""


STATES = {"message": (WAITING, DEAD, DONE, STORED, HANDLING), "quarantine": (), "outbox": (WAITING, DEAD, DONE)}
"""The states of their rows; a row of the quarantine has a reason instead."""


class UnknownColumn(Exception):
    """A table does not have what a selection asks for."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are meant; None is any. `text` stands in a key, the sender or the endpoint, `before` is a number."""

    state: str | None = None
    endpoint: str | None = None
    sender: str | None = None
    key: str | None = None
    ordering_key: str | None = None
    text: str | None = None
    received_before: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row without its body. Times are in microseconds since 1970; `state` is the reason in the quarantine.

    `details` has all its columns but the body.
    """

    id: int
    endpoint: str
    sender: str
    message_key: str | None
    ordering_key: str | None
    received_at: int
    state: str
    attempts: int
    error: str | None
    details: Mapping[str, Any]  # Any: each column has a type of its own


def find(connection: sa.Connection, table: sa.Table, selection: Selection, limit: int | None) -> Iterator[Entry]:
    """Yield the rows of a selection, the newest first, up to a limit."""
    columns = [column for column in table.c if column.name not in ("body", "answer_body", "identity", "digest")]
    statement = sa.select(*columns).where(*_conditions(table, selection)).order_by(table.c.id.desc()).limit(limit)
    for row in connection.execute(statement).mappings():
        yield _entry(dict(row))


def get(connection: sa.Connection, table: sa.Table, id_: int) -> tuple[Entry, bytes] | None:
    """Return a row and its body, or None where there is none."""
    row = connection.execute(sa.select(table).where(table.c.id == id_)).mappings().one_or_none()
    return None if row is None else (_entry(dict(row)), bytes(row["body"]))


def count(connection: sa.Connection, table: sa.Table) -> dict[str, int]:
    """Return how many rows there are of each state, or of each reason in the quarantine."""
    column = table.c.reason if table is QUARANTINE else table.c.state
    rows = connection.execute(sa.select(column, sa.func.count()).group_by(column).order_by(column))
    return {row[0]: row[1] for row in rows}


def count_selected(connection: sa.Connection, table: sa.Table, selection: Selection) -> int:
    """Return how many rows a selection has."""
    statement = sa.select(sa.func.count()).select_from(table).where(*_conditions(table, selection))
    return connection.execute(statement).scalar_one()


def list_values(connection: sa.Connection, column: sa.Column[str], most: int) -> list[str]:
    """Return the first values of a column, up to a number."""
    return list(connection.execute(sa.select(column).distinct().order_by(column).limit(most)).scalars())


MOST_COUNTED = 10_001
"""Rows of a table that are counted, so that a large inbox is not counted again and again."""


@dataclass(frozen=True, slots=True)
class Overview:
    """How many messages are in the inbox, the quarantine and the outbox, and how many of them wait or are dead.

    `handling` are handled inside their requests just now, or their handler failed there. `messages` and `outbox` are
    counted up to `MOST_COUNTED`. `oldest_waiting_at` is in microseconds since 1970.
    """

    messages: int
    waiting: int
    dead: int
    handling: int
    oldest_waiting_at: int | None
    quarantine: int
    outbox: int
    outbox_waiting: int
    outbox_dead: int


def survey(connection: sa.Connection) -> Overview:
    """Return the numbers of an inbox. Messages that are done take no time, however many they are."""
    oldest = sa.select(MESSAGE.c.received_at).where(is_in_state(MESSAGE, WAITING)).order_by(MESSAGE.c.id).limit(1)
    return Overview(
        messages=_count(connection, MESSAGE),
        waiting=_count_state(connection, MESSAGE, WAITING),
        dead=_count_state(connection, MESSAGE, DEAD),
        handling=_count_state(connection, MESSAGE, HANDLING),
        oldest_waiting_at=connection.execute(oldest).scalar(),
        quarantine=_count(connection, QUARANTINE),
        outbox=_count(connection, OUTBOX),
        outbox_waiting=_count_state(connection, OUTBOX, WAITING),
        outbox_dead=_count_state(connection, OUTBOX, DEAD),
    )


def find_conflicting(connection: sa.Connection, entry: Entry) -> int | None:
    """Return the number of the message that came before a refused one with the same key, if it is still here."""
    number = entry.details.get("conflicts_with")
    return (
        None if number is None else connection.execute(sa.select(MESSAGE.c.id).where(MESSAGE.c.id == number)).scalar()
    )


def get_certificate(connection: sa.Connection, fingerprint: str) -> bytes | None:
    """Return the client certificate with a fingerprint in DER, or None where there is none."""
    content = connection.execute(
        sa.select(CERTIFICATE.c.content).where(CERTIFICATE.c.fingerprint == fingerprint)
    ).scalar()
    return None if content is None else bytes(content)


def _count(connection: sa.Connection, table: sa.Table) -> int:
    rows = sa.select(table.c.id).limit(MOST_COUNTED).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one()


def _count_state(connection: sa.Connection, table: sa.Table, state: str) -> int:
    statement = sa.select(sa.func.count(table.c.id)).where(is_in_state(table, state))
    return connection.execute(statement).scalar_one()


def report_of(entry: Entry) -> list[dict[str, Any]]:
    """Return the problems of a refused message, as `validate --format json` lists them."""
    report: list[dict[str, Any]] = json.loads(entry.details.get("report") or "[]")
    return report


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        row["id"],
        row["endpoint"],
        row.get("sender", ""),
        row["message_key"],
        row.get("ordering_key"),
        row["received_at"] if "received_at" in row else row["created_at"],
        row["state"] if "state" in row else row["reason"],
        row.get("attempts", 0),
        row.get("error"),
        {name: value for name, value in row.items() if name not in ("body", "identity", "digest")},
    )


def _conditions(table: sa.Table, selection: Selection) -> Iterator[sa.ColumnElement[bool]]:
    received_at = table.c.created_at if table is OUTBOX else table.c.received_at
    for name, column, value in (
        ("endpoint", table.c.endpoint, selection.endpoint),
        ("sender", table.c.get("sender"), selection.sender),
        ("key", table.c.message_key, selection.key),
        ("reference", table.c.get("ordering_key"), selection.ordering_key),
    ):
        if value is None:
            continue
        if column is None:
            raise UnknownColumn(f"{table.name} has no {name}")
        yield column == value
    if selection.state is not None:
        if table is not QUARANTINE and selection.state in (WAITING, DEAD, HANDLING):
            yield is_in_state(table, selection.state)
        else:
            yield (table.c.reason if table is QUARANTINE else table.c.state) == selection.state
    if selection.text:
        names = ("message_key", "ordering_key", "sender", "endpoint")
        yield sa.or_(*(table.c[name].contains(selection.text, autoescape=True) for name in names if name in table.c))
    if selection.received_before is not None:
        yield received_at < selection.received_before
    if selection.before is not None:
        yield table.c.id < selection.before
