"""The outbox: what is put there is sent, in order and once, whatever the receiver or the process does."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from cityfibre_ticketing import InvalidDocument, decode
from cityfibre_ticketing.client import NO_RETRIES, AsyncClient
from schemapress.receiver.delivery.retry import RetryPolicy
from schemapress.receiver.inbox.tables import OUTBOX
from schemapress.receiver.outbox import KeyTaken, Outbox
from tests.conftest import REPOSITORY
from tests.support.receiver import message

QUICK = RetryPolicy(attempts=5, first=0.01, longest=0.05)


class Receiver:
    """A server that keeps what it gets, and answers with the statuses that it is told, and then with 204."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(decode(body).message_id)
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def use(url: str, database: str, act: Callable[[Outbox], None]) -> list[tuple[str, int]]:
    """Do something with an outbox, send all, and return the states and attempts of its messages."""

    async def run() -> list[tuple[str, int]]:
        async with AsyncClient(url, retries=NO_RETRIES) as client:
            outbox = Outbox(database, client, policy=QUICK)
            try:
                act(outbox)
                await asyncio.wait_for(outbox.send_all(), 30)
                with outbox.engine.connect() as connection:
                    rows = connection.execute(sa.select(OUTBOX.c.state, OUTBOX.c.attempts).order_by(OUTBOX.c.id))
                    return [(row.state, row.attempts) for row in rows]
            finally:
                outbox.close()

    return asyncio.run(run())


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_messages_are_sent_in_order(receiver: Receiver, database: str) -> None:
    def put(outbox: Outbox) -> None:
        for number in range(5):
            assert outbox.put("notify_in_progress", decode(message(f"m-{number}"))) == number + 1

    assert use(receiver.url, database, put) == [("done", 1)] * 5
    assert receiver.messages == [f"m-{number}" for number in range(5)]


def test_a_message_is_sent_again_until_it_is_accepted_and_the_next_one_waits(receiver: Receiver, database: str) -> None:
    receiver.statuses = [503, 429, 500]

    def put(outbox: Outbox) -> None:
        outbox.put("notify_in_progress", decode(message("m-1")))
        outbox.put("notify_in_progress", decode(message("m-2")))

    assert use(receiver.url, database, put) == [("done", 4), ("done", 1)]
    assert receiver.messages == ["m-1", "m-1", "m-1", "m-1", "m-2"]


def test_a_message_that_is_refused_is_dead_and_the_next_one_goes_on(receiver: Receiver, database: str) -> None:
    receiver.statuses = [409]

    def put(outbox: Outbox) -> None:
        outbox.put("notify_in_progress", decode(message("m-1")))
        outbox.put("notify_in_progress", decode(message("m-2")))

    assert use(receiver.url, database, put) == [("dead", 1), ("done", 1)]


def test_a_message_whose_receiver_is_away_is_tried_as_often_as_the_policy_says(database: str) -> None:
    def put(outbox: Outbox) -> None:
        outbox.put("notify_in_progress", decode(message("m-1")))

    assert use("http://127.0.0.1:9", database, put) == [("dead", 5)]


def test_the_same_message_is_stored_once_and_another_with_its_key_is_refused(receiver: Receiver, database: str) -> None:
    def put(outbox: Outbox) -> None:
        assert outbox.put("notify_in_progress", decode(message("m-1"))) == 1
        assert outbox.put("notify_in_progress", decode(message("m-1"))) == 1
        with pytest.raises(KeyTaken, match="another message with the key 'm-1' is number 1"):
            outbox.put("notify_in_progress", decode(message("m-1", "BFR-2")))

    assert use(receiver.url, database, put) == [("done", 1)]


def test_an_invalid_message_and_an_unknown_method_are_refused(receiver: Receiver, database: str) -> None:
    invalid = decode(message("m-1"))
    invalid.updates = []

    def put(outbox: Outbox) -> None:
        with pytest.raises(InvalidDocument):
            outbox.put("notify_in_progress", invalid)
        with pytest.raises(KeyError):
            outbox.put("notify", invalid)

    assert use(receiver.url, database, put) == []


def test_a_message_is_part_of_the_transaction_of_its_caller(receiver: Receiver, database: str) -> None:
    def put(outbox: Outbox) -> None:
        with outbox.engine.connect() as connection:
            outbox.put("notify_in_progress", decode(message("m-1")), connection=connection)
            connection.rollback()
        with outbox.engine.begin() as connection:
            outbox.put("notify_in_progress", decode(message("m-2")), connection=connection)

    use(receiver.url, database, put)

    assert receiver.messages == ["m-2"]


def test_what_was_put_before_the_process_was_killed_is_sent_by_the_next_one(receiver: Receiver, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/outbox.db"
    program = f"""
import os, signal
from cityfibre_ticketing import decode
from cityfibre_ticketing.client import AsyncClient
from schemapress.receiver.outbox import Outbox
from tests.support.receiver import message
outbox = Outbox({database!r}, AsyncClient("http://127.0.0.1:9"))
for number in range(3):
    outbox.put("notify_in_progress", decode(message(f"m-{{number}}")))
os.kill(os.getpid(), signal.SIGKILL)
"""
    paths = {"PYTHONPATH": f"{REPOSITORY / 'generated'}:{REPOSITORY}"}
    killed = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, **paths}, check=False)
    assert killed.returncode == -9

    assert use(receiver.url, database, lambda outbox: None) == [("done", 1)] * 3
    assert receiver.messages == ["m-0", "m-1", "m-2"]
