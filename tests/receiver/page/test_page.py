"""The page as HTTP shows it: what it says of messages, and whom it answers."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.support.receiver import ReceiverProcess, message
from tests.support.receiver_page import SECRETS, PageClient, send_everything, start_with_page, wait_for


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[ReceiverProcess, PageClient]]:
    """Start a receiver that the test may change."""
    receiver, page = start_with_page(tmp_path, "--attempts", "1")
    yield receiver, page
    if receiver.process is not None and receiver.process.poll() is None:
        receiver.stop()


def text_of(html: str) -> str:
    """Return the text of a page, without its tags."""
    return " ".join(unescape(re.sub("<[^>]*>", "", html)).split())


def test_the_lists_have_what_came_the_newest_first(page: PageClient) -> None:
    messages, quarantine = page.get("/messages"), page.get("/quarantine")

    assert re.findall('<a href="/messages/([0-9]+)">', messages) == ["2", "1"]
    assert "dead RuntimeError, 2 attempts" in text_of(messages)
    assert "m-1 BFR-000123 CN=throwaway-client" in text_of(messages)
    badges = re.findall('<span class="badge refused">(.*?)</span>', quarantine)
    assert badges == ["malformed-xml", "invalid-document", "conflicting-message"]
    assert "No message is to be sent from this database." in page.get("/outbox")


def test_a_conflicting_message_leads_to_the_one_before(page: PageClient) -> None:
    assert 'Conflicts with</dt><dd><a href="/messages/1">Message 1</a>' in page.get("/quarantine/1")
    assert "Conflicts with" not in page.get("/quarantine/2")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("state=dead", ["2"]),
        ("state=done", ["1"]),
        ("state=waiting", []),
        ("state=unknown", ["2", "1"]),
        ("text=BFR-2", ["2"]),
        ("text=throwaway&state=done", ["1"]),
        ("text=%25", []),
        ("before=2", ["1"]),
        ("before=2x", ["2", "1"]),
        ("text=a&text=BFR-2", ["2"]),
    ],
)
def test_a_list_is_searched_and_filtered(page: PageClient, query: str, numbers: list[str]) -> None:
    assert re.findall('<a href="/messages/([0-9]+)">', page.get(f"/messages?{query}")) == numbers


def test_a_state_that_there_is_not_is_said(page: PageClient) -> None:
    shown = text_of(page.get("/messages?state=%3Cded"))

    assert (
        "There is no state <ded; all messages are shown. The states are waiting, dead, done, stored, handling." in shown
    )
    assert "There is no state" not in page.get("/messages?state=dead")
    assert "There is no state" not in page.get("/quarantine?state=invalid-document")


def test_a_message_whose_handler_failed_inside_its_request_can_be_delivered_again(tmp_path: Path) -> None:
    receiver, page = start_with_page(tmp_path, "--mode", "inline")
    try:
        assert receiver.post(message("broken-1"))[0] == 500
        assert "Deliver again" in page.get("/messages/1")

        status, location = page.post("/messages/1/retry", token=page.token())

        assert (status, location) == (303, "/messages/1?notice=waits")
        shown = page.get(location)
        assert "It waits for a server with handlers in the mode deliver." in shown
        assert '<span class="badge waiting">' in shown
        assert "Deliver again" not in shown
    finally:
        receiver.stop()


def test_a_message_is_shown_with_what_is_known_of_it_and_without_personal_data(page: PageClient) -> None:
    html = page.get("/messages/2")

    shown = text_of(html)
    for fact in ("POST /notifyInProgress", "broken-1", "BFR-2", "Attempts2", "Subject CN=throwaway-client"):
        assert fact.replace(" ", "") in shown.replace(" ", "")
    assert "RuntimeError: can't reach •••••" in shown
    assert "<phone>•••••</phone>" in shown
    assert "<faultLocation>Unit 4, Example Business Park</faultLocation>" in shown
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_refused_message_is_shown_with_its_problems_and_their_lines(page: PageClient) -> None:
    html = page.get("/quarantine/2")

    problems = re.findall(r'<a href="#(line-[0-9-]+)">line', html)
    marked = re.findall(r'<span class="line here" id="(line-[0-9-]+)"', html)
    assert len(problems) == 2
    assert sorted(problems) == sorted(marked)
    assert "<status> is 'started'" in text_of(html)
    assert not [secret for secret in SECRETS if secret in text_of(html)]


def test_a_value_that_is_personal_is_not_quoted(page: PageClient, shared: tuple[ReceiverProcess, PageClient]) -> None:
    receiver, _ = shared
    long_name = b"Ada Lovelace of 12 St James's Square " * 10
    body = message("m-4").replace(b"<name>Front Desk</name>", b"<name><b/>" + long_name + b"</name>")
    assert receiver.post(body)[0] == 422

    shown = text_of(page.get("/quarantine/4"))

    assert "Lovelace" not in shown
    assert "/notifyInProgress/endUserContactDetails/name" in shown


def test_a_message_that_is_not_well_formed_is_hidden_until_somebody_asks(page: PageClient) -> None:
    hidden = text_of(page.get("/quarantine/3"))
    status, shown = page.post("/quarantine/3/reveal", token=page.token())

    assert "All of it is hidden." in hidden
    assert "Opening and ending tag mismatch" in hidden
    assert not [secret for secret in SECRETS if secret in hidden]
    assert status == 200
    assert "noc@buyer.example" in text_of(shown)
    assert 'class="line here" id="line-12"' in shown


def test_a_button_shows_personal_data_and_another_hands_the_message_out(page: PageClient) -> None:
    token = page.token()

    status, shown = page.post("/messages/1/reveal", token=token)
    response, body = page.ask(
        "POST",
        "/messages/1/download",
        f"token={token}",
        {"Content-Type": "application/x-www-form-urlencoded", "Origin": page.url},
    )

    assert status == 200
    assert "<email>noc@buyer.example</email>" in text_of(shown)
    assert body.encode() == message("m-1")
    assert response.getheader("Content-Type") == "application/octet-stream"
    assert response.getheader("Content-Disposition") == 'attachment; filename="messages-1.xml"'


def test_every_response_forbids_scripts_of_others_and_frames(page: PageClient) -> None:
    for path in ("/messages", "/messages/1", "/nothing", "/static/page.js", "/metrics", "/live"):
        response, _ = page.ask("GET", path)
        policy = response.getheader("Content-Security-Policy") or ""
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.getheader("X-Content-Type-Options") == "nosniff"
        assert response.getheader("Referrer-Policy") == "same-origin"
        assert response.getheader("Cache-Control") == "no-store"


def test_the_page_is_on_127_0_0_1_alone(page: PageClient) -> None:
    socket.create_connection(("127.0.0.1", page.port)).close()
    for address in ("127.0.0.2", socket.gethostbyname(socket.gethostname())):
        if address != "127.0.0.1":
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((address, page.port), 2)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost@evil.example", "[::1", "", "127.0.0.2"],
)
@pytest.mark.parametrize("path", ["/messages", "/metrics", "/ready", "/static/page.css"])
def test_another_host_is_refused(page: PageClient, host: str, path: str) -> None:
    response, body = page.ask("GET", path, headers={"Host": host})

    assert response.status in (400, 421)
    assert "CN=throwaway-client" not in body


def test_the_page_has_the_name_localhost_as_well(page: PageClient) -> None:
    response, _ = page.ask("GET", "/messages", headers={"Host": f"localhost:{page.port}"})

    assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data; boundary=x"},
    ],
)
def test_a_form_of_another_site_does_nothing(page: PageClient, headers: dict[str, str]) -> None:
    status, _ = page.post("/messages/2/retry", headers, token=page.token())

    assert status == 403
    assert page.metric("schemapress_dead_messages") == 1


@pytest.mark.parametrize("token", ["", "x", "ü", "0" * 43])
@pytest.mark.parametrize("path", ["/messages/2/retry", "/messages/retry", "/messages/1/reveal", "/messages/1/download"])
def test_a_form_without_the_token_does_nothing(page: PageClient, token: str, path: str) -> None:
    status, body = page.post(path, token=token)

    assert status == 403
    assert not [secret for secret in SECRETS if secret in body]
    assert page.metric("schemapress_dead_messages") == 1


def test_nothing_is_done_by_get_or_by_another_method(page: PageClient) -> None:
    for method, path in (("GET", "/messages/2/retry"), ("PUT", "/messages"), ("DELETE", "/messages/1")):
        assert page.ask(method, path)[0].status == 405
    assert page.ask("GET", "/messages/retry")[0].status == 404
    assert page.metric("schemapress_dead_messages") == 1


def test_another_site_gets_nothing_for_its_own_page(page: PageClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}

    assert page.ask("GET", "/messages/1", headers=headers)[0].status == 403
    assert page.ask("GET", "/messages/1", headers={**headers, "Sec-Fetch-Mode": "navigate"})[0].status == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/messages/0", "/messages/99", "/messages/-1", "/messages/1.0", "/messages/1e3", "/messages/1%20or%201=1"),
        *(
            "/messages/99999999999999999999",
            "/messages/1/",
            "/messages/%D9%A3",
            "/messages/1/../2",
            "/quarantine/1/retry/x",
        ),
        *("/static/../application.py", "/static/%2e%2e/guard.py", "/static/", "//evil.example/", "/%00"),
    ],
)
def test_what_is_no_page_is_not_found(page: PageClient, path: str) -> None:
    response, body = page.ask("GET", path)

    assert response.status == 404
    assert "import" not in body


def test_a_dead_message_is_delivered_again(own: tuple[ReceiverProcess, PageClient], tmp_path: Path) -> None:
    receiver, page = own
    send_everything(receiver)
    receiver.post(message("broken-2"))
    wait_for(lambda: page.metric("schemapress_dead_messages") == 2)
    (tmp_path / "repaired").touch()
    token = page.token()

    assert page.post("/messages/2/retry", token=token) == (303, "/messages/2?notice=retried")

    wait_for(lambda: page.metric("schemapress_dead_messages") == 1)
    assert page.post("/messages/1/retry", token=token) == (303, "/messages/1?notice=not-dead")
    assert "It will be delivered again." in page.get("/messages/2?notice=retried")
    assert "<b>" not in page.get("/messages/2?notice=<b>")
    assert "Deliver all dead messages again" in page.get("/messages?state=dead")
    assert page.post("/messages/retry", token=token) == (303, "/messages?notice=retried")
    wait_for(lambda: page.metric('schemapress_deliveries_total{result="done"}') == 3)
    assert page.metric("schemapress_dead_messages") == 0


def test_the_port_ends_with_the_server(own: tuple[ReceiverProcess, PageClient]) -> None:
    receiver, page = own
    idle = socket.create_connection(("127.0.0.1", page.port))
    page.get("/ready")

    assert receiver.stop() == 0

    idle.close()
    assert receiver.log.endswith("Stopped: what was in flight is finished.\n")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", page.port), 2)


def test_a_port_that_is_taken_is_an_error_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        receiver = ReceiverProcess(tmp_path, ("--page-port", str(taken.getsockname()[1])))
        receiver.start()
        assert receiver.process is not None
        assert receiver.process.wait(30) == 2
    assert "The port can't be used" in receiver.log
    assert "Traceback" not in receiver.log
