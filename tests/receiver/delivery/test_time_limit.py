"""Handlers that do not end, in real processes: what is behind them goes on, in order, and nothing else is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemapress.receiver.inbox.database import connect, read
from schemapress.receiver.inbox.tables import MESSAGE
from tests.support.receiver import ReceiverProcess, message

HANDLERS = """
import asyncio, os, re, time
from cityfibre_ticketing.handlers import Handlers

def log(*words):
    with open("handlers.log", "a") as file:
        print(*words, file=file)

def hangs_now(message):
    if message.message_id != "hangs" or os.path.exists("hung"):
        return False
    open("hung", "w").close()
    return True

def hang():
    while True:
        log("alive", "hangs")
        time.sleep(0.02)

class Plain(Handlers):
    def notify_in_progress(self, message, request):
        log("begin", message.message_id)
        if hangs_now(message):
            hang()
        time.sleep(0.8 if message.message_id == "slow" else 0)
        log("end", message.message_id)

class Frozen(Handlers):
    def notify_in_progress(self, message, request):
        log("begin", message.message_id)
        if hangs_now(message):
            re.match("(a+)+$", "a" * 60 + "b")  # for years, in C, with the lock of the interpreter
        log("end", message.message_id)

class Coroutine(Handlers):
    async def notify_in_progress(self, message, request):
        log("begin", message.message_id)
        while hangs_now(message):
            try:
                await asyncio.sleep(1000)
            finally:
                log("cancelled", message.message_id)
        await asyncio.sleep(0.8 if message.message_id == "slow" else 0)
        log("end", message.message_id)

class Stubborn(Handlers):
    async def notify_in_progress(self, message, request):
        log("begin", message.message_id)
        while message.message_id == "hangs" and (os.path.exists("hanging") or hangs_now(message)):
            open("hanging", "w").close()
            try:
                await asyncio.sleep(0.02)
                log("alive", "hangs")
            except asyncio.CancelledError:
                pass
        await asyncio.sleep(0.8 if message.message_id == "slow" else 0)
        log("end", message.message_id)

class Blocking(Plain):
    def notify_in_progress(self, message, request):
        if message.message_id == "hangs":
            return self.block(message)
        return super().notify_in_progress(message, request)

    async def block(self, message):
        log("begin", message.message_id)
        if hangs_now(message):
            hang()
        log("end", message.message_id)
"""


def rows(database: str) -> list[tuple[str, str, int]]:
    engine = connect(database)
    with read(engine) as connection:
        columns = (MESSAGE.c.message_key, MESSAGE.c.state, MESSAGE.c.attempts)
        result = [tuple(row) for row in connection.execute(sa.select(*columns).order_by(MESSAGE.c.id))]
    engine.dispose()
    return result


def wait_for(condition: Callable[[], bool], receiver: ReceiverProcess) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, receiver.log
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("kind", "is_replaced"), [("Plain", True), ("Coroutine", False), ("Stubborn", True), ("Blocking", True)]
)
def test_what_is_behind_a_handler_that_hangs_goes_on_in_order(
    kind: str, is_replaced: bool, database: str, tmp_path: Path
) -> None:
    (tmp_path / "tickets.py").write_text(HANDLERS)
    options = ("--database", database, "--handlers", f"tickets:{kind}", "--handler-seconds", "1")
    with ReceiverProcess(tmp_path, (*options, "--first-pause", "0.01")) as receiver:
        receiver.post(message("hangs", "A"))
        receiver.post(message("behind", "A"))
        wait_for(lambda: (tmp_path / "hung").exists(), receiver)
        time.sleep(0.6)
        receiver.post(message("slow", "B"))
        receiver.post(message("last", "B"))
        if kind == "Stubborn":
            wait_for(lambda: "HandlerOverdue" in receiver.log, receiver)
            (tmp_path / "hanging").unlink()

        wait_for(lambda: {state for _, state, _ in rows(database)} == {"done"}, receiver)
        server_log = receiver.log

    assert rows(database) == [("hangs", "done", 2), ("behind", "done", 1), ("slow", "done", 1), ("last", "done", 1)]
    assert "delivery 1 of message 1 failed, the next in 0.0 s: HandlerOverdue" in server_log
    assert ("a handler did not end in time: another process of deliveries starts" in server_log) == is_replaced
    lines = (tmp_path / "handlers.log").read_text().splitlines()
    again = max(number for number, line in enumerate(lines) if line == "begin hangs")
    assert "begin behind" not in lines[:again]
    assert "alive hangs" not in lines[again:]
    assert lines.count("begin slow") == lines.count("end slow") == 1
    assert lines.index("begin last") > lines.index("end slow")


def test_a_handler_that_lets_the_interpreter_do_nothing_else_is_ended_with_its_process(
    database: str, tmp_path: Path
) -> None:
    (tmp_path / "tickets.py").write_text(HANDLERS)
    options = ("--database", database, "--handlers", "tickets:Frozen", "--handler-seconds", "1")
    with ReceiverProcess(tmp_path, (*options, "--first-pause", "0.01")) as receiver:
        receiver.post(message("hangs", "A"))
        receiver.post(message("behind", "A"))
        wait_for(lambda: [state for _, state, _ in rows(database)] == ["done", "done"], receiver)

    assert rows(database) == [("hangs", "done", 2), ("behind", "done", 1)]
    lines = (tmp_path / "handlers.log").read_text().splitlines()
    assert lines == ["begin hangs", "begin hangs", "end hangs", "begin behind", "end behind"]


def test_a_handler_that_always_hangs_is_given_up_after_its_attempts(database: str, tmp_path: Path) -> None:
    (tmp_path / "tickets.py").write_text(HANDLERS.replace('os.path.exists("hung")', "False"))
    options = ("--database", database, "--handlers", "tickets:Plain", "--handler-seconds", "0.3", "--attempts", "2")
    with ReceiverProcess(tmp_path, (*options, "--first-pause", "0.01")) as receiver:
        receiver.post(message("hangs", "A"))
        receiver.post(message("behind", "A"))
        wait_for(lambda: [state for _, state, _ in rows(database)] == ["dead", "done"], receiver)

    engine = connect(database)
    with read(engine) as connection:
        error = connection.execute(sa.select(MESSAGE.c.error).where(MESSAGE.c.state == "dead")).scalar_one()
    engine.dispose()
    assert error == "HandlerOverdue: the handler did not end within 0.3 seconds"
