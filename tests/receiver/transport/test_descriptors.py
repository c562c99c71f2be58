"""A server that may open few files: it makes room for its connections, or says what to do, and survives a shortage."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.listener import wait_until
from tests.support.receiver import ReceiverProcess, message

SECONDS = 3.5


@contextlib.contextmanager
def open_connections(port: int, amount: int) -> Iterator[None]:
    """Open connections that say nothing."""
    with contextlib.ExitStack() as stack:
        for _ in range(amount):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        yield


def is_taken(receiver: ReceiverProcess) -> bool:
    try:
        return receiver.post(message("m-1"))[0] == 204
    except OSError:
        return False


def pid_of(receiver: ReceiverProcess) -> int:
    assert receiver.process is not None
    return receiver.process.pid


def test_the_server_raises_its_limit_to_what_its_connections_need(tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path, ("--connections", "700", "--health-port", "0"), open_files=(64, 4_096)) as receiver:
        limits = resource.prlimit(pid_of(receiver), resource.RLIMIT_NOFILE)
        assert receiver.post(message("m-1"))[0] == 204

    assert limits == (700 + 100 + 100, 4_096)
    assert "may open" not in receiver.log


def test_a_server_that_may_open_few_files_takes_fewer_connections_and_says_so(tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path, open_files=(140, 140)) as receiver:
        assert (
            "the process may open 140 files, so that 40 connections are open at once instead of 1000." in receiver.log
        )
        assert "LimitNOFILE=" in receiver.log
        with open_connections(receiver.port, 150):
            wait_until(lambda: "refused too-many-connections" in receiver.log)
        wait_until(lambda: is_taken(receiver))  # once the server has seen that they are closed

    assert "accept-failed" not in receiver.log
    assert "out of system resource" not in receiver.log


def test_a_server_that_may_open_next_to_nothing_does_not_start(tmp_path: Path) -> None:
    receiver = ReceiverProcess(tmp_path, open_files=(90, 90))
    receiver.start()
    assert receiver.process is not None

    assert receiver.process.wait(30) == 2
    assert "The process may open 90 files; the server needs 1100 for 1000 connections." in receiver.log


def test_a_server_without_descriptors_waits_and_logs_a_line_per_second(tmp_path: Path) -> None:
    with ReceiverProcess(tmp_path, ("--log-format", "json")) as receiver:
        pid = pid_of(receiver)
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        taken = len(os.listdir(f"/proc/{pid}/fd"))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (taken, before[1]))
        start = sum(time_of(pid))
        with open_connections(receiver.port, 20):
            time.sleep(SECONDS)
            used = sum(time_of(pid)) - start
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        time.sleep(1.1)  # asyncio looks again after a second
        assert receiver.post(message("m-1"))[0] == 204

    assert 1 <= receiver.log.count("accept-failed") <= SECONDS + 2
    assert receiver.log.count("out of system resource") <= SECONDS + 2
    assert used < 1  # it does not spin


def time_of(pid: int) -> tuple[float, float]:
    """Return the seconds of processor that a process took, in itself and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) / os.sysconf("SC_CLK_TCK"), int(fields[12]) / os.sysconf("SC_CLK_TCK")
