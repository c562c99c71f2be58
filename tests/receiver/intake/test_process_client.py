"""The process of the inbox, as the server keeps it: what hangs is ended, and another one is started."""

from __future__ import annotations

import asyncio
import fcntl
import os
import random
import signal
import string
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemapress.receiver.inbox.arrival import FailedHandling, MessageSender, StoredAnswer, Submission, SubmissionReply
from schemapress.receiver.inbox.database import connect
from schemapress.receiver.inbox.deliveries import Attempt
from schemapress.receiver.inbox.retention import Retention
from schemapress.receiver.inbox.tables import MESSAGE
from schemapress.receiver.intake import process_client
from schemapress.receiver.intake.process import INPUT, OUTPUT, IntakeSettings
from schemapress.receiver.intake.process_client import InboxProcess, InboxUnavailable
from tests.support.receiver import PACKAGE, message

RETENTION = Retention(90, 100, 1_000_000)


def test_a_process_that_hangs_is_ended_and_another_one_takes_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_client, "SECONDS_PER_BATCH", 0.5)
    settings = IntakeSettings(f"sqlite:///{tmp_path}/inbox.db", str(PACKAGE), "stored", 100_000, RETENTION)
    body = message("m-1")
    submission = Submission(0, "/notifyInProgress", {}, None, len(body), body, None, time.time_ns() // 1_000)

    async def run() -> None:
        async with InboxProcess(settings) as inbox:
            children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
            os.kill(int(children[-1]), signal.SIGSTOP)
            with pytest.raises(InboxUnavailable):
                await inbox.submit(submission)
            assert not inbox.is_available
            while not inbox.is_available:
                await asyncio.sleep(0.05)
            assert (await inbox.submit(submission)).status == 204

    asyncio.run(asyncio.wait_for(run(), 30))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems choose the sizes of pipes themselves")
def test_the_pipes_hold_a_batch(tmp_path: Path) -> None:
    settings = IntakeSettings(f"sqlite:///{tmp_path}/inbox.db", str(PACKAGE), "stored", 100_000, RETENTION)

    async def run() -> list[int]:
        async with InboxProcess(settings):
            child = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()[-1]
            sizes = []
            for number in (INPUT, OUTPUT):
                end = os.open(f"/proc/{child}/fd/{number}", os.O_RDWR | os.O_NONBLOCK)
                sizes.append(fcntl.fcntl(end, fcntl.F_GETPIPE_SZ))
                os.close(end)
            return sizes

    assert asyncio.run(run()) == [process_client.PIPE_BYTES] * 2


@pytest.mark.parametrize(
    ("database", "unstorable"), [("sqlite", "\ud800"), ("postgresql", "\0")], indirect=["database"]
)
def test_what_a_batch_could_not_write_fails_alone_and_is_not_taken_for_written(database: str, unstorable: str) -> None:
    settings = IntakeSettings(database, str(PACKAGE), "waiting", 100_000, RETENTION)

    def submission(name: str) -> Submission:
        body = message(name)
        return Submission(0, "/notifyInProgress", {}, None, len(body), body, None, time.time_ns() // 1_000)

    async def run() -> list[object]:
        async with InboxProcess(settings) as inbox:
            for number in range(1, 5):
                assert (await inbox.submit(submission(f"m-{number}"))).id == number
            return await asyncio.gather(  # one batch, of which only a part can be stored
                inbox.note([Attempt(1, 1, 1, unstorable, 5)]),
                inbox.submit(submission("m-5")),
                inbox.finish(StoredAnswer(2, 200, unstorable, b"")),
                inbox.note([Attempt(3, 1, 1)]),
                inbox.submit(submission("m-6")._replace(path=unstorable)),
                inbox.finish(StoredAnswer(4, 204, "[]", b"")),
                inbox.fail(FailedHandling(1, unstorable)),
                inbox.submit(submission("m-7")),
                return_exceptions=True,
            )

    results = asyncio.run(asyncio.wait_for(run(), 60))

    kinds = [type(result) for result in results]
    assert kinds == [
        *(InboxUnavailable, SubmissionReply, InboxUnavailable, type(None)),
        *(InboxUnavailable, type(None), InboxUnavailable, SubmissionReply),
    ]
    engine = connect(database)
    with engine.connect() as connection:
        rows = {row.message_key: row.state for row in connection.execute(sa.select(MESSAGE))}
    engine.dispose()
    assert rows == {
        "m-1": "waiting",
        "m-2": "waiting",
        "m-3": "done",
        "m-4": "done",
        "m-5": "waiting",
        "m-7": "waiting",
    }


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_row_that_no_index_can_have_is_no_absence_of_the_database(database: str) -> None:
    settings = IntakeSettings(database, str(PACKAGE), "waiting", 100_000, RETENTION)

    def submission(name: str, sender: str) -> Submission:
        body = message(name)
        who = MessageSender(sender)
        return Submission(0, "/notifyInProgress", {}, None, len(body), body, who, time.time_ns() // 1_000)

    async def run() -> tuple[list[int], bool]:
        async with InboxProcess(settings) as inbox:
            long = "".join(random.Random(1).choices(string.printable, k=20_000))  # which can't be compressed
            replies = await asyncio.gather(
                inbox.submit(submission("m-1", "a")), inbox.submit(submission("m-2", long)), return_exceptions=True
            )
            return [reply.status if isinstance(reply, SubmissionReply) else 0 for reply in replies], inbox.is_available

    assert asyncio.run(asyncio.wait_for(run(), 60)) == ([204, 0], True)


def test_what_can_not_be_stored_does_not_make_the_inbox_unavailable(database: str) -> None:
    settings = IntakeSettings(database, str(PACKAGE), "waiting", 100_000, RETENTION)

    async def run() -> bool:
        async with InboxProcess(settings) as inbox:
            with pytest.raises(InboxUnavailable):
                await inbox.finish(StoredAnswer(1, 200, "\ud800", b""))
            return inbox.is_available

    assert asyncio.run(asyncio.wait_for(run(), 60))
