"""Handlers that do what handlers should not do, in real processes: deliveries go on, and the server stops in time."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.receiver.delivery.test_time_limit import rows, wait_for
from tests.support.receiver import ReceiverProcess, message

HANDLERS = """
import asyncio, os, subprocess, time
from cityfibre_ticketing.handlers import Handlers

def is_first(message):
    if message.message_id != "odd" or os.path.exists("tried"):
        return False
    open("tried", "w").close()
    return True

class StopsIterating(Handlers):
    def notify_in_progress(self, message, request):
        if is_first(message):
            next(iter([]))

class AnswersWrongly(Handlers):
    def notify_in_progress(self, message, request):
        return "thanks" if is_first(message) else None

class StopsTheLoop(Handlers):
    async def notify_in_progress(self, message, request):
        if is_first(message):
            asyncio.get_running_loop().stop()
        await asyncio.sleep(0.2)

class LeavesAFork(Handlers):
    def notify_in_progress(self, message, request):
        if is_first(message):
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
            os._exit(7)

class StartsAProgram(Handlers):
    def notify_in_progress(self, message, request):
        if is_first(message):
            program = subprocess.Popen(["sleep", "60"])
            program.terminate()
            program.wait(10)
"""


@pytest.mark.parametrize(
    ("kind", "attempts", "error"),
    [
        ("StopsIterating", 2, "RuntimeError"),
        ("AnswersWrongly", 2, "TypeError"),
        ("StopsTheLoop", 1, None),
        ("LeavesAFork", 2, "the process of deliveries ended with 7; another one starts"),
        ("StartsAProgram", 1, None),
    ],
)
def test_deliveries_go_on(kind: str, attempts: int, error: str | None, database: str, tmp_path: Path) -> None:
    (tmp_path / "tickets.py").write_text(HANDLERS)
    options = ("--database", database, "--handlers", f"tickets:{kind}", "--first-pause", "0.01")
    with ReceiverProcess(tmp_path, (*options, "--shutdown-seconds", "3")) as receiver:
        receiver.post(message("odd", "A"))
        receiver.post(message("behind", "A"))
        receiver.post(message("beside", "B"))
        wait_for(lambda: {state for _, state, _ in rows(database)} == {"done"}, receiver)
        start = time.monotonic()
    assert time.monotonic() - start < 15

    assert rows(database)[:2] == [("odd", "done", attempts), ("behind", "done", 1)]
    assert error is None or error in receiver.log


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_fork_of_a_handler_does_not_keep_the_right_to_deliver(database: str, tmp_path: Path) -> None:
    (tmp_path / "tickets.py").write_text(HANDLERS)
    options = ("--database", database, "--handlers", "tickets:LeavesAFork", "--first-pause", "0.01")
    with ReceiverProcess(tmp_path, options) as receiver:
        receiver.post(message("odd", "A"))
        wait_for(lambda: [state for _, state, _ in rows(database)] == ["done"], receiver)

    assert rows(database) == [("odd", "done", 2)]


def test_a_server_stops_in_time_though_a_fork_of_a_handler_runs_on(database: str, tmp_path: Path) -> None:
    (tmp_path / "tickets.py").write_text(HANDLERS.replace("os._exit(7)", "return"))
    options = ("--database", database, "--handlers", "tickets:LeavesAFork", "--shutdown-seconds", "3")
    with ReceiverProcess(tmp_path, options) as receiver:
        receiver.post(message("odd", "A"))
        wait_for(lambda: [state for _, state, _ in rows(database)] == ["done"], receiver)
        assert receiver.process is not None
        receiver.process.send_signal(signal.SIGTERM)

        assert receiver.process.wait(15) == 0
