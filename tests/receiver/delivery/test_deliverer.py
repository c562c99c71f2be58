"""Deliveries from a real database: in order, again where they fail, and dead where they are given up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence

import pytest
import sqlalchemy as sa

from schemapress.receiver.delivery import deliverer
from schemapress.receiver.delivery.deliverer import Deliverer, Undeliverable
from schemapress.receiver.delivery.leadership import Leadership
from schemapress.receiver.delivery.queue import MOST_OF_LINE
from schemapress.receiver.delivery.retry import RetryPolicy
from schemapress.receiver.inbox.arrival import Arrival, MessageSender, Submission
from schemapress.receiver.inbox.database import connect, migrate
from schemapress.receiver.inbox.deliveries import ROWS_PER_READ, Attempt, Row, note, wait_again
from schemapress.receiver.inbox.store import store
from schemapress.receiver.inbox.tables import MESSAGE, WAITING

QUICK = RetryPolicy(attempts=3, first=0.01, longest=0.02)

KINDS_OF_DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = connect(database)
    migrate(engine)
    yield engine
    engine.dispose()


def store_messages(engine: sa.Engine, *ordering_keys: str | None, sender: str = "") -> None:
    submission = Submission(0, "/orders", {}, None, None, b"<a/>", MessageSender(sender), 1)
    with engine.begin() as connection:
        store(connection, [Arrival("POST /orders", None, key, submission) for key in ordering_keys], WAITING)


def states(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(MESSAGE.c.state).order_by(MESSAGE.c.id)).scalars())


class Noting:
    """Notes in the database, but where it is told to fail."""

    def __init__(self, engine: sa.Engine, failures: int = 0) -> None:
        self.engine = engine
        self.failures = failures

    async def __call__(self, attempts: Sequence[Attempt]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        with self.engine.begin() as connection:
            note(connection, MESSAGE, attempts)


def deliver_all(
    engine: sa.Engine, deliver: Callable[[Row], Awaitable[None]], *, failures: int = 0, at_once: int = 8
) -> None:
    """Deliver until nothing waits."""

    async def run() -> None:
        noting = Noting(engine, failures)
        delivering = Deliverer(engine, MESSAGE, deliver, noting, policy=QUICK, at_once=at_once)
        running = asyncio.create_task(delivering.run())
        while WAITING in await asyncio.to_thread(states, engine):
            await asyncio.sleep(0.01)
        delivering.stop()
        await running

    asyncio.run(asyncio.wait_for(run(), 30))


@KINDS_OF_DATABASES
def test_messages_of_a_key_are_delivered_in_order(engine: sa.Engine) -> None:
    store_messages(engine, *(["A", "B", "A", "B", "A"] * 4))
    delivered: list[tuple[str, int]] = []

    async def deliver(row: Row) -> None:
        await asyncio.sleep(0.001 * (row["id"] % 3))
        delivered.append((row["ordering_key"], row["id"]))

    deliver_all(engine, deliver)

    for key in ("A", "B"):
        numbers = [number for name, number in delivered if name == key]
        assert numbers == sorted(numbers)
    assert len(delivered) == 20
    assert set(states(engine)) == {"done"}


@KINDS_OF_DATABASES
def test_other_keys_go_on_while_one_waits(engine: sa.Engine) -> None:
    store_messages(engine, "A", "B", "B", None)
    delivered: list[int] = []
    others_are_done = asyncio.Event()

    async def deliver(row: Row) -> None:
        if row["ordering_key"] == "A":
            await others_are_done.wait()
        delivered.append(row["id"])
        if {2, 3, 4} <= set(delivered):
            others_are_done.set()

    deliver_all(engine, deliver)

    assert delivered[-1] == 1


@KINDS_OF_DATABASES
def test_a_delivery_that_fails_is_tried_again_before_the_next_of_its_key(engine: sa.Engine) -> None:
    store_messages(engine, "A", "A")
    tried: list[int] = []

    async def deliver(row: Row) -> None:
        tried.append(row["id"])
        if tried.count(1) < 3:
            raise RuntimeError("not yet")

    deliver_all(engine, deliver)

    assert tried == [1, 1, 1, 2]
    assert states(engine) == ["done", "done"]


@KINDS_OF_DATABASES
@pytest.mark.parametrize(
    ("error", "attempts"), [(RuntimeError("no"), 3), (Undeliverable("never"), 1), (SystemExit(3), 3)]
)
def test_a_message_that_can_not_be_delivered_is_dead_and_the_next_one_goes_on(
    engine: sa.Engine, error: BaseException, attempts: int
) -> None:
    store_messages(engine, "A", "A")

    async def deliver(row: Row) -> None:
        if row["id"] == 1:
            raise error

    deliver_all(engine, deliver)

    assert states(engine) == ["dead", "done"]
    with engine.connect() as connection:
        row = connection.execute(sa.select(MESSAGE).where(MESSAGE.c.id == 1)).mappings().one()
    assert (row["attempts"], row["error"]) == (attempts, f"{type(error).__name__}: {error}")


@KINDS_OF_DATABASES
def test_a_dead_message_that_waits_again_is_delivered(engine: sa.Engine) -> None:
    store_messages(engine, "A")
    is_ready = False

    async def deliver(_: Row) -> None:
        if not is_ready:
            raise Undeliverable("not yet")

    deliver_all(engine, deliver)
    assert states(engine) == ["dead"]
    is_ready = True
    with engine.begin() as connection:
        assert wait_again(connection, MESSAGE, [1, 7]) == [1]
    deliver_all(engine, deliver)

    assert states(engine) == ["done"]


@KINDS_OF_DATABASES
def test_the_next_message_of_a_key_waits_until_the_one_before_is_noted(engine: sa.Engine) -> None:
    store_messages(engine, "A", "A")
    events: list[str] = []

    async def deliver(row: Row) -> None:
        before = await asyncio.to_thread(states, engine)
        events.append(f"{row['id']} after {before[0]}")

    deliver_all(engine, deliver, failures=1)

    assert events == ["1 after waiting", "2 after done"]


def test_a_sender_does_not_hold_up_another_one_with_its_reference(engine: sa.Engine) -> None:
    store_messages(engine, "A", sender="a")
    store_messages(engine, "A", sender="b")
    delivered: list[int] = []
    other_is_done = asyncio.Event()

    async def deliver(row: Row) -> None:
        if row["sender"] == "a":
            await other_is_done.wait()
        delivered.append(row["id"])
        other_is_done.set()

    deliver_all(engine, deliver)

    assert delivered == [2, 1]


@KINDS_OF_DATABASES
def test_a_line_with_more_messages_than_fit_into_the_queue_does_not_stop_others(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliverer, "MOST_QUEUED", 5 * MOST_OF_LINE)
    last = ROWS_PER_READ + 6 * MOST_OF_LINE
    store_messages(engine, *["A"] * (last - 1), "B")
    delivered: list[int] = []
    other_is_done = asyncio.Event()

    async def deliver(row: Row) -> None:
        if row["id"] == last:
            other_is_done.set()
        else:
            await other_is_done.wait()
        delivered.append(row["id"])

    deliver_all(engine, deliver)

    assert delivered == [last, *range(1, last)]


class Unwordable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@KINDS_OF_DATABASES
@pytest.mark.parametrize("error", [ValueError("file \udcff is \0 missing"), Unwordable()], ids=["text", "none"])
def test_any_text_of_an_error_can_be_noted(
    engine: sa.Engine, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "schemapress.receiver.delivery.deliverer")  # pytest-xdist can't pass the text on
    store_messages(engine, "A", "A")

    async def deliver(row: Row) -> None:
        if row["id"] == 1:
            raise error

    deliver_all(engine, deliver)

    assert states(engine) == ["dead", "done"]


@KINDS_OF_DATABASES
def test_one_process_delivers_at_a_time(engine: sa.Engine, database: str) -> None:
    other = connect(database)
    ours, theirs = Leadership(engine, MESSAGE), Leadership(other, MESSAGE)

    assert ours.hold()
    assert ours.hold()
    assert not theirs.hold()
    ours.close()
    assert theirs.hold()
    theirs.close()
    other.dispose()
