"""What is stored: each message once, whatever comes again and in whatever batches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from schemapress.receiver.inbox.arrival import Arrival, MessageSender, Rejection, StoredAnswer, Submission, identity_of
from schemapress.receiver.inbox.database import connect, migrate
from schemapress.receiver.inbox.retention import Retention, purge, purge_certificates, trim_quarantine
from schemapress.receiver.inbox.store import finish, keep_rejections, store
from schemapress.receiver.inbox.tables import CERTIFICATE, DEAD, DONE, HANDLING, MESSAGE, QUARANTINE, STORED, WAITING

BUYER = MessageSender("buyer", None, b"certificate of the buyer")

KINDS_OF_DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = connect(database)
    migrate(engine)
    yield engine
    engine.dispose()


def submission(body: bytes = b"<a/>", sender: MessageSender | None = BUYER, received_at: int = 1_000) -> Submission:
    return Submission(0, "/orders", {"host": "localhost"}, None, None, body, sender, received_at)


def arrival(key: str | None, body: bytes = b"<a/>", sender: MessageSender | None = BUYER) -> Arrival:
    return Arrival("POST /orders", key, "F1", submission(body, sender))


def amount(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


@KINDS_OF_DATABASES
def test_the_same_message_is_stored_once(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        (first,) = store(connection, [arrival("k")], STORED)
    with engine.begin() as connection:
        (again,) = store(connection, [arrival("k")], STORED)

    assert first.is_new
    assert (again.id, again.is_new, again.conflicts, again.state) == (first.id, False, False, STORED)
    assert amount(engine, MESSAGE) == 1


@KINDS_OF_DATABASES
def test_the_same_message_in_one_batch_is_stored_once(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        outcomes = store(connection, [arrival("k"), arrival("l"), arrival("k"), arrival("k", b"<b/>")], STORED)

    assert [(outcome.id, outcome.is_new, outcome.conflicts) for outcome in outcomes] == [
        (1, True, False),
        (2, True, False),
        (1, False, False),
        (1, False, True),
    ]


@KINDS_OF_DATABASES
def test_a_message_that_differs_in_white_space_alone_is_the_same(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("k", b'<a x="1" y="2"><b>1</b></a>')], STORED)
        (again,) = store(connection, [arrival("k", b"<?xml version='1.0'?><a y='2'  x='1'>\n <b>1</b></a>")], STORED)

    assert not again.conflicts


@pytest.mark.parametrize(
    "hinted",
    [
        b'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="a.xsd"><b>1</b></a>',
        b'<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><b i:schemaLocation="urn:a a.xsd">1</b></a>',
    ],
)
def test_a_message_that_differs_in_the_hints_where_its_schema_is_is_the_same(engine: sa.Engine, hinted: bytes) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("k", hinted)], STORED)
        (again,) = store(connection, [arrival("k", b"<a><b>1</b></a>")], STORED)

    assert not again.conflicts


@KINDS_OF_DATABASES
@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        (HANDLING, WAITING, WAITING),
        (STORED, WAITING, WAITING),
        (WAITING, HANDLING, HANDLING),
        (STORED, HANDLING, HANDLING),
        (DEAD, HANDLING, HANDLING),
        (DEAD, WAITING, DEAD),
        (DONE, WAITING, DONE),
        (DONE, HANDLING, DONE),
        (WAITING, STORED, WAITING),
        (HANDLING, STORED, HANDLING),
    ],
)
def test_a_message_that_a_server_in_another_mode_took_is_handled_where_it_comes_again(
    engine: sa.Engine, before: str, now: str, after: str
) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("k"), arrival("l")], before)
        (again, conflicting) = store(connection, [arrival("k"), arrival("l", b"<b/>")], now)

        states = connection.execute(sa.select(MESSAGE.c.state).order_by(MESSAGE.c.id)).scalars()
        assert list(states) == [after, before]
    assert (again.id, again.is_new, again.state) == (1, False, after)
    assert conflicting.conflicts


@KINDS_OF_DATABASES
@pytest.mark.parametrize(
    "other",
    [
        b'<a x="1"><b>2</b></a>',
        b'<a x="2"><b>1</b></a>',
        b'<a x="1"><c>1</c></a>',
        b'<a x="1"><b> 1</b></a>',
        b'<a x="1"><b>1&#160;</b></a>',
    ],
)
def test_another_message_with_a_known_key_conflicts(engine: sa.Engine, other: bytes) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("k", b'<a x="1"><b>1</b></a>')], STORED)
        (outcome,) = store(connection, [arrival("k", other)], STORED)

    assert outcome.conflicts


def test_the_same_key_of_another_sender_or_endpoint_is_another_message(engine: sa.Engine) -> None:
    arrivals = [arrival("k"), arrival("k", sender=MessageSender("other")), arrival("k", sender=None)]
    with engine.begin() as connection:
        outcomes = store(connection, [*arrivals, arrival("k")._replace(endpoint="POST /notes")], STORED)

    assert [outcome.is_new for outcome in outcomes] == [True] * 4


def test_messages_without_a_key_are_never_the_same(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        outcomes = store(connection, [arrival(None), arrival(None)], STORED)

    assert [outcome.is_new for outcome in outcomes] == [True, True]


def test_an_identity_tells_where_one_text_ends() -> None:
    assert identity_of("k", "ab", "c") != identity_of("k", "a", "bc")
    assert identity_of("k", "a", "") != identity_of("k", "", "a")


def test_identities_of_one_sender_are_in_the_order_of_their_keys() -> None:
    keys = ["m-0001", "m-0002", "m-0010", "n", "ä", "\udc80", "x" * 40]

    assert sorted(identity_of(key, "POST /n", "a") for key in keys) == [
        identity_of(key, "POST /n", "a") for key in sorted(keys, key=lambda key: key.encode("utf-8", "surrogatepass"))
    ]


def test_an_identity_of_a_long_key_is_short_and_that_of_no_other_key() -> None:
    long, longer = identity_of("x" * 41, "a"), identity_of("x" * 400, "a")

    assert len(long) == len(longer) < 60
    assert len({long, longer, identity_of("x" * 40, "a")}) == 3


def test_a_message_that_was_answered_has_its_answer(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        (first,) = store(connection, [arrival("k")], "handling")
    with engine.begin() as connection:
        finish(connection, [StoredAnswer(first.id, 201, '[["A", "b"]]', b"<answer/>")], 2_000)
        (again,) = store(connection, [arrival("k")], "handling")

    assert again.state == DONE
    assert again.answer == StoredAnswer(first.id, 201, '[["A", "b"]]', b"<answer/>")


def test_a_certificate_is_kept_once(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("k"), arrival("l")], STORED)
        store(connection, [arrival("m")], STORED)

    assert amount(engine, CERTIFICATE) == 1


def run_meanwhile(engine: sa.Engine, act: Callable[[sa.Connection], object]) -> Callable[[], None]:
    """Run a transaction in a thread, which may have to wait; return a function that waits for its end."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with engine.begin() as connection:
                act(connection)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.5)

    def finish() -> None:
        thread.join(20)
        assert not thread.is_alive()
        assert failures == []

    return finish


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_servers_may_keep_the_same_certificate_at_the_same_time(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("k")], STORED)
        finish_other = run_meanwhile(engine, lambda other: keep_rejections(other, [rejection()]))
    finish_other()

    assert (amount(engine, CERTIFICATE), amount(engine, QUARANTINE)) == (1, 1)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_certificate_whose_message_is_just_stored_is_not_deleted(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("k")], STORED)
        connection.execute(sa.delete(MESSAGE))  # which leaves a certificate that no message has
    with engine.begin() as connection:
        store(connection, [arrival("l")], STORED)
        finish_purge = run_meanwhile(engine, purge_certificates)
    finish_purge()

    assert amount(engine, CERTIFICATE) == 1


def rejection(size: int = 4) -> Rejection:
    return Rejection("POST /orders", None, 422, "invalid-document", "[]", submission(b"x" * size))


@pytest.mark.parametrize(
    ("bounds", "left"),
    [
        (Retention(90, 3, 100_000_000), [3, 4, 5]),
        (Retention(90, 10_000, 100), [4, 5]),
        (Retention(90, 10_000, 10), [5]),  # even the newest one is larger
        (Retention(90, 0, 100_000_000), []),
        (Retention(90, 10_000, 0), []),
        (Retention(90, 10_000, 100_000_000), [1, 2, 3, 4, 5]),
    ],
)
def test_the_quarantine_keeps_the_newest_within_its_bounds(
    engine: sa.Engine, bounds: Retention, left: list[int]
) -> None:
    with engine.begin() as connection:
        keep_rejections(connection, [rejection(10)] * 5)

        trim_quarantine(connection, bounds)

        assert list(connection.execute(sa.select(QUARANTINE.c.id).order_by(QUARANTINE.c.id)).scalars()) == left


@KINDS_OF_DATABASES
def test_purging_deletes_what_is_over_and_old(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("stored")], STORED)
        store(connection, [arrival("waiting"), arrival("done")], "waiting")
        finish(connection, [StoredAnswer(3, 204, "[]", b"")], 5_000)

        assert purge(connection, 5_000) == 1
        assert list(connection.execute(sa.select(MESSAGE.c.message_key).order_by(MESSAGE.c.id)).scalars()) == [
            "waiting",
            "done",
        ]
        assert purge(connection, 5_001) == 1
        assert purge(connection, 10**18) == 0


@KINDS_OF_DATABASES
def test_a_certificate_is_deleted_with_its_last_message(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        store(connection, [arrival("k"), arrival("l", sender=MessageSender("other", None, b"another one"))], STORED)
        connection.execute(sa.delete(MESSAGE).where(MESSAGE.c.message_key == "l"))

        assert purge_certificates(connection) == 1
        assert list(connection.execute(sa.select(CERTIFICATE.c.content)).scalars()) == [BUYER.certificate]
