"""The handlers behind real servers: uvicorn for ASGI, wsgiref for WSGI, and a plain socket as the client."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import pytest
import uvicorn
from lxml import etree

from cityfibre_ticketing.bindings import NotifyInProgress
from cityfibre_ticketing.handlers import Handlers, Refusal, Request, asgi, wsgi

PROBLEM = "{urn:ietf:rfc:7807}"


class Tickets(Handlers):
    """Keeps what it gets; refuses or fails for two references."""

    def __init__(self) -> None:
        self.received: list[tuple[NotifyInProgress, Request]] = []

    def notify_in_progress(self, message: NotifyInProgress, request: Request) -> None:
        if message.buyer_fault_reference == "REFUSE":
            raise Refusal(409, "This fault is closed.")
        if message.buyer_fault_reference == "FAIL":
            raise RuntimeError("password=secret in /etc/inside")
        self.received.append((message, request))


class AsyncTickets(Tickets):
    async def notify_in_progress(self, message: NotifyInProgress, request: Request) -> None:  # type: ignore[override]  # sync above
        await asyncio.sleep(0)
        super().notify_in_progress(message, request)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_wsgi(tickets: Tickets) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, validator(wsgi(tickets, max_body=100_000)), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def serve_asgi(tickets: Tickets) -> Iterator[int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(asgi(tickets, max_body=100_000), log_level="critical"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


Serve = Callable[[Tickets], object]


@pytest.fixture(params=["asgi", "asgi-coroutine", "wsgi"])
def service(request: pytest.FixtureRequest) -> Iterator[tuple[int, Tickets]]:
    tickets = AsyncTickets() if request.param == "asgi-coroutine" else Tickets()
    serve = serve_wsgi if request.param == "wsgi" else serve_asgi
    with serve(tickets) as port:
        yield port, tickets


def post(
    port: int,
    body: bytes,
    *,
    method: str = "POST",
    path: str = "/notifyInProgress",
    headers: dict[str, str] | None = None,
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, {"Content-Type": "application/xml", **(headers or {})})
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response, data


def problem(response: http.client.HTTPResponse, data: bytes) -> dict[str, str]:
    assert response.getheader("Content-Type") == "application/problem+xml"
    root = etree.fromstring(data)
    assert root.tag == PROBLEM + "problem"
    fields = {str(child.tag).removeprefix(PROBLEM): child.text or "" for child in root}
    assert fields["status"] == str(response.status)
    assert fields["type"].startswith("urn:schemapress:problem:")
    return fields


def test_a_valid_message_reaches_its_handler_and_is_answered_with_204(
    service: tuple[int, Tickets], message: bytes
) -> None:
    port, tickets = service

    response, data = post(port, message, headers={"Content-Type": "application/xml; charset=UTF-8"})

    assert (response.status, data) == (204, b"")
    ((received, request),) = tickets.received
    assert received.buyer_fault_reference == "BFR-000123"
    assert (request.method, request.path) == ("POST", "/notifyInProgress")
    assert request.headers["content-type"].startswith("application/xml")


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"path": "/other"}, 404, "unknown-path"),
        ({"path": "/notifyInProgress/"}, 404, "unknown-path"),
        ({"method": "PUT"}, 405, "wrong-method"),
        ({"method": "GET"}, 405, "wrong-method"),
        ({"headers": {"Content-Type": "application/json"}}, 415, "wrong-media-type"),
        ({"headers": {"Content-Type": ""}}, 415, "wrong-media-type"),
        ({"headers": {"Content-Type": "application/xml; charset=klingon"}}, 415, "unknown-charset"),
        ({"headers": {"Content-Type": "application/xml; charset=hex"}}, 415, "unknown-charset"),
        ({"headers": {"Content-Encoding": "gzip"}}, 415, "wrong-content-encoding"),
        ({"body": b""}, 400, "empty-body"),
        ({"body": b"<a>"}, 400, "malformed-xml"),
        ({"body": b"\xff\xfe\xff"}, 400, "malformed-xml"),
        ({"body": b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"}, 400, "doctype-refused"),
        ({"body": b"<a>" * 5000}, 400, "malformed-xml"),
        ({"body": b"<a/>"}, 422, "invalid-document"),
        ({"body": b"<a>" + b"x" * 200_000 + b"</a>"}, 413, "too-large"),
    ],
)
def test_each_thing_that_can_be_wrong_has_its_answer(
    service: tuple[int, Tickets], message: bytes, changes: dict[str, object], status: int, kind: str
) -> None:
    port, tickets = service

    response, data = post(port, **{"body": message, **changes})  # type: ignore[arg-type]  # the keywords of post

    assert response.status == status
    assert problem(response, data)["type"] == f"urn:schemapress:problem:{kind}"
    assert tickets.received == []


def test_a_wrong_method_is_told_the_right_one(service: tuple[int, Tickets], message: bytes) -> None:
    response, _ = post(service[0], message, method="PATCH")

    assert response.getheader("Allow") == "POST"


def test_an_invalid_document_is_answered_with_every_problem(service: tuple[int, Tickets], message: bytes) -> None:
    document = message.replace(b">BUYER-0042<", b"><").replace(b">true<", b">maybe<")

    response, data = post(service[0], document)

    assert response.status == 422
    items = etree.fromstring(data).findall(f"{PROBLEM}problems/{PROBLEM}i")
    assert [item.findtext(PROBLEM + "code") for item in items] == ["cvc-minLength-valid", "cvc-datatype-valid.1.2.1"]
    assert [item.findtext(PROBLEM + "line") for item in items] == ["4", "31"]
    assert items[1].findtext(PROBLEM + "path") == "/notifyInProgress/faultDetails/triageComplete"
    assert items[1].findtext(PROBLEM + "value") == "maybe"


def test_the_answer_to_thousands_of_problems_stays_small(service: tuple[int, Tickets], message: bytes) -> None:
    document = message.replace(b"<updates>", b"<updates><wrong/></updates>" * 3000 + b"<updates>", 1)

    response, data = post(service[0], document)

    assert response.status == 422
    assert "3,000 problems" in problem(response, data)["detail"]
    assert len(data) < 60_000


def test_a_handler_can_refuse_in_its_own_words(service: tuple[int, Tickets], message: bytes) -> None:
    response, data = post(service[0], message.replace(b"BFR-000123", b"REFUSE"))

    assert response.status == 409
    assert problem(response, data)["detail"] == "This fault is closed."


def test_a_handler_that_fails_tells_nothing_of_the_inside(
    service: tuple[int, Tickets], message: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    response, data = post(service[0], message.replace(b"BFR-000123", b"FAIL"))

    assert response.status == 500
    assert b"secret" not in data
    assert b"RuntimeError" not in data
    instance = problem(response, data)["instance"]
    assert instance.startswith("urn:uuid:")
    assert any(instance in record.getMessage() and record.exc_info for record in caplog.records)


def test_the_charset_of_the_content_type_wins_over_the_declaration(
    service: tuple[int, Tickets], message: bytes
) -> None:
    port, tickets = service
    document = message.decode().replace("Front Desk", "D\u00e9sk").encode("iso-8859-1")

    response, data = post(port, document, headers={"Content-Type": 'application/xml; charset="ISO-8859-1"'})

    assert response.status == 204, data
    assert tickets.received[0][0].end_user_contact_details.name == "D\u00e9sk"


def test_a_body_in_chunks_is_read_to_its_end_and_no_further(message: bytes) -> None:
    tickets = Tickets()
    with serve_asgi(tickets) as port:
        chunks = [message[start : start + 100] for start in range(0, len(message), 100)]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(
            "POST", "/notifyInProgress", iter(chunks), {"Content-Type": "application/xml"}, encode_chunked=True
        )
        status = connection.getresponse().status
        connection.close()
        large, data = post_endless(port)

    assert status == 204
    assert large == 413
    assert b"too-large" in data


def post_endless(port: int) -> tuple[int, bytes]:
    """Send chunks until the server answers, and return its answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"POST /notifyInProgress HTTP/1.1\r\nHost: a\r\n")
        connection.sendall(b"Content-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.settimeout(0.2)
        answer = b""
        for _ in range(100):
            try:
                connection.sendall(b"2710\r\n" + b"x" * 10_000 + b"\r\n")
                answer += connection.recv(65_536)
            except TimeoutError:
                continue
            except OSError:
                break
            if b"</problem>" in answer:
                break
        return int(answer.split()[1]), answer


def test_a_coroutine_handler_is_refused_by_wsgi() -> None:
    with pytest.raises(TypeError, match="ASGI"):
        wsgi(AsyncTickets())


def test_a_handler_that_is_not_written_can_not_be_forgotten() -> None:
    with pytest.raises(TypeError, match="notify_in_progress"):
        Handlers()  # type: ignore[abstract]  # the mistake that is being made


def test_a_sender_that_leaves_is_no_failure() -> None:
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(event: object) -> None:
        sent.append(event)

    application: Callable[..., Awaitable[None]] = asgi(Tickets())
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/notifyInProgress",
        "headers": [(b"content-type", b"application/xml")],
    }
    asyncio.run(application(scope, receive, send))  # type: ignore[arg-type]  # a coroutine, as ASGI has it

    assert sent == []
