"""What an inbox deletes, and that it finds it by indexes."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from schemapress.receiver.inbox.arrival import Arrival, MessageSender, Submission
from schemapress.receiver.inbox.database import connect, migrate
from schemapress.receiver.inbox.deliveries import find_waiting
from schemapress.receiver.inbox.query import count, survey
from schemapress.receiver.inbox.retention import (
    MICROSECONDS_PER_DAY,
    ROWS_PER_PURGE,
    Retention,
    count_purgeable,
    purge,
)
from schemapress.receiver.inbox.store import store
from schemapress.receiver.inbox.tables import DEAD, DONE, HANDLING, MESSAGE, OUTBOX, STORED, WAITING
from schemapress.receiver.intake.admission import Admission
from schemapress.receiver.intake.process import Writer
from schemapress.receiver.package import load_package
from tests.support.receiver import PACKAGE

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = connect(database)
    migrate(engine)
    yield engine
    engine.dispose()


def store_messages(connection: sa.Connection, state: str, received_at: int, amount: int = 1) -> None:
    submission = Submission(0, "/orders", {}, None, None, b"<a/>", MessageSender("peer"), received_at)
    store(connection, [Arrival("POST /orders", None, "A", submission)] * amount, state)
    if state in (DONE, DEAD):
        connection.execute(sa.update(MESSAGE).where(MESSAGE.c.state == state).values(finished_at=received_at))


def test_finished_messages_from_before_a_time_are_deleted(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for state in (WAITING, DONE, DEAD, STORED, HANDLING):
            for received_at in (1, 100):
                store_messages(connection, state, received_at)
        connection.execute(sa.update(MESSAGE).where(MESSAGE.c.received_at == 1).values(finished_at=1))

        assert purge(connection, 50) == 3

        assert count(connection, MESSAGE) == {DEAD: 2, DONE: 1, HANDLING: 1, STORED: 1, WAITING: 2}


def test_dead_messages_are_deleted_where_they_are_named(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for received_at in (1, 2, 100):
            store_messages(connection, DEAD, received_at)
        store_messages(connection, DONE, 1)
        connection.execute(sa.update(MESSAGE).values(finished_at=MESSAGE.c.received_at))

        assert count_purgeable(connection, 50, MESSAGE, DEAD) == 2
        assert purge(connection, 50, MESSAGE, DEAD) == 2

        assert count(connection, MESSAGE) == {DEAD: 1, DONE: 1}


@pytest.mark.parametrize(("dead_days", "left"), [(None, {DEAD: 2}), (30.0, {DEAD: 1}), (0.0, {})])
def test_the_process_of_the_inbox_deletes_dead_messages_where_it_is_told_to(
    engine: sa.Engine, dead_days: float | None, left: dict[str, int]
) -> None:
    now = time.time_ns() // 1_000
    exchange = load_package(PACKAGE).exchange(1)
    with engine.begin() as connection:
        for days in (40, 1):
            store_messages(connection, DEAD, now - days * MICROSECONDS_PER_DAY)
        connection.execute(sa.update(MESSAGE).values(finished_at=MESSAGE.c.received_at))

    Writer(engine, Admission(exchange), STORED, Retention(90, 100, 100_000, dead_days)).purge()

    with engine.begin() as connection:
        assert count(connection, MESSAGE) == left


def test_a_part_of_the_messages_is_deleted_at_a_time(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        store_messages(connection, DONE, 1, ROWS_PER_PURGE - 1)
        store_messages(connection, STORED, 1, ROWS_PER_PURGE)

        assert [purge(connection, 50) for _ in range(3)] == [ROWS_PER_PURGE, ROWS_PER_PURGE - 1, 0]


def test_what_is_looked_up_all_the_time_has_an_index(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        plans = explain(connection)

    for index in ("done", "stored", "handling", "waiting", "dead", "line"):
        assert f"ix_message_{index}" in plans, plans
    assert "ix_outbox_done" in plans
    assert "ix_outbox_dead" in plans
    assert "ix_outbox_line" in plans


def explain(connection: sa.Connection) -> str:
    """Return the plans of the statements, each as the database runs it."""
    statements: list[tuple[str, object]] = []

    def note(*event: object) -> None:
        statements.append((str(event[2]), event[3]))

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET enable_seqscan = off")  # which is faster for a table of a few rows
    sa.event.listen(connection, "before_cursor_execute", note)
    purge(connection, 50)
    purge(connection, 50, OUTBOX)
    purge(connection, 50, MESSAGE, DEAD)
    purge(connection, 50, OUTBOX, DEAD)
    find_waiting(connection, MESSAGE, 0)
    find_waiting(connection, MESSAGE, 0, ("peer", "A"), 10)
    find_waiting(connection, OUTBOX, 0, ("", "A"), 10)
    survey(connection)
    sa.event.remove(connection, "before_cursor_execute", note)
    keyword = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return "\n".join(
        str(row)
        for statement, parameters in statements
        for row in connection.exec_driver_sql(f"{keyword} {statement}", parameters)  # type: ignore[arg-type]  # as they came
    )
