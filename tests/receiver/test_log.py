"""The log of a receiver: a line per event, without anything that a sender wrote."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from schemapress.receiver.log import MOST_LINES, BoundedLines, JsonFormatter, LineBudget, TextFormatter, name_for_log
from schemapress.receiver.transport.refusal import RefusalLog
from tests.support.receiver import REPOSITORY, ReceiverProcess, message
from tests.support.receiver_page import SECRETS, PageClient, send_everything, start_with_page, wait_for


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[ReceiverProcess, PageClient]]:
    receiver, page = start_with_page(tmp_path, "--attempts", "2", "--log-format", "json")
    yield receiver, page
    if receiver.process is not None and receiver.process.poll() is None:
        receiver.stop()


def record(raised: Exception | None = None, **extra: object) -> logging.LogRecord:
    info = None if raised is None else (type(raised), raised, raised.__traceback__)
    made = logging.getLogger("receiver").makeRecord("receiver", logging.ERROR, "f.py", 1, "it %s", ("failed",), info)
    made.__dict__.update(extra)
    return made


def raised_with_a_secret() -> Exception:
    try:
        raise ValueError("noc@buyer.example is no number")
    except ValueError as error:
        return error


def test_a_line_of_json_has_the_facts_of_an_event() -> None:
    line = json.loads(JsonFormatter().format(record(event="broken", endpoint="POST /a", message_number=7, secret="s")))

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("time"))
    assert line == {
        "level": "error",
        "event": "broken",
        "text": "it failed",
        "logger": "receiver",
        "endpoint": "POST /a",
        "message_number": 7,
    }


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_an_exception_is_logged_without_its_text(formatter: logging.Formatter) -> None:
    line = formatter.format(record(raised_with_a_secret()))

    assert "ValueError" in line
    assert "in raised_with_a_secret" in line
    assert "noc@buyer.example" not in line


def test_a_line_break_in_a_text_makes_no_second_line_of_json() -> None:
    assert "\n" not in JsonFormatter().format(record(peer="a\n{}"))


def test_a_sender_causes_few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["schemapress.receiver.log"].time, "monotonic", lambda: 60.0)
    rest: list[tuple[str, int]] = []
    budget = LineBudget(lambda kind, lines: rest.append((kind, lines)))

    assert [budget.admits("a") for _ in range(MOST_LINES + 5)] == [True] * MOST_LINES + [False] * 5
    assert budget.admits("b")
    monkeypatch.setattr(sys.modules["schemapress.receiver.log"].time, "monotonic", lambda: 120.0)
    assert budget.admits("a")
    assert rest == [("a", 5)]


def test_the_refusals_of_a_flood_are_counted_in_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    counted: list[str] = []
    log = RefusalLog(lambda reason, peer: counted.append(reason))
    monkeypatch.setattr(sys.modules["schemapress.receiver.log"].time, "monotonic", lambda: 60.0)

    for _ in range(MOST_LINES + 7):
        log.report("not-listed")
    monkeypatch.setattr(sys.modules["schemapress.receiver.log"].time, "monotonic", lambda: 120.0)
    log.report("no-credentials")

    assert len(counted) == MOST_LINES + 8
    assert caplog.messages[MOST_LINES:] == [
        "refused not-listed: 7 more in the last minute",
        "refused no-credentials: an unknown caller",
    ]


def test_deliveries_that_fail_cause_few_lines_and_hide_no_message_that_is_dead() -> None:
    bounded = BoundedLines()

    def log(event: str, amount: int) -> int:
        name = "schemapress.receiver.delivery.deliverer"
        lines = [logging.makeLogRecord({"name": name, "msg": "delivery %d", "event": event}) for _ in range(amount)]
        return sum(map(bounded.filter, lines))

    assert log("delivery-failed", 10 * MOST_LINES) <= 2 * MOST_LINES  # of two minutes, where one ends meanwhile
    assert log("message-dead", 1) == 1


def test_the_processes_log_what_happened_and_nothing_that_was_sent(own: tuple[ReceiverProcess, PageClient]) -> None:
    receiver, page = own
    send_everything(receiver)
    wait_for(lambda: page.metric("schemapress_dead_messages") == 1)
    page.post("/messages/1/reveal", token=page.token())
    page.post("/messages/2/retry", token=page.token())
    page.post("/messages/2/retry", token="wrong")
    wait_for(lambda: page.metric('schemapress_deliveries_total{result="dead"}') == 2)
    metrics = page.get("/metrics")
    receiver.stop()

    lines = [json.loads(line) for line in receiver.log.splitlines() if line.startswith("{")]
    events = {line["event"] for line in lines}
    assert events >= {
        *("inbox-available", "message-refused", "delivery-failed", "message-dead"),
        *("revealed", "retried", "page-refused"),
    }
    assert "log" not in events
    certificate = x509.load_pem_x509_certificate((receiver.folder / ".schemapress-dev" / "client.pem").read_bytes())
    peer = f"SHA256:{certificate.fingerprint(SHA256()).hex()[:16]}"  # there is no allow list
    (dead, *_) = [line for line in lines if line["event"] == "message-dead"]
    assert (dead["endpoint"], dead["peer"], dead["message_number"], dead["attempt"]) == (
        *("POST /notifyInProgress", peer, 2, 2),
    )
    refused = [(line["endpoint"], line["peer"], line["reason"]) for line in lines if line["event"] == "message-refused"]
    who = ("POST /notifyInProgress", peer)
    assert refused == [(*who, reason) for reason in ("conflicting-message", "invalid-document", "malformed-xml")]
    logged = "\n".join(json.dumps(line) for line in lines)
    for text in (*SECRETS, "broken-1", "BFR-", "m-1", "127.0.0.1", "in-progress", "application/xml", "BUYER", "CN="):
        assert text not in logged
        assert text not in metrics


def test_the_page_of_the_documentation_has_each_event() -> None:
    sources = [REPOSITORY / "generator" / "schemapress" / "cli" / "serve.py"]
    sources += (REPOSITORY / "generator" / "schemapress" / "receiver").rglob("*.py")
    logged = {event for file in sources for event in re.findall(r'"event": "([a-z-]+)"', file.read_text("utf-8"))}
    table = (
        (REPOSITORY / "docs" / "receiver-page.md").read_text("utf-8").partition("| event | |\n")[2].partition("\n\n")[0]
    )

    shown = {event for row in table.splitlines()[1:] for event in re.findall("`([a-z-]+)`", row.split("|")[1])}

    assert shown == logged | {"message-dead"}  # which is written beside delivery-failed


def test_a_message_is_seen_by_few_lines_of_text(tmp_path: Path) -> None:
    receiver, _ = start_with_page(tmp_path)
    for number in range(MOST_LINES + 10):
        receiver.post(message(f"m-{number}").replace(b"in-progress", b"started"))
    receiver.stop()

    lines = re.findall("^.*WARNING .*: a message to POST /notifyInProgress is in the quarantine", receiver.log, re.M)
    assert MOST_LINES <= len(lines) <= 2 * MOST_LINES


@pytest.mark.parametrize(
    ("name", "fingerprint", "logged"),
    [
        ("buyer-a", "3f1c" * 16, "buyer-a"),
        ("buyer-a", None, "buyer-a"),
        ("CN=Jane Doe,O=Buyer", "3f1c" * 16, "SHA256:3f1c3f1c3f1c3f1c"),
        ("2.5.4.65=#0c046a616e65", "3f1c" * 16, "SHA256:3f1c3f1c3f1c3f1c"),
        ("email:jane@buyer.example", "3f1c" * 16, "SHA256:3f1c3f1c3f1c3f1c"),
    ],
)
def test_a_peer_that_is_not_listed_is_logged_by_its_fingerprint(
    name: str, fingerprint: str | None, logged: str
) -> None:
    assert name_for_log(name, fingerprint) == logged
