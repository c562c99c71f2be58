"""`schemapress serve`, as its senders and its owner see it: real processes, real TLS, a real database."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from schemapress.receiver.inbox.database import connect
from schemapress.receiver.inbox.tables import MESSAGE, QUARANTINE
from tests.support.certificates import DAY, Authority
from tests.support.receiver import PACKAGE, PATH, REPOSITORY, ReceiverProcess, free_port, message
from tests.support.receiver_page import PageClient

HANDLERS = """
import functools, os
from cityfibre_ticketing.handlers import Handlers, Refusal

class Tickets(Handlers):
    def notify_in_progress(self, message, request):
        with open("handled.log", "a") as log:
            print(message.message_id, request.client_certificate is not None, file=log)
        if message.message_id == "refused":
            raise Refusal(409, "This fault is closed.")
        if message.message_id == "fatal":
            os._exit(3)
        if message.message_id == "broken" and not os.path.exists("repaired"):
            raise RuntimeError("broken")

class Unfinished(Handlers):
    pass

class Short(Handlers):
    def notify_in_progress(self, message):
        pass

class Long(Handlers):
    async def notify_in_progress(self, message, request, session):
        pass

class Yields(Handlers):
    async def notify_in_progress(self, message, request):
        yield message

class Callable:
    def __call__(self, message, request, session):
        pass

class Called(Handlers):
    notify_in_progress = Callable()

def narrow(function):
    @functools.wraps(function)
    def call(self):
        return function(self, None, None)
    return call

class Wrapped(Handlers):
    @narrow
    def notify_in_progress(self, message, request):
        pass

class Plain(Handlers):
    notify_in_progress = None

class Free(Handlers):
    @staticmethod
    def notify_in_progress(*arguments, **named):
        print("free", len(arguments))

class Sparing(Tickets):
    def notify_in_progress(self, message, request=None, *, session=None):
        print("sparing")

short, free = Short(), Free()

class Needy(Tickets):
    queue = None

    def __init__(self, name):
        self.name = name

class Broken(Tickets):
    def __init__(self):
        raise RuntimeError("no database")
"""


LINE_OF_NEEDY = HANDLERS.partition("def __init__(self, name)")[0].count("\n") + 1

SHOWN = """
import json
from cityfibre_ticketing.handlers import Handlers

class Tickets(Handlers):
    def notify_in_progress(self, message, request):
        with open("shown.json", "w") as shown:
            json.dump({"headers": dict(request.headers), "certificate": request.client_certificate}, shown)
"""

KINDS_OF_DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def start(tmp_path: Path, database: str) -> Iterator[Callable[..., ReceiverProcess]]:
    """Return a function that starts a receiver with further options."""
    (tmp_path / "tickets.py").write_text(HANDLERS)
    receivers: list[ReceiverProcess] = []

    def start(*options: str) -> ReceiverProcess:
        receiver = ReceiverProcess(tmp_path, ("--database", database, *options))
        receivers.append(receiver)
        receiver.start()
        receiver.wait_until_ready()
        return receiver

    yield start
    for receiver in receivers:
        if receiver.process is not None and receiver.process.poll() is None:
            receiver.stop()


def rows(database: str, table: sa.Table = MESSAGE) -> list[dict[str, object]]:
    engine = connect(database)
    with engine.connect() as connection:
        result = [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]
    engine.dispose()
    return result


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def kind_of(answer: bytes) -> str:
    match = re.search(rb"urn:schemapress:problem:([^<]+)", answer)
    assert match is not None, answer
    return match[1].decode()


def inbox(folder: Path, database: str, *arguments: str) -> str:
    command = [sys.executable, "-m", "schemapress", "inbox", *arguments, "--database", database]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@KINDS_OF_DATABASES
def test_a_message_is_stored_before_it_is_acknowledged(start: Callable[..., ReceiverProcess], database: str) -> None:
    receiver = start()

    assert receiver.post(message("m-1")) == (204, b"")

    (row,) = rows(database)
    assert (row["message_key"], row["ordering_key"], row["state"]) == ("m-1", "BFR-000123", "stored")
    assert row["sender"] == "CN=throwaway-client"
    assert row["body"] == message("m-1")


def test_the_same_message_gets_the_same_answer_and_is_stored_once(
    start: Callable[..., ReceiverProcess], database: str
) -> None:
    receiver = start()

    answers = [receiver.post(message("m-1")) for _ in range(3)]

    assert answers == [(204, b"")] * 3
    assert len(rows(database)) == 1


@KINDS_OF_DATABASES
def test_another_message_with_a_known_key_is_refused_and_both_are_kept(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    receiver = start()
    receiver.post(message("m-1"))

    status, answer = receiver.post(message("m-1", "BFR-2"))

    assert (status, kind_of(answer)) == (409, "conflicting-message")
    assert len(rows(database)) == 1
    assert "conflicts-with: message 1\n" in inbox(tmp_path, database, "show", "--table", "quarantine", "1")
    (kept,) = rows(database, QUARANTINE)
    assert (kept["reason"], kept["message_key"], kept["body"]) == (
        "conflicting-message",
        "m-1",
        message("m-1", "BFR-2"),
    )


def test_an_invalid_message_goes_to_the_quarantine_with_its_report_and_certificate(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    receiver = start()

    status, answer = receiver.post(message("m-1").replace(b"in-progress", b"started"))

    assert (status, kind_of(answer)) == (422, "invalid-document")
    (kept,) = rows(database, QUARANTINE)
    assert json.loads(str(kept["report"]))[0]["code"] == "cvc-enumeration-valid"
    assert kept["fingerprint"] is not None
    shown = inbox(tmp_path, database, "show", "--table", "quarantine", "1")
    assert re.search("^problem: line [0-9]+, /notifyInProgress/faultDetails/status: <status> is 'started'", shown, re.M)
    assert "<status>started</status>" in shown


def test_an_endpoint_that_asks_for_a_certificate_warns_where_nobody_is_asked(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    (tmp_path / "peers.toml").write_text(f'[[peer]]\nname = "buyer"\nsecrets = ["{secret}"]\n', "utf-8")
    tls = ("--tls-cert", str(authority.issue_server().path), "--host", "127.0.0.1")
    words = 'The facts of POST /notifyInProgress say security = "certificate", and nobody is asked for one'
    for name, options, is_warned in (
        ("open", tls, True),
        ("certificates", (*tls, "--client-ca", str(authority.path)), False),
        ("signatures", (*tls, "--peers", str(tmp_path / "peers.toml")), False),
    ):
        folder = tmp_path / name
        folder.mkdir()
        with ReceiverProcess(folder, options, authority.path) as receiver:
            pass
        assert (words in receiver.log) == is_warned, receiver.log


def test_a_certificate_can_not_speak_for_another_buyer(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    (tmp_path / "peers.toml").write_text(
        '[[peer]]\nname = "buyer"\nsubject = "CN=throwaway-client"\nidentifiers = ["BUYER-0001"]\n'
    )
    receiver = start("--peers", "peers.toml")

    status, answer = receiver.post(message("m-1"))

    assert (status, kind_of(answer)) == (403, "wrong-sender")
    assert rows(database) == []
    assert [kept["reason"] for kept in rows(database, QUARANTINE)] == ["wrong-sender"]
    detail = "buyer may not speak for 'BUYER-0042', which the message names as buyerIdentifier."
    assert detail in answer.decode()
    assert "BUYER-0001" not in answer.decode()
    shown = inbox(tmp_path, database, "show", "--table", "quarantine", "1")
    assert (
        f"problem: /notifyInProgress/buyerIdentifier: {detail} It may speak for 'BUYER-0001'. [wrong-sender]\n" in shown
    )
    assert receiver.post(message("m-1").replace(b"BUYER-0042", b"BUYER-0001"))[0] == 204


def test_a_message_that_a_handler_failed_on_is_handled_once_it_comes_again_to_a_server_that_delivers(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    receiver = start("--handlers", "tickets:Tickets", "--mode", "inline")
    assert receiver.post(message("broken"))[0] == 500
    receiver.stop()
    (tmp_path / "repaired").touch()

    receiver = start("--handlers", "tickets:Tickets")
    time.sleep(1)
    assert [row["state"] for row in rows(database)] == ["handling"]
    assert receiver.post(message("broken"))[0] == 204

    wait_for(lambda: [row["state"] for row in rows(database)] == ["done"])
    assert (tmp_path / "handled.log").read_text() == "broken True\n" * 2


def test_a_message_that_was_only_stored_is_handled_once_it_comes_again(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    receiver = start()
    assert receiver.post(message("m-1"))[0] == 204
    receiver.stop()

    receiver = start("--handlers", "tickets:Tickets", "--mode", "inline")
    assert receiver.post(message("m-1"))[0] == 204

    assert (tmp_path / "handled.log").read_text() == "m-1 True\n"
    assert [row["state"] for row in rows(database)] == ["done"]


def test_only_listed_certificates_of_the_own_authority_get_in(database: str, tmp_path: Path) -> None:
    authority, other = Authority(tmp_path), Authority(tmp_path, "Other CA")
    server = authority.issue_server()
    good, revoked = authority.issue("CN=good"), authority.issue("CN=revoked")
    callers = {
        "good": good,
        "expired": authority.issue("CN=good", starts=-3 * DAY, ends=-DAY),
        "of another authority": other.issue("CN=good"),
        "revoked": revoked,
        "not listed": authority.issue("CN=stranger"),
        "none": None,
    }
    (tmp_path / "peers.toml").write_text(
        '[[peer]]\nname = "good"\nsubject = "CN=good"\nidentifiers = ["BUYER-0042"]\n'
        '[[peer]]\nname = "revoked"\nsubject = "CN=revoked"\n'
    )
    options: tuple[str, ...] = (
        "--database",
        database,
        "--tls-cert",
        str(server.certificate_file),
        "--tls-key",
        str(server.key_file),
    )
    options += ("--client-ca", str(authority.path), "--crl", str(authority.revoke(revoked)), "--peers", "peers.toml")
    answers: dict[str, int | str] = {}
    with ReceiverProcess(tmp_path, (*options, "--host", "127.0.0.1"), authority.path) as receiver:
        for name, identity in callers.items():
            receiver.identity = None if identity is None else identity.path
            try:
                answers[name] = receiver.post(message(name))[0]
            except OSError:
                answers[name] = "no connection"
        receiver.identity = good.path
        answers["of another buyer"] = receiver.post(message("m").replace(b"BUYER-0042", b"BUYER-0043"))[0]

    assert answers == {
        "good": 204,
        "expired": "no connection",
        "of another authority": "no connection",
        "revoked": "no connection",
        "not listed": 403,
        "none": "no connection",
        "of another buyer": 403,
    }
    assert [(row["message_key"], row["sender"]) for row in rows(database)] == [("good", "good")]
    stranger = callers["not listed"]
    assert stranger is not None
    assert f"refused not-listed: an unknown caller (SHA-256 {stranger.fingerprint})" in receiver.log


def test_a_server_whose_certificate_has_expired_does_not_start(tmp_path: Path) -> None:
    expired = Authority(tmp_path).issue_server(ends=-DAY)
    command = [sys.executable, "-m", "schemapress", "serve", str(PACKAGE), "--port", "0"]
    command += ["--tls-cert", str(expired.path)]

    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)

    assert ended.returncode == 2
    assert "The certificate of the server expired on " in ended.stderr


def test_a_client_whose_certificate_is_refused_gets_the_alert_that_says_why(database: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server, expired = authority.issue_server(), authority.issue("CN=good", starts=-3 * DAY, ends=-DAY)
    options: tuple[str, ...] = ("--database", database, "--tls-cert", str(server.path), "--host", "127.0.0.1")
    options += ("--client-ca", str(authority.path))
    with ReceiverProcess(tmp_path, options, authority.path) as receiver:
        with pytest.raises(ssl.SSLError, match=r"(?i)certificate.required"):
            receiver.post(message("m-1"))
        receiver.identity = expired.path
        with pytest.raises(ssl.SSLError, match=r"(?i)certificate.expired"):
            receiver.post(message("m-1"))


def test_a_handler_gets_each_message_from_the_inbox(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    receiver = start("--handlers", "tickets:Tickets")

    for number in range(5):
        assert receiver.post(message(f"m-{number}"))[0] == 204

    wait_for(lambda: {row["state"] for row in rows(database)} == {"done"})
    assert (tmp_path / "handled.log").read_text() == "".join(f"m-{number} True\n" for number in range(5))


@KINDS_OF_DATABASES
def test_a_message_that_its_handler_can_not_handle_is_dead_until_somebody_retries_it(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    receiver = start("--handlers", "tickets:Tickets", "--attempts", "2", "--first-pause", "0.01")
    receiver.post(message("refused"))
    receiver.post(message("broken"))

    wait_for(lambda: [row["state"] for row in rows(database)] == ["dead", "dead"])
    assert [row["attempts"] for row in rows(database)] == [1, 2]
    listed = inbox(tmp_path, database, "list")
    assert "after 1: Refusal: This fault is closed." in listed
    assert "2 dead" in listed
    (tmp_path / "repaired").touch()
    assert inbox(tmp_path, database, "retry", "2") == "message 2 will be delivered again\n"
    wait_for(lambda: [row["state"] for row in rows(database)] == ["dead", "done"])


def test_a_message_whose_handler_ends_its_process_is_dead_after_its_attempts(
    start: Callable[..., ReceiverProcess], database: str
) -> None:
    receiver = start("--handlers", "tickets:Tickets", "--attempts", "2", "--first-pause", "0.01")
    receiver.post(message("fatal"))
    receiver.post(message("m-1"))

    wait_for(lambda: [row["state"] for row in rows(database)] == ["dead", "done"])
    assert [row["attempts"] for row in rows(database)] == [2, 1]
    assert rows(database)[0]["error"] == "the process of deliveries ended while the handler ran"


@KINDS_OF_DATABASES
def test_an_inline_handler_answers_and_its_answer_is_given_again(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    receiver = start("--handlers", "tickets:Tickets", "--mode", "inline")

    answers = [receiver.post(message("refused")) for _ in range(2)]

    assert answers[0] == answers[1]
    assert (answers[0][0], kind_of(answers[0][1])) == (409, "refused")
    assert (tmp_path / "handled.log").read_text() == "refused True\n"
    assert receiver.post(message("broken"))[0] == 500
    assert [(row["error"], row["attempts"]) for row in rows(database)][1:] == [("RuntimeError: broken", 1)]
    assert "error: RuntimeError: broken\n" in inbox(tmp_path, database, "show", str(rows(database)[1]["id"]))
    (tmp_path / "repaired").touch()
    assert receiver.post(message("broken"))[0] == 204
    assert rows(database)[1]["error"] is None
    assert [row["state"] for row in rows(database)] == ["done", "done"]


@pytest.mark.parametrize("name", ["Free", "free", "Sparing"])
def test_a_handler_may_take_what_the_server_calls_it_with_in_another_way(
    name: str, start: Callable[..., ReceiverProcess], database: str
) -> None:
    receiver = start("--handlers", f"tickets:{name}")

    receiver.post(message("m-1"))

    wait_for(lambda: [row["state"] for row in rows(database)] == ["done"])


def test_a_folder_that_is_no_package_is_an_error_that_names_one(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "spec", tmp_path / "spec")
    (tmp_path / "pyproject.toml").write_text("[tool.schemapress]\n")
    (tmp_path / "other").mkdir()

    before = fail_to_serve(tmp_path, "spec/cityfibre-ticketing")
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "cityfibre_ticketing").symlink_to(PACKAGE)
    after = [fail_to_serve(tmp_path, name) for name in ("spec/cityfibre-ticketing/", "other", "nowhere/at_all")]

    assert before == (
        "error: spec/cityfibre-ticketing: This is a specification, and not a generated package.\n"
        "  Build it with `schemapress build cityfibre-ticketing`, and name generated/cityfibre_ticketing.\n"
    )
    assert after == [
        "error: spec/cityfibre-ticketing: This is a specification, and not a generated package.\n"
        "  Name generated/cityfibre_ticketing.\n",
        "error: other: This is not a generated package.\n"
        "  Name the folder of a generated package: generated/cityfibre_ticketing.\n",
        "error: nowhere/at_all: There is no such folder.\n"
        "  Name the folder of a generated package: generated/cityfibre_ticketing.\n",
    ]


def fail_to_serve(folder: Path, *arguments: str) -> str:
    """Return what a server that can't start says."""
    command = [sys.executable, "-m", "schemapress", "serve", "--port", "0", *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2, ended.stdout
    assert ended.stdout == ""
    return ended.stderr


def test_a_message_whose_handler_failed_inside_its_request_is_counted_and_can_be_delivered(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    page = PageClient(free_port())
    receiver = start("--handlers", "tickets:Tickets", "--mode", "inline", "--page-port", str(page.port))
    assert receiver.post(message("broken"))[0] == 500
    assert page.metric("schemapress_handling_messages") == 1
    assert "in their requests" in page.get("/messages")
    assert "RuntimeError: broken" in page.get("/messages/1")
    receiver.stop()
    (tmp_path / "repaired").touch()

    assert inbox(tmp_path, database, "retry", "--all") == "No message is dead.\n"
    assert inbox(tmp_path, database, "retry", "1").splitlines() == [
        "message 1 will be delivered again",
        "Messages that were handled inside their requests wait for a server with --mode deliver.",
    ]
    start("--handlers", "tickets:Tickets")
    wait_for(lambda: [row["state"] for row in rows(database)] == ["done"])


def test_the_address_is_printed_once_connections_are_accepted(start: Callable[..., ReceiverProcess]) -> None:
    receiver = start()
    receiver.stop()
    (receiver.folder / "server.log").unlink()

    receiver.start()
    wait_for(lambda: "  curl " in receiver.log)

    receiver.wait_until_ready()
    assert receiver.attempts_to_connect == 1


def test_both_processes_start_at_the_same_time(start: Callable[..., ReceiverProcess], tmp_path: Path) -> None:
    receiver = ReceiverProcess(tmp_path, ("--handlers", "tickets:Tickets"))
    receiver.start()
    assert receiver.process is not None
    children = Path(f"/proc/{receiver.process.pid}/task/{receiver.process.pid}/children")

    def has_deliveries() -> bool:
        pids = children.read_text().split()
        return any(b"delivery.process" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids)

    try:
        wait_for(has_deliveries)
        assert "the inbox takes messages" not in receiver.log
        receiver.wait_until_ready()
    finally:
        receiver.stop()


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ((), "  deliver: tickets:Tickets; settings of pyproject.toml"),
        (("--mode", "inline"), "  inline: tickets:Tickets; settings of pyproject.toml"),
        (("--mode", "store"), "  store: no handlers; messages are only stored; settings of pyproject.toml"),
    ],
)
def test_a_line_says_what_becomes_of_messages_and_where_that_is_set(
    options: tuple[str, ...], line: str, start: Callable[..., ReceiverProcess], tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.schemapress.serve]\nhandlers = "tickets:Tickets"\n')
    receiver = start(*options)

    assert line in receiver.log.splitlines()


def test_a_compressed_bomb_is_refused_and_not_unpacked(start: Callable[..., ReceiverProcess], database: str) -> None:
    receiver = start()
    bomb = gzip.compress(b"<a>" + b" " * 100_000_000)
    connection = receiver.connect()

    connection.request("POST", PATH, bomb, {"Content-Type": "application/xml", "Content-Encoding": "gzip"})
    response = connection.getresponse()

    assert (response.status, kind_of(response.read())) == (415, "wrong-content-encoding")
    connection.close()
    assert rows(database) == rows(database, QUARANTINE) == []


@pytest.mark.parametrize("form", ["nginx", "traefik"])
@pytest.mark.parametrize("mode", ["deliver", "inline"])
def test_a_certificate_that_a_proxy_forwards_is_no_header_field_of_the_message(
    form: str, mode: str, database: str, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    client = authority.issue("CN=buyer")
    fields = {
        "nginx": {"X-SSL-Client-Cert": quote(client.pem, safe=""), "X-SSL-Client-Verify": "SUCCESS"},
        "traefik": {"X-Forwarded-Tls-Client-Cert": "".join(client.pem.decode().split("\n")[1:-2])},
    }[form]
    (tmp_path / "peers.toml").write_text(
        f'admit = "every"\n[[proxy]]\nname = "edge"\nnetwork = "127.0.0.1"\nforwards = "{form}"\n'
    )
    (tmp_path / "shown.py").write_text(SHOWN)
    options = ("--database", database, "--peers", "peers.toml", "--handlers", "shown:Tickets", "--mode", mode)

    with ReceiverProcess(tmp_path, options, authority.path) as receiver:
        connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
        connection.request("POST", PATH, message("m-1"), {"Content-Type": "application/xml", **fields})
        assert connection.getresponse().status == 204, receiver.log
        connection.close()
        wait_for(lambda: [row["state"] for row in rows(database)] == ["done"])

    (row,) = rows(database)
    assert row["sender"] == "CN=buyer"
    names = ["host", "accept-encoding", "content-length", "content-type"]
    assert sorted(json.loads(str(row["headers"]))) == sorted(names)
    shown = json.loads((tmp_path / "shown.json").read_text())
    assert shown["certificate"] == client.pem.decode()
    assert sorted(shown["headers"]) == sorted(names)


def test_all_addresses_are_those_of_ipv4_and_ipv6(database: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    identity = authority.issue("CN=good")
    options = (
        "--database",
        database,
        "--client-ca",
        str(authority.path),
        "--tls-cert",
        str(authority.issue_server().path),
    )

    with ReceiverProcess(tmp_path, options, authority.path, identity.path) as receiver:
        assert receiver.post(message("m-1"))[0] == 204
        assert f"cityfibre_ticketing at https://*:{receiver.port}\n" in receiver.log
        socket.create_connection(("::1", receiver.port), timeout=5).close()
        socket.create_connection(("127.0.0.2", receiver.port), timeout=5).close()


def test_the_server_stops_with_success_and_says_so(start: Callable[..., ReceiverProcess]) -> None:
    receiver = start()

    assert receiver.stop() == 0
    assert receiver.log.endswith("Stopped: what was in flight is finished.\n")


def test_what_is_exported_can_be_read_again(
    start: Callable[..., ReceiverProcess], database: str, tmp_path: Path
) -> None:
    receiver = start()
    receiver.post(message("m-1"))

    (tmp_path / "out").mkdir(0o755)
    (tmp_path / "out" / "1.xml").touch(0o644)
    assert inbox(tmp_path, database, "export", "--into", "out", "--key", "m-1") == "1 in out\n"
    assert inbox(tmp_path, database, "export", "--into", "new") == "1 in new\n"

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for name in ("new", "out") for file in (tmp_path / name).iterdir()} == {0o600}
    assert (tmp_path / "out" / "1.xml").read_bytes() == message("m-1")
    assert (tmp_path / "out" / "1.pem").read_text().startswith("-----BEGIN CERTIFICATE-----")
    facts = json.loads((tmp_path / "out" / "1.json").read_text())
    assert facts["endpoint"] == "POST /notifyInProgress"
    assert inbox(tmp_path, database, "purge", "--older-than", "0s", "--yes") == "1 deleted\n"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("--tls-key", "x.key"), "There is a tls-key without a tls-cert."),
        (("--mode", "deliver"), "The mode deliver needs handlers."),
        (("--handlers", "nowhere:Tickets"), "There is no module nowhere."),
        (("--handlers", "ticket:Tickets"), "There is no module ticket.\n  Did you mean 'tickets'?"),
        (
            ("--handlers", "tickets:Needy"),
            f"tickets.py:{LINE_OF_NEEDY}: tickets:Needy can't be made without arguments: missing a required argument",
        ),
        (("--handlers", "ends:Tickets"), "ends.py:2: ends can't be imported: it ends the program."),
        (
            ("--openapi-path", "/notifyInProgress"),
            "The OpenAPI document can't be served: The path '/notifyInProgress' of the OpenAPI document is that of",
        ),
        (("--handlers", "tickets:Missing"), "tickets has no Missing."),
        (("--handlers", "tickets:Unfinished"), "tickets:Unfinished has no notify_in_progress."),
        (("--handlers", "tickets:Broken"), "The handlers can't be made: RuntimeError: no database."),
        (("--handlers", "wrong:Tickets"), "wrong can't be imported: expected ':'."),
        (("--handlers", "tickets:os"), "tickets:os is no subclass of Handlers."),
        (("--handlers", "tickets:Ticket"), "tickets has no Ticket.\n  Did you mean 'Tickets'?"),
        (
            ("--handlers", "tickets:Short"),
            "tickets.py:20: tickets:Short.notify_in_progress can't be called as the server does: too many positional "
            "arguments.\n  Write it as def notify_in_progress(self, message, request): …",
        ),
        (("--handlers", "tickets:short"), "as the server does: too many positional arguments."),
        (("--handlers", "tickets:Long"), "as the server does: missing a required argument: 'session'."),
        (("--handlers", "tickets:Yields"), "tickets:Yields.notify_in_progress has a yield, so that a call of it runs"),
        (("--handlers", "tickets:Called"), "tickets:Called.notify_in_progress can't be called as the server does"),
        (("--handlers", "tickets:Wrapped"), "tickets:Wrapped.notify_in_progress can't be called as the server does"),
        (("--handlers", "tickets:Plain"), "tickets:Plain.notify_in_progress is None, and no method."),
        (("--database", "mysql://x"), "expected one of SQLite or PostgreSQL"),
        (("--host", "0.0.0.0"), "Without certificates, the server listens on loopback only."),
    ],
)
def test_a_mistake_in_the_settings_is_an_error_before_anything_starts(
    options: tuple[str, ...], error: str, tmp_path: Path
) -> None:
    (tmp_path / "tickets.py").write_text(HANDLERS)
    (tmp_path / "wrong.py").write_text("class Tickets\n")
    (tmp_path / "ends.py").write_text("import sys\nsys.exit(1)\n")
    command = [sys.executable, "-m", "schemapress", "serve", str(PACKAGE), "--port", "0", *options]

    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)

    assert ended.returncode == 2
    assert error in ended.stderr
    assert ended.stdout == ""
    assert "tickets:Broken" in options or "the inbox takes messages" not in ended.stderr


@KINDS_OF_DATABASES
def test_the_command_says_what_there_is(start: Callable[..., ReceiverProcess], database: str, tmp_path: Path) -> None:
    receiver = start("--handlers", "tickets:Tickets")
    for name in ("m-1", "m-2", "refused"):
        receiver.post(message(name))
    receiver.post(message("m-1", "BFR-2"))
    wait_for(lambda: [row["state"] for row in rows(database)] == ["done", "done", "dead"])

    assert inbox(tmp_path, database, "list", "--key", "m-1").splitlines()[-1] == "1 of 3; in all: 1 dead, 2 done"
    assert inbox(tmp_path, database, "list", "--endpoint", "x", "--sender", "y").splitlines() == [
        "None of the 3 match.",
        "1 dead, 2 done",
        "The endpoints are POST /notifyInProgress.",
        "The senders are CN=throwaway-client.",
    ]
    assert inbox(tmp_path, database, "list", "--table", "quarantine", "--state", "x").splitlines() == [
        "None of the 1 match.",
        "1 conflicting-message",
    ]
    shown = inbox(tmp_path, database, "show", "1")
    assert "\nkey: m-1\nreference: BFR-000123\n" in shown
    assert "\nheaders:\n  host: localhost" in shown
    assert "conflicts-with: message 1\n" in inbox(tmp_path, database, "show", "--table", "quarantine", "1")
    assert inbox(tmp_path, database, "purge", "--older-than", "0s", "--yes") == "2 deleted\n"
    assert inbox(tmp_path, database, "list").splitlines()[-1] == "1 dead"
    command = [sys.executable, "-m", "schemapress", "inbox", "purge", "--state", "dead", "--older-than", "0s"]
    asked = subprocess.run(
        [*command, "--database", database], cwd=tmp_path, check=True, capture_output=True, text=True, input="y\n"
    )
    assert asked.stdout.startswith("Delete 1 message in the state dead, older than 0s, for good? [y/N]: ")
    assert asked.stdout.endswith("1 deleted\n")
    assert "conflicts-with" not in inbox(tmp_path, database, "show", "--table", "quarantine", "1")


def test_dead_messages_are_deleted_by_the_server_where_it_is_told_to(
    start: Callable[..., ReceiverProcess], database: str
) -> None:
    receiver = start("--handlers", "tickets:Tickets")
    receiver.post(message("refused"))
    wait_for(lambda: [row["state"] for row in rows(database)] == ["dead"])
    receiver.stop()

    start("--handlers", "tickets:Tickets", "--dead-retention-days", "0")

    wait_for(lambda: rows(database) == [])
