"""Two servers that share a database: one delivers at a time, even where the database takes the right away."""

from __future__ import annotations

import gc
import os
import signal
import time
import weakref
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from schemapress.receiver.delivery import leadership
from schemapress.receiver.delivery.leadership import Leadership
from schemapress.receiver.inbox.database import connect, migrate
from schemapress.receiver.inbox.tables import MESSAGE
from tests.support.receiver import ReceiverProcess, message

HANDLERS = """
import os, time
from cityfibre_ticketing.handlers import Handlers

LOG = os.open({log!r}, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

class Tickets(Handlers):
    def notify_in_progress(self, message, request):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            os.write(LOG, f"{{os.getpid()}} {{message.message_id}}\\n".encode())
            time.sleep(0.02)
"""

LOCKS = "FROM pg_locks WHERE locktype = 'advisory' AND granted"

ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    engine = connect(database)
    yield engine
    engine.dispose()


def wait_for(condition: Callable[[], bool], seconds: float = 40) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def runs(log: Path) -> list[str]:
    """Return the process of each line that handlers wrote."""
    return [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


def end_session_of_lock(engine: sa.Engine) -> None:
    database = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) {LOCKS} AND {database}")


@ON_POSTGRESQL
def test_no_handler_overlaps_where_the_session_of_the_lock_ends(
    database: str, engine: sa.Engine, tmp_path: Path
) -> None:
    log = tmp_path / "handlers.log"
    servers = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "tickets.py").write_text(HANDLERS.format(log=str(log)))
        options = ("--database", database, "--handlers", "tickets:Tickets", "--first-pause", "0.05")
        servers.append(ReceiverProcess(folder, options))
    with servers[0] as one, servers[1] as two:
        assert one.post(message("m-1", "A"))[0] == 204
        assert one.post(message("m-2", "A"))[0] == 204
        assert wait_for(lambda: bool(runs(log)))
        first = runs(log)[0]
        for _ in range(8):
            end_session_of_lock(engine)
            if wait_for(lambda: runs(log)[-1] != first, 16):
                break
        time.sleep(1)
        for server in (one, two):
            assert server.process is not None
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()

    processes = runs(log)
    assert processes[-1] != first, "the right never went to another process"
    changes = sum(before != after for before, after in pairwise(processes))
    assert changes == len(set(processes)) - 1, "two processes ran the handler of one reference at the same time"


@ON_POSTGRESQL
def test_who_follows_a_process_that_did_not_give_the_right_away_waits(
    database: str, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "SECONDS_TO_TAKE_OVER", 0.5)
    migrate(engine)
    first, again, other = (Leadership(engine, MESSAGE, holder) for holder in ("one", "one", "two"))
    assert first.hold()
    end_session_of_lock(engine)
    with pytest.raises(sa.exc.DBAPIError):
        first.hold()

    assert again.hold(), "processes of one server follow one another at once"
    again.close(is_idle=False)
    start = time.monotonic()
    assert not other.hold()
    assert wait_for(other.hold)
    assert time.monotonic() - start > 0.4
    other.close()
    assert again.hold(), "a right that was given away is taken at once"
    again.close()


def test_a_right_that_was_given_away_leaves_nothing_behind(engine: sa.Engine) -> None:
    leadership = Leadership(engine, MESSAGE)
    assert leadership.hold()
    leadership.close()
    gone = weakref.ref(leadership)
    del leadership
    gc.collect()

    assert gone() is None


def test_a_process_that_is_forked_does_not_hold_the_right(engine: sa.Engine) -> None:
    leadership = Leadership(engine, MESSAGE)
    assert leadership.hold()
    start, end = os.pipe()
    ready, to_ready = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(to_ready, b".")
        os.read(start, 1)  # until the parent has looked
        os._exit(0)
    os.read(ready, 1)
    leadership.close()
    other = Leadership(engine, MESSAGE)
    holds = other.hold()
    other.close()
    os.write(end, b".")
    os.waitpid(child, 0)

    assert holds
