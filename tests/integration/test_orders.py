"""Paths, parameters, prefixes and responses, by real servers on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import REPOSITORY
from tests.integration.service import Response, Service, parse, send_raw, serve

ORDER = '<order xmlns="urn:example:orders"><number>7</number></order>'
NAME = "{urn:example:orders}"
SERVERS: dict[str, tuple[str, str, dict[str, str]]] = {
    "uvicorn": ("uvicorn", "asgi_application", {}),
    "uvicorn-coroutine": ("uvicorn", "asgi_coroutine", {}),
    "gunicorn": ("gunicorn", "wsgi_application", {}),
    "wsgiref": ("wsgiref", "wsgi_application", {}),
}


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the package `orders`, as the command builds it."""
    root = tmp_path_factory.mktemp("orders")
    (root / "spec" / "orders").mkdir(parents=True)
    (root / "spec" / "orders" / "orders.xsd").write_bytes((REPOSITORY / "tests" / "data" / "orders.xsd").read_bytes())
    (root / "pyproject.toml").write_text("[tool.schemapress]\n", "utf-8")
    subprocess.run([sys.executable, "-m", "schemapress", "build"], cwd=root, check=True, capture_output=True)
    return root / "generated"


def serve_orders(server: str, application: str, folder: Path, package: Path, **environment: str) -> Iterator[Service]:
    path = os.pathsep.join((str(REPOSITORY), str(package)))
    with serve(server, f"orders_application:{application}", folder, PYTHONPATH=path, **environment) as service:
        yield service


@pytest.fixture(scope="session", params=SERVERS)
def orders(
    request: pytest.FixtureRequest, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    server, application, environment = SERVERS[request.param]
    yield from serve_orders(server, application, tmp_path_factory.mktemp(request.param), package, **environment)


def ask(service: Service, method: str, target: str, body: str = "", *fields: str) -> Response:
    """Send a request whose target and header fields are exactly these."""
    lines = [f"{method} {target} HTTP/1.1", "Host: a", "Connection: close", *fields]
    if body:
        lines += ["Content-Type: application/xml", f"Content-Length: {len(body)}"]
    return parse(send_raw(service, "\r\n".join([*lines, "", body]).encode("latin-1")))


def note(response: Response) -> str:
    """Return the note of the order in a response: the prefix, the path and the optional parameters."""
    assert response.status == 200, response
    return etree.fromstring(response.body).findtext(f"{NAME}note") or ""


def test_the_values_of_parameters_have_the_types_of_binding_fields(orders: Service) -> None:
    target = "/orders/7?at=2026-11-20T09:30:00Z&tag=1&tag=%202+3&full=1&unknown=x"

    response = ask(orders, "GET", target, "", "X-Colour: dark red")

    assert note(response) == (
        "|/orders/7|at=XmlDateTime(2026, 11, 20, 9, 30, 0, 0, 0), tag=[1, 2, 3], full=True, "
        "x_colour=<Colour.DARK_RED: 'dark red'>"
    )


def test_optional_parameters_may_be_absent(orders: Service) -> None:
    assert note(ask(orders, "GET", "/orders/7")) == "|/orders/7|"


def test_a_literal_segment_wins_over_a_parameter(orders: Service) -> None:
    assert note(ask(orders, "GET", "/orders/open?limit=3")) == "open"
    assert ask(orders, "PUT", "/orders/open", ORDER).status == 405


@pytest.mark.parametrize(
    ("target", "status", "kind", "words"),
    [
        ("/orders/x", 404, "wrong-parameter", "The path parameter orderId is 'x'; expected a "),
        ("/orders/0", 404, "wrong-parameter", "orderId is '0'; expected"),
        ("/orders/10000", 404, "wrong-parameter", "orderId is '10000'; expected"),
        ("/orders/" + "9" * 7000, 404, "wrong-parameter", "7,000 characters"),
        ("/orders/7?at=today", 400, "wrong-parameter", "The query parameter at is 'today'; expected"),
        ("/orders/7?at=", 400, "wrong-parameter", "at is empty"),
        ("/orders/7?at=2026-11-20T09:30:00Z&at=2026-11-20T09:30:00Z", 400, "wrong-parameter", "at is repeated"),
        ("/orders/7?full=%zz", 400, "wrong-parameter", "%"),
        ("/orders/7?full=%ff", 400, "wrong-parameter", "UTF-8"),
        ("/orders/7?full=%00", 400, "wrong-parameter", "characters that XML allows"),
        ("/orders/7?tag=1&tag=x", 400, "wrong-parameter", "tag is '1 x'"),
        ("/orders/open", 400, "wrong-parameter", "The query parameter limit is missing"),
        ("/orders/open?" + "a" * 9000, 414, "too-long", "8,000 bytes"),
        ("/orders/" + "a" * 9000, 414, "too-long", "8,000 bytes"),
    ],
)
def test_a_value_that_is_wrong_is_refused(orders: Service, target: str, status: int, kind: str, words: str) -> None:
    if orders.name == "gunicorn" and len(target) > 4_000:
        assert ask(orders, "GET", target).status == 414  # by gunicorn itself
        return
    response = ask(orders, "GET", target)

    assert (response.status, response.problem["type"]) == (status, kind)
    assert words in response.problem["detail"]
    assert len(response.body) < 2_000


def test_a_header_parameter_that_is_wrong_is_refused(orders: Service) -> None:
    response = ask(orders, "GET", "/orders/7", "", "X-Colour: blue")

    assert (response.status, response.problem["type"]) == (400, "wrong-parameter")
    assert "X-Colour is 'blue'" in response.problem["detail"]
    assert ask(orders, "GET", "/orders/7", "", "X-Colour: red", "X-Colour: red").status == 400


@pytest.mark.parametrize(
    "target",
    ["/orders/7/", "/orders//7", "//orders/7", "/orders/./7", "/x/../orders/7", "/x/%2e%2e/orders/7", "/orders/%2E/7",
     "/orders/7;v=1", "/orders;v=1/7", "/orders/7%00", "/orders/7%0A", "/orders/7%ff", "/orders/", "/orders",
    "/Orders/7",      "/files//parts/1", "/files/a/parts/", "/files/%2e%2e/parts/1"],
)  # fmt: skip
def test_a_path_that_is_none_of_the_endpoints_is_refused(orders: Service, target: str) -> None:
    if orders.name == "wsgiref" and target.startswith("//"):
        pytest.skip("wsgiref makes one slash of several at the beginning")
    for method in ("GET", "DELETE"):
        response = ask(orders, method, target)
        assert (response.status, response.problem["type"]) == (404, "unknown-path")


@pytest.mark.parametrize("target", ["/orders/7%", "/orders/%7", "/orders/%zz7"])
def test_a_malformed_percent_is_refused(orders: Service, target: str) -> None:
    assert ask(orders, "GET", target).status in (400, 404)  # some servers refuse it themselves


def test_a_value_may_have_any_character_encoded(orders: Service) -> None:
    response = ask(orders, "DELETE", "/files/st%C3%B6r%3B%20%25/parts/%7Ea%3Fb")

    if orders.name == "wsgiref":  # it says only the decoded path, in which this is a semicolon
        assert response.status == 404
        response = ask(orders, "DELETE", "/files/st%C3%B6r%20%25/parts/%7Ea%3Fb")
        assert (response.status, response.problem["detail"]) == (418, "st\u00f6r %|~a?b")
    else:
        assert (response.status, response.problem["detail"]) == (418, "st\u00f6r; %|~a?b")


def test_an_encoded_slash_is_no_separator_where_the_server_says_what_was_sent(orders: Service) -> None:
    inside = ask(orders, "DELETE", "/files/a%2Fb/parts/1")
    between = ask(orders, "DELETE", "/files/a/parts%2F1")

    if orders.name == "wsgiref":
        assert (inside.status, between.status) == (404, 418)
    else:
        assert (inside.problem["detail"], between.status) == ("a/b|1", 404)


def test_a_request_without_a_message_has_no_body(orders: Service) -> None:
    response = ask(orders, "GET", "/orders/7", ORDER)

    assert (response.status, response.problem["type"]) == (400, "unexpected-body")


def test_head_is_answered_as_get_without_the_body(orders: Service) -> None:
    response = ask(orders, "HEAD", "/orders/7")

    assert (response.status, response.body) == (200, b"")
    assert int(response.headers["content-length"]) > 100
    assert ask(orders, "POST", "/orders/7").headers["allow"] == "GET, HEAD, PUT"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/xml"),
        ("Accept: text/xml", "text/xml"),
        ("Accept: text/*;q=0.5, application/xml;q=0.4", "text/xml"),
        ("Accept: */*", "application/xml"),
        ("Accept: application/xml;q=0, */*", "text/xml"),
        ("Accept: text/html", "application/xml"),
        ("Accept: ;;q=,", "application/xml"),
    ],
)
def test_a_response_has_the_media_type_that_its_sender_likes_best(
    orders: Service, accept: str, media_type: str
) -> None:
    response = ask(orders, "GET", "/orders/7", "", *filter(None, [accept]))

    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert response.headers["vary"] == "Accept"


def test_each_declared_response_has_its_body(orders: Service) -> None:
    created, accepted = ask(orders, "PUT", "/orders/7", ORDER), ask(orders, "PUT", "/orders/202", ORDER)
    assert (created.status, etree.fromstring(created.body).tag) == (201, f"{NAME}order")
    assert (accepted.status, accepted.body) == (202, b"")

    for number, fields in ((409, {}), (410, {"retry-after": "5"})):
        conflict = ask(orders, "PUT", f"/orders/{number}", ORDER)
        assert (conflict.status, conflict.headers["content-type"]) == (409, "text/xml; charset=utf-8")
        assert etree.fromstring(conflict.body).findtext(f"{NAME}why") == "It is there already."
        assert fields.items() <= conflict.headers.items()

    refused = ask(orders, "PUT", "/orders/411", ORDER)
    assert (refused.problem["detail"], refused.headers["retry-after"]) == ("It is there already.", "5")
    missing = ask(orders, "GET", "/orders/404")
    assert (missing.status, missing.headers["x-reason"], b"There is no such order." in missing.body) == (
        404,
        "none",
        True,
    )


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (500, "returned Fault; the endpoint declares 201 with <order> or 202 without a body"),
        (501, "returned Fault with the status 404; the endpoint declares no such status"),
        (502, "returned Order with the status 409; the endpoint declares 409 with <fault>"),
        (503, "returned None with the status 409; the endpoint declares 409 with <fault>"),
        (504, "<number> is '0'"),
        (505, "expected an object of Fault, Order, not of str"),
        (506, "returned Order with the status 202; the endpoint declares 202 without a body"),
        (510, "returned Fault with the status 410; the endpoint declares no such status"),
    ],
)
def test_a_result_that_is_not_declared_never_goes_out(orders: Service, number: int, reason: str) -> None:
    log = len(orders.log())

    response = ask(orders, "PUT", f"/orders/{number}", ORDER)

    assert (response.status, response.problem["type"]) == (500, "handler-failed")
    assert response.problem["instance"] in orders.log()[log:]
    assert reason in orders.log()[log:]


def test_each_media_type_of_a_request_is_read_and_no_other(orders: Service) -> None:
    length = f"Content-Length: {len(ORDER)}"
    statuses = []
    for media_type in ("application/xml", "TEXT/XML", "application/json"):
        fields = (
            f"PUT /orders/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {media_type}\r\n{length}\r\n\r\n"
        )
        statuses.append(parse(send_raw(orders, (fields + ORDER).encode())).status)

    assert statuses == [201, 201, 415]


def test_the_description_is_that_of_what_is_served(orders: Service) -> None:
    response = ask(orders, "GET", "/openapi.json")
    document = json.loads(response.body)

    assert response.headers["content-type"] == "application/json"
    assert document["servers"] == [{"url": "/"}]
    assert {path: list(item) for path, item in document["paths"].items()} == {
        "/orders/{orderId}": ["get", "put"],
        "/orders/open": ["get"],
        "/files/{name}/parts/{part}": ["delete"],
    }
    (number,) = document["paths"]["/orders/{orderId}"]["put"]["parameters"]
    assert (number["name"], number["in"]) == ("orderId", "path")
    assert ask(orders, "PUT", "/openapi.json").headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("server", "application", "environment"),
    [
        ("uvicorn", "asgi_application", {"ROOT_PATH": "/shop/a b"}),
        ("wsgiref", "wsgi_below", {}),
        ("gunicorn", "wsgi_below", {}),
    ],
)
def test_below_a_prefix_paths_begin_behind_it(
    server: str, application: str, environment: dict[str, str], package: Path, tmp_path: Path
) -> None:
    for service in serve_orders(server, application, tmp_path, package, **environment):
        sent, prefix = ("", "/shop/a b") if server == "uvicorn" else ("/shop", "/shop")

        assert note(ask(service, "GET", f"{sent}/orders/7")) == f"{prefix}|/orders/7|"
        document = json.loads(ask(service, "GET", f"{sent}/openapi.json").body)
        assert document["servers"] == [{"url": prefix.replace(" ", "%20")}]
        assert ask(service, "GET", f"{sent}/shop/orders/7").status == 404
        if server != "wsgiref":
            assert ask(service, "DELETE", f"{sent}/files/a%2Fb/parts/1").problem["detail"] == "a/b|1"


def test_a_slash_at_the_end_makes_no_difference_where_it_is_ignored(package: Path, tmp_path: Path) -> None:
    for service in serve_orders("uvicorn", "asgi_ignoring_slashes", tmp_path, package):
        statuses = [ask(service, "GET", f"/orders/7{end}").status for end in ("", "/", "//")]

        assert statuses == [200, 200, 404]
