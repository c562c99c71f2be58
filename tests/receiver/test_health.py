"""Health and readiness, for an orchestrator that has no certificate: a port of their own."""

from __future__ import annotations

import contextlib
import http.client
import sqlite3
from pathlib import Path

import pytest

from tests.support.listener import wait_until
from tests.support.receiver import ReceiverProcess, free_port, message


def ask(port: int, path: str, method: str = "GET", host: str = "127.0.0.1") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request(method, path, headers={"Host": "receiver-7d9f.pods.example"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def is_ready(port: int) -> bool:
    return ask(port, "/ready")[0] == 200


def test_health_needs_neither_a_certificate_nor_the_page(tmp_path: Path) -> None:
    port = free_port()
    with ReceiverProcess(tmp_path, ("--health-port", str(port))) as receiver:
        wait_until(lambda: is_ready(port))
        assert f"http://127.0.0.1:{port}: /metrics, /live and /ready" in receiver.log
        assert receiver.post(message("m-1"))[0] == 204
        answers = {path: ask(port, path) for path in ("/live", "/ready", "/messages", "/notifyInProgress")}
        status, metrics = ask(port, "/metrics")
        methods = {method: ask(port, "/ready", method) for method in ("HEAD", "POST")}

    assert answers == {
        "/live": (200, b"live\n"),
        "/ready": (200, b"ready\n"),
        **dict.fromkeys(("/messages", "/notifyInProgress"), (404, b"There are /live, /ready and /metrics.\n")),
    }
    assert status == 200
    assert b'schemapress_messages_total{endpoint="POST /notifyInProgress",outcome="stored"} 1.0' in metrics
    assert b"schemapress_waiting_messages 0.0" in metrics  # which is asked of the database
    assert methods == {"HEAD": (200, b""), "POST": (405, b"Read it with GET.\n")}


@pytest.mark.parametrize(("host", "reached"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_other_machines_reach_health_where_its_host_says_so(host: str, reached: bool, tmp_path: Path) -> None:
    port = free_port()
    with ReceiverProcess(tmp_path, ("--health-port", str(port), "--health-host", host)):
        wait_until(lambda: is_ready(port))
        if reached:
            assert ask(port, "/live", host="127.0.0.2") == (200, b"live\n")
        else:
            with pytest.raises(ConnectionRefusedError):  # the port is bound to one address
                ask(port, "/live", host="127.0.0.2")


def test_a_receiver_whose_inbox_can_not_be_written_lives_and_is_not_ready(tmp_path: Path) -> None:
    port = free_port()
    with ReceiverProcess(tmp_path, ("--health-port", str(port))) as receiver:
        wait_until(lambda: is_ready(port))
        with contextlib.closing(sqlite3.connect(tmp_path / "inbox.db")) as database:
            database.execute("DROP TABLE message")

        assert receiver.post(message("m-1"))[0] == 503

        assert ask(port, "/ready") == (503, b"not ready\n")
        assert ask(port, "/live") == (200, b"live\n")
