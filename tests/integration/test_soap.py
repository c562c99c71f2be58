"""Both ends of SOAP, judged by others: zeep calls our server, and our client calls a server of spyne or node's soap."""

from __future__ import annotations

import asyncio
import http.client
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import zeep
from lxml import etree
from zeep.exceptions import Fault

from tests.support.soap import ORDERS, build_from_wsdl, part_of, serve_application
from tests.support.spyne_server import SERVER

SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
NAMESPACES = {"1.1": SOAP_1_1, "1.2": SOAP_1_2}
MEDIA_TYPES = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}
CANCEL = '<o:cancelOrder xmlns:o="urn:example:orders"><o:number>{}</o:number></o:cancelOrder>'


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return build_from_wsdl(tmp_path_factory.mktemp("soap"))


def make_handlers(package: ModuleType, received: list[Any]) -> Any:
    bindings, handlers = part_of(package, "bindings"), part_of(package, "handlers")

    class Orders(handlers.Handlers):  # type: ignore[misc,name-defined]  # of a module that this test builds
        understood_headers = ("{urn:example:token}token",)

        def place_order(self, message: Any, request: Any, *, session: Any = None) -> Any:
            received.append((message, session, request.envelope))
            answer = bindings.PlaceOrderResponse(number=len(message.item))
            if session is None:
                return answer
            return handlers.Reply(200, answer, blocks=[bindings.Served(by=session.key)])

        async def cancel_order(self, message: Any, request: Any) -> Any:
            received.append(message)
            await asyncio.sleep(0)
            if message.number == 404:
                body = bindings.UnknownOrder(number=404)
                raise handlers.Refusal(404, "There is no such order.", body=body)
            if message.number == 405:
                return handlers.Reply(409, bindings.UnknownOrder(number=405))
            if message.number == 403:
                raise handlers.Refusal(403, "This is not your order.")
            if message.number == 500:
                raise ZeroDivisionError("a secret")
            if message.number == 501:
                raise handlers.Refusal(500, "It is broken.", body=bindings.Note(number=1))
            return None

        def note(self, message: Any, request: Any) -> None:
            received.append(message)

    return Orders()


@pytest.fixture(scope="module")
def received() -> list[Any]:
    return []


@pytest.fixture(scope="module")
def port(package: ModuleType, received: list[Any]) -> Iterator[int]:
    with serve_application(part_of(package, "handlers").asgi(make_handlers(package, received))) as port:
        yield port


@pytest.fixture(params=["1.1", "1.2"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def service(port: int, version: str) -> Any:
    """The service as zeep sees it."""
    client: Any = zeep.Client(str(ORDERS))  # type: ignore[no-untyped-call]  # zeep has types for few functions
    name = f"{{urn:example:orders}}Orders{version.replace('.', '')}"
    return client.create_service(name, f"http://127.0.0.1:{port}/soap/orders")


def test_zeep_calls_an_operation_with_header_blocks_both_ways(service: Any, received: list[Any]) -> None:
    answer = service.placeOrder(item=["a", "b"], quantity=2, _soapheaders={"session": {"key": "k&<"}})

    assert (answer.body.number, answer.header.served.by) == (2, "k&<")
    message, session, _ = received[-1]
    assert (message.item, message.quantity, session.key) == (["a", "b"], 2, "k&<")


def test_zeep_calls_an_operation_without_a_header_block_that_is_optional(service: Any) -> None:
    answer = service.placeOrder(item=["ä"], quantity=2)

    assert answer.body.number == 1


def test_zeep_gets_an_empty_body_and_calls_one_way(service: Any, received: list[Any]) -> None:
    assert service.cancelOrder(number=1) is None
    assert service.note(number=7) is None
    assert received[-1].number == 7


@pytest.mark.parametrize(("number", "reason"), [(404, "There is no such order."), (405, "Conflict")])
def test_zeep_reads_a_declared_fault(service: Any, version: str, number: int, reason: str) -> None:
    with pytest.raises(Fault) as raised:
        service.cancelOrder(number=number)

    assert raised.value.message == reason
    assert raised.value.code == ("soap:Client" if version == "1.1" else "soap:Sender")
    entry = raised.value.detail.find("{urn:example:orders}unknownOrder/{urn:example:orders}number")
    assert entry.text == str(number)


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [(403, "Client", "refused"), (500, "Server", "handler-failed"), (501, "Server", "handler-failed")],
)
def test_zeep_reads_a_fault_without_a_declared_detail(
    service: Any, version: str, number: int, code: str, kind: str
) -> None:
    with pytest.raises(Fault) as raised:
        service.cancelOrder(number=number)

    codes = {"1.1": code, "1.2": {"Client": "Sender", "Server": "Receiver"}[code]}
    assert raised.value.code == f"soap:{codes[version]}"
    problem = raised.value.detail.find("{urn:ietf:rfc:7807}problem")
    assert problem.findtext("{urn:ietf:rfc:7807}type") == f"urn:schemapress:problem:{kind}"
    assert "secret" not in str(raised.value) + etree.tostring(raised.value.detail).decode()


def post(port: int, version: str, body: bytes, **fields: str) -> tuple[int, Any, str]:
    """Post a body; return the status, the root of the answer, and its media type."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {
        "Content-Type": MEDIA_TYPES[version],
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    connection.request("POST", "/soap/orders", body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, etree.fromstring(content) if content else None, response.headers["Content-Type"]


def envelope(version: str, body: str, header: str = "", attributes: str = "") -> bytes:
    namespace = NAMESPACES[version]
    blocks = f"<s:Header>{header}</s:Header>" if header else ""
    return f'<s:Envelope xmlns:s="{namespace}" {attributes}>{blocks}<s:Body>{body}</s:Body></s:Envelope>'.encode()


def read_fault(version: str, root: Any) -> tuple[str, str]:
    """Return the code and the sentence of a fault."""
    if version == "1.1":
        fault = root.find(f"{{{SOAP_1_1}}}Body/{{{SOAP_1_1}}}Fault")
        return fault.findtext("faultcode").partition(":")[2], fault.findtext("faultstring")
    fault = root.find(f"{{{SOAP_1_2}}}Body/{{{SOAP_1_2}}}Fault")
    code = fault.findtext(f"{{{SOAP_1_2}}}Code/{{{SOAP_1_2}}}Value")
    return code.partition(":")[2], fault.findtext(f"{{{SOAP_1_2}}}Reason/{{{SOAP_1_2}}}Text")


def sender(version: str) -> tuple[int, str]:
    return (500, "Client") if version == "1.1" else (400, "Sender")


def test_an_invalid_message_is_a_fault_of_the_sender_with_the_problems_at_their_places(port: int, version: str) -> None:
    body = '\n  <o:cancelOrder xmlns:o="urn:example:orders">\n <o:number>x</o:number></o:cancelOrder>'
    status, root, media_type = post(port, version, envelope(version, body))

    code, reason = read_fault(version, root)
    assert (status, code) == sender(version)
    assert reason.startswith("The document is not valid: 1 problem. <number> is 'x'")
    assert media_type == MEDIA_TYPES[version]
    problem = root.find(".//{urn:ietf:rfc:7807}i")
    found = [problem.findtext(f"{{urn:ietf:rfc:7807}}{name}") for name in ("path", "line", "column")]
    assert found == ["/o:cancelOrder/o:number", "3", "2"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "The Body has nothing; expected <placeOrder> or <cancelOrder> or <note>."),
        ("<number/>", "The Body has <number>; expected <placeOrder> or <cancelOrder> or <note>, in a namespace."),
        (CANCEL.format(1) * 2, "The Body has 2 elements; expected one."),
        (f"text {CANCEL.format(1)}", "The Body has a text; expected one element."),
        ("<o:cancelOrder", "xml-"),
    ],
)
def test_a_body_that_no_operation_has_is_a_fault_of_the_sender(port: int, version: str, body: str, said: str) -> None:
    status, root, _ = post(port, version, envelope(version, body))

    code, reason = read_fault(version, root)
    assert (status, code) == sender(version)
    assert reason == said or said == "xml-"


def test_a_document_type_is_refused(port: int, version: str) -> None:
    body = b'<!DOCTYPE a [<!ENTITY b "1">]>' + envelope(version, CANCEL.format("&b;"))
    status, root, _ = post(port, version, body)

    assert (status, read_fault(version, root)[0]) == sender(version)
    assert root.findtext(".//{urn:ietf:rfc:7807}type") == "urn:schemapress:problem:doctype-refused"


def test_a_header_block_that_must_be_understood_and_is_not_is_refused(port: int, version: str) -> None:
    block = '<t:{} xmlns:t="urn:example:token" s:mustUnderstand="1" {}/>'
    unknown = envelope(version, CANCEL.format(1), block.format("lock", ""))
    status, root, _ = post(port, version, unknown)

    assert (status, read_fault(version, root)[0]) == (500, "MustUnderstand")
    named = root.findall(f"{{{SOAP_1_2}}}Header/{{{SOAP_1_2}}}NotUnderstood")
    assert len(named) == (0 if version == "1.1" else 1)
    role = "actor" if version == "1.1" else "role"
    for header in (block.format("token", ""), block.format("lock", f's:{role}="urn:somebody-else"')):
        status, root, _ = post(port, version, envelope(version, CANCEL.format(1), header))
        assert status == 200, etree.tostring(root)


def test_an_envelope_of_another_version_is_refused(port: int, version: str) -> None:
    other = "1.2" if version == "1.1" else "1.1"
    for body in (envelope(other, CANCEL.format(1)), envelope(version, "").replace(b"soap", b"soup")):
        status, root, _ = post(port, version, body)

        assert (status, read_fault(version, root)[0]) == (500, "VersionMismatch")
        upgrade = root.findall(f"{{{SOAP_1_2}}}Header/{{{SOAP_1_2}}}Upgrade/{{{SOAP_1_2}}}SupportedEnvelope")
        assert len(upgrade) == (0 if version == "1.1" else 2)


def test_the_action_of_another_operation_is_refused(port: int, version: str) -> None:
    body = envelope(version, CANCEL.format(1))
    for action, expected in (("place", sender(version)[0]), ("cancel", 200), ("", 200)):
        uri = f"urn:example:orders:{action}" if action else ""
        fields = {"SOAPAction": f'"{uri}"'}
        if version == "1.2":
            fields = {"Content-Type": f'{MEDIA_TYPES["1.2"]}; action="{uri}"'}
        status, _, _ = post(port, version, body, **fields)
        assert status == expected, action


def test_prefixes_of_the_envelope_are_in_scope_of_the_message(port: int, version: str, received: list[Any]) -> None:
    attributes = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="http://www.w3.org/2001/XMLSchema" '
        'xmlns="urn:example:orders"'
    )
    body = '<placeOrder><item>a</item><quantity>1</quantity><extra xsi:type="&#120;:int">7</extra></placeOrder>'
    status, root, _ = post(port, version, envelope(version, body, attributes=attributes))

    assert status == 200, etree.tostring(root)
    assert received[-1][0].extra == 7


def call_fault(package: ModuleType, client: Any, number: int) -> Any:
    bindings, module = part_of(package, "bindings"), part_of(package, "client")
    with pytest.raises(module.Refused) as raised:
        client.cancel_order(bindings.CancelOrder(number=number))
    return raised.value


def check_client(package: ModuleType, client: Any, *, with_header: bool = True) -> None:
    """Call each operation by a client of the package."""
    bindings = part_of(package, "bindings")
    session = bindings.Session(key="k") if with_header else None
    answer = client.place_order(bindings.PlaceOrder(item=["a", "b"], quantity=2), session=session)
    assert answer.body.number == 2
    served = answer.block(bindings.Served)
    assert (None if served is None else served.by) == ("k" if with_header else None)
    assert client.cancel_order(bindings.CancelOrder(number=1)) is None
    assert client.note(bindings.Note(number=1)) is None
    fault = call_fault(package, client, 404)
    assert (fault.detail, fault.document.number) == ("There is no such order.", 404)


def test_the_client_calls_the_server(package: ModuleType, port: int) -> None:
    with part_of(package, "client").Client(f"http://127.0.0.1:{port}") as client:
        check_client(package, client)
        fault = call_fault(package, client, 500)
        assert (fault.status, fault.kind, fault.document) == (500, "handler-failed", None)


def test_the_test_kit_calls_handlers(package: ModuleType) -> None:
    check_client(package, part_of(package, "testing").client_for(make_handlers(package, [])))


def test_samples_of_operations_are_valid(package: ModuleType) -> None:
    samples = part_of(package, "testing").SAMPLES

    assert samples.place_order.full.quantity == samples.place_order.smallest.quantity


def test_header_blocks_of_no_schema_go_out_and_come_in(package: ModuleType) -> None:
    received: list[Any] = []
    bindings = part_of(package, "bindings")
    client = part_of(package, "testing").client_for(make_handlers(package, received))
    token = f'<t:token xmlns:t="urn:example:token" xmlns:s="{SOAP_1_2}" s:mustUnderstand="1">x</t:token>'

    client.place_order(bindings.PlaceOrder(item=["a"], quantity=2), blocks=[token, etree.fromstring(token)])

    blocks = received[-1][2].blocks
    assert [block.name for block in blocks] == ["{urn:example:token}token"] * 2
    assert (blocks[0].must_understand, etree.fromstring(blocks[0].document).text) == (True, "x")
    with pytest.raises(ValueError, match="not well-formed"):
        client.note(bindings.Note(number=1), blocks=["<a"])


@pytest.fixture
def library(version: str, tmp_path: Path) -> Iterator[tuple[str, ModuleType]]:
    """A server of spyne, and a package that is built from the WSDL that it serves."""
    if importlib.util.find_spec("spyne") is None:
        pytest.skip("no SOAP server of another library is here: pip install spyne")
    command = [sys.executable, "-c", SERVER, version]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            url = f"http://127.0.0.1:{int(process.stdout.readline())}"
            wsdl = tmp_path / "library.wsdl"
            wsdl.write_bytes(httpx.get(f"{url}/?wsdl").content)
            yield url, build_from_wsdl(tmp_path / "project", wsdl)
        finally:
            process.terminate()


def test_the_client_calls_a_server_of_another_library(library: tuple[str, ModuleType], version: str) -> None:
    url, package = library
    bindings, module = part_of(package, "bindings"), part_of(package, "client")
    with module.Client(url) as client:
        session = bindings.Session(key="k")
        answer = client.find_books(bindings.FindBooks(title="Emma", most=2), session=session)
        assert answer.body.find_books_result.string == ["Emma", "Emma"]
        assert answer.block(bindings.Served).by == "k"

        for title, detail in (("none", "There is no such book."), ("broken", "")):
            with pytest.raises(module.Refused) as raised:
                client.find_books(bindings.FindBooks(title=title, most=1))
            assert detail in (raised.value.detail or "")
            assert raised.value.status in (400, 500)
        invalid = b'<find_books xmlns="urn:example:library"><x/></find_books>'
        with pytest.raises(module.Refused) as raised:
            client.send_document(module.OPERATIONS["find_books"], invalid)
        assert raised.value.status == 500
        assert raised.value.detail or version == "1.2"  # where spyne 2.14 fails to write the fault
