"""The process of the inbox, as the server keeps it: what hangs is ended, and another one is started."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from schemapress.receiver.inbox.arrival import Submission
from schemapress.receiver.inbox.retention import Retention
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
