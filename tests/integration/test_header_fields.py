"""Header fields that two readers of a request could understand in two ways."""

from __future__ import annotations

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest

from cityfibre_ticketing._runtime.http.response import Response
from tests.integration.application import asgi, wsgi
from tests.integration.service import Service, parse, raw_request, send_raw

TYPE = ("Content-Type", "application/xml")
LENGTH = ("Content-Length", "{}")


@pytest.mark.parametrize(
    "fields",
    [
        (TYPE, TYPE, LENGTH),
        (("Content-Type", "application/json"), TYPE, LENGTH),
        (TYPE, ("Content-Type", "application/json"), LENGTH),
        (("Content-Type", 'application/xml; a="b'), ("Content-Type", 'c"'), LENGTH),
        (("Content-Type", "text/xml, application/xml"), LENGTH),
        (("Content-Type", "application/xml, text/xml"), LENGTH),
        (("Content-Type", "application/xml; charset=utf-8,text/xml"), LENGTH),
        (TYPE, ("Content-Encoding", "gzip"), ("Content-Encoding", "identity"), LENGTH),
        (TYPE, ("Content-Encoding", "identity"), ("Content-Encoding", "gzip"), LENGTH),
        (TYPE, ("Content-Encoding", "gzip, identity"), LENGTH),
        (TYPE, ("Content-Encoding", "identity,"), LENGTH),
        (TYPE, LENGTH, ("Content-Length", "5")),
        (TYPE, ("Content-Length", "5"), LENGTH),
        (TYPE, ("Content-Length", "5, {}")),
        (TYPE, ("Transfer-Encoding", "chunked"), LENGTH),
    ],
)
def test_a_field_with_two_values_is_refused(
    service: Service, message: bytes, fields: tuple[tuple[str, str], ...]
) -> None:
    names = [name for name, _ in fields]
    if service.name == "wsgiref" and any(names.count(name) > 1 for name in ("Content-Type", "Content-Length")):
        pytest.skip("wsgiref hands over the first of two, and says nothing of the other")
    fields = tuple((name, value.format(len(message))) for name, value in fields)

    answer = send_raw(service, raw_request(message, *fields))

    assert answer.split()[1] == b"400"
    assert service.received() == []
    if b"application/problem+xml" in answer:  # or the server has refused it already
        assert parse(answer).problem["type"] in ("repeated-header", "wrong-content-length")


@pytest.mark.parametrize(
    "fields",
    [
        (("Content-Type", 'application/xml; note="a, b; charset=klingon"'), LENGTH),
        (("Content-Type", 'Application/XML;charset="UTF-8";'), LENGTH),
        (TYPE, ("Content-Encoding", "Identity"), LENGTH),
        (TYPE, ("Content-Length", "  {}  ")),
        (TYPE, LENGTH, ("X-Other", "1"), ("X-Other", "2")),
    ],
)
def test_a_field_that_is_only_unusual_is_not(
    service: Service, message: bytes, fields: tuple[tuple[str, str], ...]
) -> None:
    fields = tuple((name, value.format(len(message))) for name, value in fields)

    answer = send_raw(service, raw_request(message, *fields))

    assert answer.split()[1] == b"204", answer
    (received,) = service.received()
    assert received["headers"].get("x-other") in (None, "1, 2", "1,2")


@pytest.mark.parametrize(
    "value", ["9" * 5_000, "9" * 20, "+5", "-1", "5 5", "5_0", "0x10", "\xb2", "\xd9\xa5", "1e3", "5;", "5,5"]
)
def test_a_length_that_is_no_number_or_too_large_is_refused(service: Service, message: bytes, value: str) -> None:
    log = len(service.log())

    answer = send_raw(service, raw_request(message, TYPE, ("Content-Length", value)))

    assert answer.split()[1] in (b"400", b"413")
    assert "ValueError" not in service.log()[log:]
    assert service.received() == []


@pytest.mark.parametrize("value", ["9" * 5_000, "9" * 20, "\u0665", "\u00b2", "-1", "+5", "5, 5", "", "1_0"])
def test_a_length_is_refused_where_the_server_lets_it_pass(value: str) -> None:
    for application in (asgi, wsgi):
        answer = application._exchange.admit("POST", "/notifyInProgress", [TYPE, ("Content-Length", value)])

        assert isinstance(answer, Response)
        assert answer.status == (413 if value.startswith("9") else 400)


def test_a_length_that_is_not_that_of_the_body_is_refused(message: bytes) -> None:
    for application in (asgi, wsgi):
        for length in (len(message) - 1, len(message) + 1, 0):
            fields = [TYPE, ("Content-Length", str(length))]
            admitted = application._exchange.admit("POST", "/notifyInProgress", fields)
            assert not isinstance(admitted, Response)

            answer = application._exchange.respond(admitted, message)

            assert isinstance(answer, Response)
            assert (answer.status, b"wrong-content-length" in answer.body) == (400, True)


def test_a_field_whose_name_has_an_underscore_is_not_that_with_a_hyphen(service: Service, message: bytes) -> None:
    length = ("Content-Length", str(len(message)))

    assert send_raw(service, raw_request(message, ("Content_Type", "application/xml"), length)).split()[1] == b"415"
    assert send_raw(service, raw_request(b"", TYPE, ("Content_Length", "5"))).split()[1] == b"400"


def test_wsgi_takes_the_type_and_length_of_a_body_from_one_place(message: bytes) -> None:
    statuses: list[str] = []

    def respond(environ: dict[str, object]) -> str:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/notifyInProgress",
            "wsgi.input": BytesIO(message),
            **environ,
        }
        setup_testing_defaults(environ)
        list(wsgi(environ, lambda status, headers: statuses.append(status)))  # type: ignore[arg-type]  # no one writes
        return statuses.pop()

    length = str(len(message))
    other = {"HTTP_CONTENT_TYPE": "application/xml", "HTTP_CONTENT_LENGTH": length}

    assert respond({"CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": length, **other}).startswith("415")
    assert respond({"CONTENT_TYPE": "application/xml", **other}).startswith("400")
    assert respond({"CONTENT_TYPE": "application/xml", "CONTENT_LENGTH": "", **other}).startswith("400")
