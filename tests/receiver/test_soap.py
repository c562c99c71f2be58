"""Operations of SOAP in the inbox: handled inside the request, and refused at the start in the other modes."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from schemapress.receiver.package import load_package
from schemapress_runtime.http.request import Request
from tests.conftest import run
from tests.support.receiver import free_port
from tests.support.soap import build_from_wsdl

HANDLERS = """
from {package}.bindings import PlaceOrderResponse
from {package}.handlers import Handlers, Refusal

class Orders(Handlers):
    def place_order(self, message, request, *, session=None):
        return PlaceOrderResponse(number=message.quantity)

    def cancel_order(self, message, request):
        raise Refusal(404, "There is no such order.")

    def note(self, message, request):
        with open("handled.log", "a") as log:
            print(message.number, file=log)
"""
ENVELOPE = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{}</s:Body></s:Envelope>'
ORDER = '<placeOrder xmlns="urn:example:orders"><item>a</item><quantity>{}</quantity></placeOrder>'


KEYS = {"placeOrder": "quantity", "cancelOrder": "number", "note": "number"}
"""The idempotency keys of the operations: two of them have the same numbers."""


def build_with_keys(folder: Path) -> ModuleType:
    """Capture the WSDL, name the keys of its operations, and build the package."""
    package = build_from_wsdl(folder)
    for schema in (folder / "spec" / "demo").glob("*.xsd"):
        text = schema.read_text("utf-8")
        for name, key in KEYS.items():
            text = text.replace(f':endpoint" name="{name}"', f':endpoint" name="{name}" idempotency-key="{key}"')
        schema.write_text(text, "utf-8")
    assert run("build", cwd=folder).returncode == 0
    return package


def command(folder: Path, port: int, *options: str, keyed: bool = False) -> list[str]:
    package = build_with_keys(folder) if keyed else build_from_wsdl(folder)
    (folder / "orders_handlers.py").write_text(HANDLERS.format(package=package.__name__), "utf-8")
    path = Path(str(package.__file__)).parent
    return [sys.executable, "-m", "schemapress", "serve", str(path), "--port", str(port), *options]


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def serving(folder: Path, *options: str, keyed: bool = False) -> Iterator[int]:
    port = free_port()
    arguments = command(folder, port, *options, keyed=keyed)
    with open(folder / "server.log", "wb") as log:
        process = subprocess.Popen(arguments, cwd=folder, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 30
        while not is_open(port):
            assert process.poll() is None, (folder / "server.log").read_text()
            assert time.monotonic() < end, (folder / "server.log").read_text()
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def post(port: int, body: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/soap/orders", body, headers or {"Content-Type": "application/soap+xml"})
    response = connection.getresponse()
    answer = response.status, response.read().decode()
    connection.close()
    return answer


def test_operations_are_handled_inside_the_request(tmp_path: Path) -> None:
    with serving(tmp_path, "--mode", "inline", "--handlers", "orders_handlers:Orders") as port:
        status, answer = post(port, ENVELOPE.format(ORDER.format(7)))
        assert (status, "<number>7</number>" in answer) == (200, True)
        status, answer = post(port, ENVELOPE.format(ORDER.format("x")))
        assert (status, "invalid-document" in answer, "soap:Sender" in answer) == (400, True, True)
        status, answer = post(port, ENVELOPE.format(""))
        assert (status, "unknown-operation" in answer) == (400, True)
        cancel = '<cancelOrder xmlns="urn:example:orders"><number>1</number></cancelOrder>'
        status, answer = post(port, ENVELOPE.format(cancel))
        assert (status, "There is no such order." in answer) == (400, True)
        old = ENVELOPE.replace("http://www.w3.org/2003/05/soap-envelope", "http://schemas.xmlsoap.org/soap/envelope/")
        fields = {"Content-Type": "text/xml", "SOAPAction": '""'}
        status, answer = post(port, old.format(cancel.replace("1", "2")), **fields)
        assert (status, "There is no such order." in answer) == (500, True)
        assert post(port, ENVELOPE.format('<note xmlns="urn:example:orders"><number>5</number></note>')) == (202, "")

    listed = [sys.executable, "-m", "schemapress", "inbox", "list"]
    done = subprocess.run(listed, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "4 done" in done.stdout
    assert (tmp_path / "handled.log").read_text() == "5\n"


def test_each_operation_of_a_path_has_keys_of_its_own(tmp_path: Path) -> None:
    note = ENVELOPE.format('<note xmlns="urn:example:orders"><number>5</number></note>')
    cancel = ENVELOPE.format('<cancelOrder xmlns="urn:example:orders"><number>5</number></cancelOrder>')
    with serving(tmp_path, "--mode", "inline", "--handlers", "orders_handlers:Orders", keyed=True) as port:
        assert post(port, note) == (202, "")
        status, answer = post(port, cancel)
        assert (status, "There is no such order." in answer) == (400, True)
        assert post(port, note) == (202, "")  # the same message again, which gets the same answer

    assert (tmp_path / "handled.log").read_text() == "5\n"


@pytest.mark.parametrize(
    ("media_type", "namespace", "status"),
    [
        ("application/soap+xml", "http://www.w3.org/2003/05/soap-envelope", 400),
        ("text/xml", "http://schemas.xmlsoap.org/soap/envelope/", 500),
    ],
)
def test_another_message_with_the_same_key_gets_a_fault(
    tmp_path: Path, media_type: str, namespace: str, status: int
) -> None:
    envelope = ENVELOPE.replace("http://www.w3.org/2003/05/soap-envelope", namespace)
    fields = {"Content-Type": media_type, "SOAPAction": '""'}
    other = ORDER.replace("<item>a</item>", "<item>b</item>")
    with serving(tmp_path, "--mode", "inline", "--handlers", "orders_handlers:Orders", keyed=True) as port:
        assert post(port, envelope.format(ORDER.format(7)), **fields)[0] == 200

        got, answer = post(port, envelope.format(other.format(7)), **fields)

    listed = [sys.executable, "-m", "schemapress", "inbox", "show", "--table", "quarantine", "1"]
    shown = subprocess.run(listed, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert "conflicts-with: message 1\n" in shown
    assert (got, f'"{namespace}"' in answer, "Fault>" in answer) == (status, True, True)
    assert "conflicting-message" in answer


def test_a_message_with_another_header_block_is_the_same_message(tmp_path: Path) -> None:
    stamp = '<soap:Header xmlns:soap="{}"><t:at xmlns:t="urn:t">{}</t:at></soap:Header>'
    note = ENVELOPE.format('<note xmlns="urn:example:orders"><number>5</number></note>')
    start = note.index(">", note.index("Envelope")) + 1
    namespace = "http://www.w3.org/2003/05/soap-envelope"
    with serving(tmp_path, "--mode", "inline", "--handlers", "orders_handlers:Orders", keyed=True) as port:
        for time in ("10:00", "10:01"):
            assert post(port, note[:start] + stamp.format(namespace, time) + note[start:]) == (202, "")

    assert (tmp_path / "handled.log").read_text() == "5\n"


@pytest.mark.parametrize("options", [(), ("--handlers", "orders_handlers:Orders")])
def test_answers_in_envelopes_are_refused_at_the_start_where_no_handler_makes_them(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    done = subprocess.run(
        command(tmp_path, free_port(), *options), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert "is answered with a document, which only its handler can make" in done.stderr


@pytest.mark.parametrize(
    ("media_type", "namespace"),
    [
        ("application/soap+xml", b"http://www.w3.org/2003/05/soap-envelope"),
        ("text/xml", b"http://schemas.xmlsoap.org/soap/envelope/"),
    ],
)
def test_the_inbox_refuses_in_an_envelope_of_the_version_of_the_request(
    tmp_path: Path, media_type: str, namespace: bytes
) -> None:
    package = load_package(Path(str(build_from_wsdl(tmp_path).__file__)).parent)
    exchange = package.exchange(100_000)
    endpoint = exchange.endpoints[0]
    request = Request("POST", endpoint.path, {"content-type": media_type})

    response = exchange.refuse_by(endpoint, request, 409, "conflicting-message", "Another one came before.")

    assert namespace in response.body
    assert b"Another one came before." in response.body
