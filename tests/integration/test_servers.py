"""The answers of each server: uvicorn for ASGI, gunicorn and wsgiref for WSGI, each in a process of its own."""

from __future__ import annotations

import http.client
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from cityfibre_ticketing.handlers import Handlers, wsgi
from tests.integration.application import NON_ASCII, AsyncTickets
from tests.integration.service import Service, parse, post, raw_request, send_raw, serve


def test_a_valid_message_reaches_its_handler_and_is_answered_with_204(service: Service, message: bytes) -> None:
    response = post(service, message, content_type="application/xml; charset=UTF-8")

    assert (response.status, response.body) == (204, b"")
    (received,) = service.received()
    assert received["reference"] == "BFR-000123"
    assert (received["method"], received["path"]) == ("POST", "/notifyInProgress")
    assert received["headers"]["content-type"] == "application/xml; charset=UTF-8"


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"path": "/other"}, 404, "unknown-path"),
        ({"path": "/notifyInProgress/"}, 404, "unknown-path"),
        ({"path": "/" + "a" * 3000}, 404, "unknown-path"),
        ({"method": "PUT"}, 405, "wrong-method"),
        ({"method": "GET"}, 405, "wrong-method"),
        ({"content_type": "application/json"}, 415, "wrong-media-type"),
        ({"content_type": ""}, 415, "wrong-media-type"),
        ({"content_type": "application/xml; charset"}, 415, "wrong-media-type"),
        ({"content_type": "application/xml; charset=utf-8; charset=utf-7"}, 415, "wrong-media-type"),
        ({"content_type": "application/xml; charset=klingon"}, 415, "unknown-charset"),
        ({"content_type": "application/xml; charset=hex"}, 415, "unknown-charset"),
        ({"content_type": "application/xml; charset=unicode_escape"}, 415, "unknown-charset"),
        ({"body": b'<?xml version="1.0" encoding="UTF-7"?><a/>'}, 415, "unknown-charset"),
        ({"body": b'<?xml version="1.0" encoding="C99"?><a/>'}, 415, "unknown-charset"),
        ({"headers": {"Content-Encoding": "gzip"}}, 415, "wrong-content-encoding"),
        ({"body": b""}, 400, "empty-body"),
        ({"body": b"<a>"}, 400, "malformed-xml"),
        ({"body": b"\xff\xfe\xff"}, 400, "malformed-xml"),
        ({"body": b"<a>\xe9</a>", "content_type": "application/xml; charset=us-ascii"}, 400, "malformed-xml"),
        ({"body": b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"}, 400, "doctype-refused"),
        ({"body": b"<a>" * 5000}, 400, "malformed-xml"),
        ({"body": b"<a/>"}, 422, "invalid-document"),
        ({"body": b"<a>" + b"x" * 200_000 + b"</a>"}, 413, "too-large"),
    ],
)
def test_each_thing_that_can_be_wrong_has_its_answer(
    service: Service, message: bytes, changes: dict[str, object], status: int, kind: str
) -> None:
    response = post(service, **{"body": message, **changes})  # type: ignore[arg-type]  # the keywords of post

    assert response.status == status
    assert response.problem["type"] == kind
    assert len(response.body) < 2_000
    assert service.received() == []


def test_a_wrong_method_is_told_the_right_one(service: Service, message: bytes) -> None:
    assert post(service, message, method="PATCH").headers["allow"] == "POST"


def test_an_answer_to_head_has_no_body(service: Service) -> None:
    answer = parse(send_raw(service, b"HEAD /notifyInProgress HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))

    assert (answer.status, answer.body) == (405, b"")
    assert int(answer.headers["content-length"]) > 0


def test_a_path_may_have_any_character_and_is_in_utf_8(service: Service, message: bytes) -> None:
    assert post(service, message, path="/st%C3%B6rung/%E5%85%89").status == 204
    assert service.received()[0]["path"] == NON_ASCII

    for path in ("/st%F6rung/%E5%85%89", "/st%C3%B6rung/%E5%85", "/st%C3%83%C2%B6rung/%E5%85%89"):
        response = post(service, message, path=path)
        assert (response.status, response.problem["type"]) == (404, "unknown-path")


def test_an_invalid_document_is_answered_with_every_problem(service: Service, message: bytes) -> None:
    response = post(service, message.replace(b">BUYER-0042<", b"><").replace(b">true<", b">maybe<"))

    assert response.status == 422
    one, other = response.problems
    assert (one["code"], other["code"]) == ("cvc-minLength-valid", "cvc-datatype-valid.1.2.1")
    assert (one["line"], other["line"]) == ("4", "31")
    assert other["path"] == "/notifyInProgress/faultDetails/triageComplete"
    assert other["value"] == "maybe"


def test_the_answer_to_a_document_with_thousands_of_problems_stays_small(service: Service, message: bytes) -> None:
    response = post(service, message.replace(b"<updates>", b"<updates><wrong/></updates>" * 3000 + b"<updates>", 1))

    assert response.status == 422
    assert 1 < len(response.problems) <= 100
    assert len(response.body) < 70_000


def test_the_answer_to_long_names_stays_small(service: Service) -> None:
    namespace = b"urn:" + b"a" * 1_900
    document = b'<notifyInProgress xmlns:x="' + namespace + b'">' + b"<x:a/>" * 1000 + b"</notifyInProgress>"

    response = post(service, document)

    assert response.status == 422
    assert len(response.body) < 80_000


def test_the_charset_of_the_content_type_wins_over_the_declaration(service: Service, message: bytes) -> None:
    document = message.decode().replace("Front Desk", "D\u00e9sk").encode("iso-8859-1")

    response = post(service, document, content_type='application/xml; charset="ISO-8859-1"')

    assert response.status == 204, response.body
    assert service.received()[0]["name"] == "D\u00e9sk"


def test_a_body_in_chunks_is_read_to_its_end_or_refused_where_the_server_does_not(
    service: Service, message: bytes
) -> None:
    chunks = [message[start : start + 100] for start in range(0, len(message), 100)]
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])
    fields = (("Content-Type", "application/xml"), ("Transfer-Encoding", "chunked"))

    answer = parse(send_raw(service, raw_request(body, *fields)))

    if service.name == "wsgiref":
        assert (answer.status, answer.problem["type"]) == (411, "length-required")
    else:
        assert answer.status == 204
        assert service.received()[0]["reference"] == "BFR-000123"


def test_a_body_in_chunks_is_read_no_further_than_the_limit(service: Service) -> None:
    if service.name == "wsgiref":
        pytest.skip("wsgiref takes no chunks")
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
        fields = (("Content-Type", "application/xml"), ("Transfer-Encoding", "chunked"))
        connection.sendall(raw_request(b"", *fields))
        for _ in range(11):  # of 10,000 bytes, where 100,000 are accepted; the last chunk is never sent
            connection.sendall(b"2710\r\n" + b"x" * 10_000 + b"\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()
        body = response.read()

    assert response.status == 413
    assert b"too-large" in body


@pytest.mark.parametrize("length", [100, 2_500])
def test_a_sender_that_leaves_in_the_middle_holds_up_nobody(service: Service, message: bytes, length: int) -> None:
    fields = (("Content-Type", "application/xml"), ("Content-Length", "2600"))
    log = len(service.log())

    answer = send_raw(service, raw_request(message[:length], *fields), leave=True)

    if service.name == "uvicorn":  # which does not answer a sender that has gone
        assert answer == b""
    else:
        assert parse(answer).problem["type"] in ("wrong-content-length", "unreadable-body")
    assert "Traceback" not in service.log()[log:]
    assert post(service, message).status == 204


def test_chunks_that_are_none_are_refused(service: Service, message: bytes) -> None:
    fields = (("Content-Type", "application/xml"), ("Transfer-Encoding", "chunked"))
    log = len(service.log())

    answer = send_raw(service, raw_request(b"zz\r\n" + message, *fields))

    if service.name == "uvicorn":  # which answers this itself
        assert answer.startswith(b"HTTP/1.1 400 ")
    else:
        assert parse(answer).problem["type"] in ("unreadable-body", "length-required")
    assert "Traceback" not in service.log()[log:]
    assert service.received() == []


def test_a_request_refused_by_its_head_gets_no_continue(service: Service) -> None:
    if service.name != "uvicorn":
        pytest.skip("gunicorn answers an expectation before it calls the application; wsgiref has none")
    fields = (("Content-Type", "text/plain"), ("Content-Length", "2000"), ("Expect", "100-continue"))

    answer = parse(send_raw(service, raw_request(b"", *fields)))

    assert answer.status == 415


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("text/plain", b"415"), ("application/xml; charset=hex", b"415"), ("text/xml, a/b", b"400")],
)
def test_a_refused_body_is_not_taken_for_the_next_request(
    service: Service, message: bytes, content_type: str, status: bytes
) -> None:
    fields = (("Content-Type", "application/xml"), ("Content-Length", str(len(message))))
    inner = raw_request(message, *fields)
    outer = raw_request(inner, ("Content-Type", content_type), ("Content-Length", str(len(inner))), close=False)

    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
        connection.sendall(outer)
        connection.sendall(raw_request(b"", method="GET"))  # ends the connection, where the first did not
        answers = b""
        with suppress(ConnectionResetError):  # by a server that closes without having read everything
            while part := connection.recv(65_536):
                answers += part

    assert answers.split()[1] == status
    assert answers.count(b"HTTP/1.") <= 2
    assert service.received() == []


def test_an_expectation_is_met(service: Service, message: bytes) -> None:
    if service.name == "wsgiref":
        pytest.skip("wsgiref speaks HTTP/1.0, which has no expectations")
    fields = (("Content-Type", "application/xml"), ("Content-Length", str(len(message))), ("Expect", "100-continue"))
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
        connection.sendall(raw_request(b"", *fields))
        interim = connection.recv(25)
        connection.sendall(message)
        final = connection.recv(1000)

    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert final.startswith(b"HTTP/1.1 204 ")


def test_wsgi_is_spoken_as_its_validator_wants_it(tmp_path: Path, message: bytes) -> None:
    with serve("wsgiref", "wsgi_validated", tmp_path) as service:
        statuses = [
            post(service, message).status,
            post(service, b"<a/>").status,
            post(service, message, method="HEAD").status,
            post(service, message.replace(b"BFR-000123", b"REFUSE499")).status,
            post(service, message.replace(b"BFR-000123", b"RuntimeError")).status,
        ]
        log = service.log()

    assert statuses == [204, 422, 405, 499, 500]
    assert "AssertionError" not in log


def test_a_coroutine_handler_is_refused_by_wsgi() -> None:
    with pytest.raises(TypeError, match="ASGI"):
        wsgi(AsyncTickets())


def test_a_handler_that_is_not_written_can_not_be_forgotten() -> None:
    with pytest.raises(TypeError, match="notify_in_progress"):
        Handlers()  # type: ignore[abstract]  # the mistake that is being made
