"""What Prometheus and a service manager learn of a receiver."""

from __future__ import annotations

import http.client
import os
import signal
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from schemapress.receiver.inbox.arrival import SubmissionReply
from schemapress.receiver.metrics import ReceiverMetrics
from tests.support.receiver import ReceiverProcess, message
from tests.support.receiver_page import PageClient, send_everything, start_with_page, wait_for


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[ReceiverProcess, PageClient]]:
    receiver, page = start_with_page(tmp_path, "--attempts", "2")
    yield receiver, page
    if receiver.process is not None and receiver.process.poll() is None:
        receiver.stop()


def refuse_stranger(receiver: ReceiverProcess) -> None:
    """Call without a certificate."""
    context = ssl.create_default_context(cafile=str(receiver.folder / ".schemapress-dev" / "ca.pem"))
    stranger = http.client.HTTPSConnection("localhost", receiver.port, context=context, timeout=10)
    try:
        stranger.request("GET", "/")
        stranger.getresponse()
    except OSError:
        stranger.close()
    else:
        raise AssertionError("the stranger was let in")


def test_everything_is_counted_by_what_became_of_it(own: tuple[ReceiverProcess, PageClient]) -> None:
    receiver, page = own
    send_everything(receiver)
    assert receiver.post(b"", "/nowhere")[0] == 404
    refuse_stranger(receiver)
    wait_for(lambda: page.metric('schemapress_deliveries_total{result="dead"}') == 1)
    wait_for(lambda: "schemapress_refusals_total{" in page.get("/metrics"))

    endpoint = 'endpoint="POST /notifyInProgress"'
    expected = {
        f'schemapress_requests_total{{{endpoint},status="204"}}': 3,
        f'schemapress_requests_total{{{endpoint},status="409"}}': 1,
        f'schemapress_requests_total{{{endpoint},status="422"}}': 1,
        'schemapress_requests_total{endpoint="other",status="404"}': 1,
        'schemapress_refusals_total{reason="no-credentials"}': 1,
        f'schemapress_messages_total{{{endpoint},outcome="stored"}}': 2,
        f'schemapress_messages_total{{{endpoint},outcome="repeated"}}': 1,
        f'schemapress_messages_total{{{endpoint},outcome="conflicting"}}': 1,
        f'schemapress_messages_total{{{endpoint},outcome="quarantined"}}': 2,
        'schemapress_deliveries_total{result="done"}': 1,
        'schemapress_deliveries_total{result="failed"}': 1,
        'schemapress_restarts_total{process="inbox"}': 0,
        "schemapress_waiting_messages": 0,
        "schemapress_dead_messages": 1,
        "schemapress_quarantined_messages": 3,
        "schemapress_oldest_waiting_seconds": 0,
        "schemapress_ready": 1,
        f"schemapress_exchange_seconds_count{{{endpoint}}}": 6,
    }
    assert {name: page.metric(name) for name in expected} == expected
    assert (page.metric("schemapress_commit_seconds_count") or 0) >= 6
    expiry = page.metric("schemapress_certificate_expiry_timestamp_seconds") or 0
    connection = receiver.connect()
    connection.connect()
    assert isinstance(connection.sock, ssl.SSLSocket)
    certificate = connection.sock.getpeercert()
    assert certificate is not None
    assert expiry == ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    assert page.metric("schemapress_connections") == 1
    connection.close()
    assert len(list(text_string_to_metric_families(page.get("/metrics")))) > 12


def test_a_process_that_ends_is_counted_and_the_receiver_is_not_ready_meanwhile(
    own: tuple[ReceiverProcess, PageClient],
) -> None:
    receiver, page = own
    assert page.get("/ready") == "ready\n"
    assert receiver.process is not None
    for pid in map(int, Path(f"/proc/{receiver.process.pid}/task/{receiver.process.pid}/children").read_text().split()):
        if b"intake.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)

    wait_for(lambda: page.ask("GET", "/ready")[0].status == 503)
    assert page.get("/live") == "live\n"
    wait_for(lambda: page.ask("GET", "/ready")[0].status == 200)
    assert page.metric('schemapress_restarts_total{process="inbox"}') == 1
    assert receiver.post(message("m-9"))[0] == 204


def test_a_message_that_waits_has_an_age(tmp_path: Path) -> None:
    receiver, page = start_with_page(tmp_path, "--first-pause", "1000", "--attempts", "9")
    receiver.post(message("broken-1"))

    wait_for(lambda: (page.metric("schemapress_oldest_waiting_seconds") or 0) > 0.1)
    assert page.metric("schemapress_waiting_messages") == 1
    assert "the oldest waits for" in page.get("/messages")
    receiver.stop()


def test_a_database_that_is_gone_is_said_and_the_rest_still_counted(
    own: tuple[ReceiverProcess, PageClient], tmp_path: Path
) -> None:
    receiver, page = own
    receiver.post(message("m-1"))
    wait_for(lambda: page.metric('schemapress_deliveries_total{result="done"}') == 1)
    for file in tmp_path.glob("inbox.db*"):
        file.write_bytes(b"no database")

    assert page.metric("schemapress_database_readable") == 0
    assert page.metric('schemapress_deliveries_total{result="done"}') == 1
    response, body = page.ask("GET", "/messages")
    assert response.status == 503
    assert "The inbox can&#39;t be read at the moment." in body


def test_no_label_takes_a_value_of_a_sender() -> None:
    metrics = ReceiverMetrics(["POST /a"], lambda: True)
    for number in range(50):
        metrics.on_request(f"POST /{number}", 404, 0.1)
        metrics.on_reply(f"POST /{number}", SubmissionReply(204, id=1))
    metrics.on_reply("POST /a", SubmissionReply(503))

    text = metrics.render(None)[0].decode()

    assert 'schemapress_requests_total{endpoint="other",status="404"} 50.0' in text
    assert 'schemapress_messages_total{endpoint="other",outcome="stored"} 50.0' in text
    assert "POST /1" not in text
    assert 'outcome="stored"} 0.0' in text
