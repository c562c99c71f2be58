"""The outbox: what is put there is sent, in order and once, whatever the receiver or the process does."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from cityfibre_ticketing import InvalidDocument, decode
from cityfibre_ticketing._runtime.http.client.operation import ExpectedAnswer
from cityfibre_ticketing.bindings import NotifyInProgress
from cityfibre_ticketing.client import NO_RETRIES, AsyncClient, Client
from schemapress.receiver.delivery.retry import RetryPolicy
from schemapress.receiver.inbox.database import connect
from schemapress.receiver.inbox.tables import OUTBOX
from schemapress.receiver.outbox import KeyTaken, Outbox, UnknownMethod
from tests.conftest import REPOSITORY, run
from tests.support.receiver import message

QUICK = RetryPolicy(attempts=5, first=0.01, longest=0.05)


class Receiver:
    """A server that keeps what it gets, and answers with the statuses that it is told, and then with 204."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.times: list[float] = []
        self.statuses: list[int] = []
        self.retry_after: str | None = None
        self.on_message: Callable[[str], None] = lambda message_id: None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(decode(body).message_id)
                receiver.times.append(time.monotonic())
                receiver.on_message(receiver.messages[-1])
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                if receiver.retry_after is not None:
                    self.send_header("Retry-After", receiver.retry_after)
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


def test_a_message_is_not_sent_again_before_the_receiver_wants_it(receiver: Receiver, database: str) -> None:
    receiver.statuses = [503]
    receiver.retry_after = "1"

    def put(outbox: Outbox) -> None:
        outbox.put("notify_in_progress", decode(message("m-1")))

    assert use(receiver.url, database, put) == [("done", 2)]
    assert receiver.times[1] - receiver.times[0] >= 1


def test_the_event_loop_goes_on_while_a_message_is_stored(receiver: Receiver, database: str) -> None:
    async def run() -> int:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        async with AsyncClient(receiver.url, retries=NO_RETRIES) as client:
            outbox = Outbox(database, client, policy=QUICK)
            ticking = asyncio.create_task(tick())
            other = outbox.engine.connect()
            other.begin()  # holds the lock of the database
            putting = asyncio.create_task(outbox.put_async("notify_in_progress", decode(message("m-1"))))
            await asyncio.sleep(0.3)
            assert not putting.done()
            other.close()
            assert await asyncio.wait_for(putting, 10) == 1
            ticking.cancel()
            outbox.close()
        return ticks

    assert asyncio.run(run()) > 10


def test_a_message_that_is_refused_is_dead_and_the_next_one_goes_on(receiver: Receiver, database: str) -> None:
    receiver.statuses = [409]

    def put(outbox: Outbox) -> None:
        outbox.put("notify_in_progress", decode(message("m-1")))
        outbox.put("notify_in_progress", decode(message("m-2")))

    assert use(receiver.url, database, put) == [("dead", 1), ("done", 1)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [(408, ("done", 2)), (425, ("done", 2)), (507, ("done", 2)), (501, ("dead", 1)), (505, ("dead", 1))],
)
def test_a_status_that_another_attempt_does_not_change_is_final(
    receiver: Receiver, database: str, status: int, expected: tuple[str, int]
) -> None:
    receiver.statuses = [status]

    def put(outbox: Outbox) -> None:
        outbox.put("notify_in_progress", decode(message("m-1")))

    assert use(receiver.url, database, put) == [expected]


def test_a_message_with_an_empty_key_has_none(receiver: Receiver, database: str) -> None:
    receiver.statuses = [503]

    def put(outbox: Outbox) -> None:
        operation = outbox._operations["notify_in_progress"]
        keyless = replace(operation, idempotency_key=lambda message: "", ordering_key=lambda message: "")
        outbox._operations = {"notify_in_progress": keyless}
        for name in ("m-1", "m-2"):
            outbox.put("notify_in_progress", decode(message(name)))

    assert sorted(use(receiver.url, database, put)) == [("dead", 1), ("done", 1)]


def test_a_message_whose_answer_can_not_be_read_was_accepted_all_the_same(receiver: Receiver, database: str) -> None:
    receiver.statuses = [200]

    def put(outbox: Outbox) -> None:
        answers = (ExpectedAnswer(200, "notifyInProgress", NotifyInProgress),)
        operation = outbox._operations["notify_in_progress"]
        outbox._operations = {"notify_in_progress": replace(operation, answers=answers)}
        outbox.put("notify_in_progress", decode(message("m-1")))

    assert use(receiver.url, database, put) == [("done", 1)]
    engine = connect(database)
    with engine.connect() as connection:
        error = connection.execute(sa.select(OUTBOX.c.error)).scalar_one()
    engine.dispose()
    assert error == "UnexpectedAnswer: accepted with 200 OK, but it has no body; expected <notifyInProgress>"


class PatientReceiver:
    """A server that answers to its first request only once the client has gone away."""

    def __init__(self) -> None:
        self.events: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: *([0-9]+)", head, re.IGNORECASE)[1])  # type: ignore[index]  # it is there
        await reader.readexactly(length)
        self.events.append("request")
        if len(self.events) == 1:
            assert await reader.read() == b""
            self.events.append("gone")
        else:
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_request_that_runs_is_cancelled_where_the_right_to_send_is_lost(database: str) -> None:
    receiver = PatientReceiver()

    async def run() -> None:
        server = await asyncio.start_server(receiver, "127.0.0.1", 0)
        async with AsyncClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", retries=NO_RETRIES) as client:
            outbox = Outbox(database, client, policy=QUICK)
            outbox.put("notify_in_progress", decode(message("m-1")))
            sending = asyncio.create_task(outbox.send_all())
            while not receiver.events:
                await asyncio.sleep(0.02)
            end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND "
            end += "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            with outbox.engine.begin() as connection:
                connection.exec_driver_sql(end)
            await asyncio.wait_for(sending, 20)
            with outbox.engine.connect() as connection:
                row = connection.execute(sa.select(OUTBOX.c.state, OUTBOX.c.attempts, OUTBOX.c.error)).one()
                assert tuple(row) == ("done", 1, None)
            outbox.close()
        server.close()

    asyncio.run(run())

    assert receiver.events == ["request", "gone", "request"]


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
        with pytest.raises(UnknownMethod, match=r"no method 'notify'; it has notify_in_progress$"):
            outbox.put("notify", invalid)

    assert use(receiver.url, database, put) == []


def test_a_client_that_is_not_asynchronous_is_refused(receiver: Receiver, database: str) -> None:
    with Client(receiver.url) as client, pytest.raises(TypeError, match="by an AsyncClient of a package, not by <"):
        Outbox(database, client)


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


def test_what_was_being_sent_when_the_process_was_killed_is_sent_by_the_next_one(
    receiver: Receiver, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/outbox.db"
    program = f"""
import asyncio
from cityfibre_ticketing import decode
from cityfibre_ticketing.client import NO_RETRIES, AsyncClient
from schemapress.receiver.outbox import Outbox
from tests.support.receiver import message

async def main():
    async with AsyncClient({receiver.url!r}, retries=NO_RETRIES) as client:
        outbox = Outbox({database!r}, client)
        for number in range(5):
            await outbox.put_async("notify_in_progress", decode(message(f"m-{{number}}")))
        await outbox.send_all()

asyncio.run(main())
"""
    paths = {"PYTHONPATH": os.pathsep.join([str(REPOSITORY / "generated"), str(REPOSITORY), *sys.path])}
    process = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, **paths})
    receiver.on_message = lambda message_id: process.kill() if message_id == "m-2" else None
    assert process.wait(30) == -9
    receiver.on_message = lambda message_id: None

    states = use(receiver.url, database, lambda outbox: None)

    assert [state for state, _ in states] == ["done"] * 5
    assert receiver.messages == ["m-0", "m-1", "m-2", "m-2", "m-3", "m-4"]


def outbox_command(folder: Path, *arguments: str, code: int = 0, given: str = "") -> str:
    command = [sys.executable, "-m", "schemapress", "outbox", *arguments]
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, input=given)
    assert ended.returncode == code, ended.stderr
    return ended.stdout + ended.stderr


def test_the_command_shows_retries_exports_and_deletes_what_is_to_be_sent(receiver: Receiver, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/outbox.db"
    receiver.statuses = [409]

    def put(outbox: Outbox) -> None:
        outbox.put("notify_in_progress", decode(message("m-1")))
        outbox.put("notify_in_progress", decode(message("m-2")))

    use(receiver.url, database, put)

    listed = outbox_command(tmp_path, "list").splitlines()
    assert listed[-1] == "1 dead, 1 done"
    assert "after 1: Refused: refused with 409 Conflict" in listed[1]
    assert "m-2" in outbox_command(tmp_path, "list", "--state", "done", "--method", "notify_in_progress")
    assert "None of the 2 match." in outbox_command(tmp_path, "list", "--key", "m-3")
    error = outbox_command(tmp_path, "list", "--state", "sent", code=2)
    assert "The state is 'sent'; expected one of waiting, dead, done." in error
    assert decode(outbox_command(tmp_path, "show", "2", "--body").encode()) == decode(message("m-2"))
    shown = outbox_command(tmp_path, "show", "2")
    assert "method: notify_in_progress\nkey: m-2\nreference: BFR-000123\n" in shown
    missing = outbox_command(tmp_path, "show", "3", code=2)
    assert "There is no message 3 in the outbox.\n  `schemapress outbox list` has their numbers." in missing
    assert "The methods are notify_in_progress." in outbox_command(tmp_path, "list", "--method", "notify")
    dead = outbox_command(tmp_path, "purge", "--older-than", "0s", "--state", "dead", given="n\n", code=130)
    assert dead.startswith("Delete 1 message in the state dead, older than 0s, for good? [y/N]: ")
    assert "those that can be deleted are done, dead." in outbox_command(
        tmp_path, "purge", "--older-than", "0s", "--state", "waiting", code=2
    )
    assert outbox_command(tmp_path, "retry", "1", "2", "3", code=1).splitlines() == [
        "message 1 will be sent again",
        "message 2 is done",
        "There is no message 3 in the outbox.",
    ]
    assert use(receiver.url, database, lambda outbox: None) == [("done", 1), ("done", 1)]
    assert outbox_command(tmp_path, "export", "--into", "out") == "2 in out\n"
    assert decode((tmp_path / "out" / "1.xml").read_bytes()) == decode(message("m-1"))
    asked = outbox_command(tmp_path, "purge", "--older-than", "0s", given="y\n")
    assert asked.startswith("Delete 2 messages that were sent, older than 0s, for good? [y/N]: ")
    assert asked.endswith("2 deleted\n")
    elsewhere = outbox_command(tmp_path, "list", "--database", "sqlite:///none.db", code=2)
    assert "There is no outbox here." in elsewhere
    assert "schemapress.receiver.outbox.Outbox" in elsewhere


@pytest.mark.parametrize("command", [("show", "9" * 20), ("retry", "0"), ("retry", "1", "-5")])
def test_a_number_that_no_message_can_have_is_an_error(command: tuple[str, ...], tmp_path: Path) -> None:
    for group in ("inbox", "outbox"):
        done = run(group, command[0], "--", *command[1:], cwd=tmp_path)

        assert done.returncode == 2
        assert "is not in the range" in done.stderr
