"""The test kit of a package: handlers called without a socket, and samples; for handlers of each kind."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityfibre_ticketing import decode, encode
from cityfibre_ticketing.bindings import NotifyInProgress
from cityfibre_ticketing.client import OPERATIONS, AsyncClient, Client, Refused
from cityfibre_ticketing.handlers import Handlers, Refusal, Request, asgi, exchange, wsgi
from cityfibre_ticketing.testing import SAMPLES, async_client_for, client_for
from tests.conftest import REPOSITORY, MakeProject, schema
from tests.support.generated_package import build


class Plain(Handlers):
    def __init__(self) -> None:
        self.received: list[tuple[NotifyInProgress, Request]] = []

    def notify_in_progress(self, message: NotifyInProgress, request: Request) -> None:
        if message.buyer_fault_reference == "REFUSE":
            raise Refusal(409, "This fault is closed.")
        if message.buyer_fault_reference == "FAIL":
            raise ZeroDivisionError
        self.received.append((message, request))


class Coroutine(Plain):
    async def notify_in_progress(self, message: NotifyInProgress, request: Request) -> None:  # type: ignore[override]  # sync above
        await asyncio.sleep(0)
        super().notify_in_progress(message, request)


class Awaitables(Plain):
    def notify_in_progress(self, message: NotifyInProgress, request: Request) -> Awaitable[None]:  # type: ignore[override]  # sync above
        async def wait() -> None:
            await asyncio.sleep(0)
            Plain.notify_in_progress(self, message, request)

        return wait()


def call_sync(handlers: Handlers, message: NotifyInProgress, **settings: Any) -> None:
    client_for(handlers, **settings).notify_in_progress(message)


def call_async(handlers: Handlers, message: NotifyInProgress, **settings: Any) -> None:
    async def run() -> None:
        async with async_client_for(handlers, **settings) as client:
            await client.notify_in_progress(message)

    asyncio.run(run())


@pytest.mark.parametrize("call", [call_sync, call_async])
@pytest.mark.parametrize("kind", [Plain, Coroutine, Awaitables])
class TestEachKind:
    def test_a_message_reaches_its_handler(self, call: Any, kind: type[Plain]) -> None:
        handlers = kind()

        call(handlers, SAMPLES.notify_in_progress.full, client_certificate="PEM")

        ((message, request),) = handlers.received
        assert message == SAMPLES.notify_in_progress.full
        assert (request.method, request.path) == ("POST", "/notifyInProgress")
        assert request.client_certificate == "PEM"

    def test_a_refusal_is_what_the_sender_gets(self, call: Any, kind: type[Plain]) -> None:
        message = SAMPLES.notify_in_progress.smallest
        message.buyer_fault_reference = "REFUSE"

        with pytest.raises(Refused, match=r"refused with 409 Conflict: This fault is closed\."):
            call(kind(), message)

    def test_an_error_of_the_handler_reaches_the_test(self, call: Any, kind: type[Plain]) -> None:
        message = SAMPLES.notify_in_progress.smallest
        message.buyer_fault_reference = "FAIL"

        with pytest.raises(ZeroDivisionError):
            call(kind(), message)


@pytest.mark.parametrize("make", [client_for, async_client_for, asgi, wsgi, exchange])
def test_a_class_in_place_of_handlers_is_an_error_at_once(make: Any) -> None:
    with pytest.raises(TypeError, match=r"^Plain is a class; pass an object: Plain\(\)$"):
        make(Plain)


@pytest.mark.parametrize("make", [client_for, async_client_for])
def test_the_kit_has_the_settings_of_a_server(make: Any) -> None:
    def send(handlers: Handlers, path: str, **settings: Any) -> None:
        operation = replace(OPERATIONS["notify_in_progress"], path=path)
        sent = make(handlers, **settings).send_document(operation, SAMPLES.notify_in_progress.smallest_document)
        if make is async_client_for:
            asyncio.run(sent)

    handlers = Plain()
    send(handlers, "/notifyInProgress/", trailing_slash="ignore")
    assert len(handlers.received) == 1
    for path, settings, status in (("/notifyInProgress/", {}, 404), ("/notifyInProgress", {"max_body": 10}, 413)):
        with pytest.raises(Refused) as raised:
            send(handlers, path, **settings)
        assert raised.value.status == status


def test_a_document_that_is_not_valid_is_refused_as_by_a_server() -> None:
    with pytest.raises(Refused) as raised:
        client_for(Plain()).send_document(OPERATIONS["notify_in_progress"], b"<oops/>")

    assert (raised.value.status, raised.value.problems[0].code) == (422, "cvc-elt.1")


def test_on_an_event_loop_the_right_function_is_named() -> None:
    async def run() -> None:
        client_for(Plain()).notify_in_progress(SAMPLES.notify_in_progress.smallest)
        with pytest.raises(RuntimeError, match="async_client_for"):
            client_for(Coroutine()).notify_in_progress(SAMPLES.notify_in_progress.smallest)

    asyncio.run(run())


def test_each_access_to_a_sample_makes_a_new_object() -> None:
    sample = SAMPLES.notify_in_progress

    assert sample.full == sample.full
    assert sample.full is not sample.full
    assert decode(sample.smallest_document) == sample.smallest


def test_the_kit_needs_neither_httpx_nor_a_server() -> None:
    script = """
import sys
for name in ("httpx", "httpcore", "uvicorn", "schemapress", "schemapress_runtime"):
    sys.modules[name] = None
from cityfibre_ticketing.client import Client, WrongSettings
from cityfibre_ticketing.handlers import Handlers
from cityfibre_ticketing.testing import SAMPLES, client_for
class Tickets(Handlers):
    def notify_in_progress(self, message, request):
        print(message.fault_details.status.value)
client_for(Tickets()).notify_in_progress(SAMPLES.notify_in_progress.full)
try: Client("http://127.0.0.1")
except WrongSettings as error: print(error, error.hint)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY / "generated", capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout == (
        "pending\nA client that uses the network needs httpx, which is not installed. "
        "Install it: `pip install httpx`, or `pip install 'schemapress[client]'`.\n"
    )


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\r"), min_size=1, max_size=40
)


class Keeping(Handlers):
    def __init__(self) -> None:
        self.last: NotifyInProgress | None = None

    def notify_in_progress(self, message: NotifyInProgress, request: Request) -> None:
        self.last = message


@given(TEXTS, st.none() | TEXTS, st.integers(1, 50), st.booleans())
def test_what_is_sent_is_what_is_received(reference: str, name: str | None, updates: int, is_triaged: bool) -> None:
    message = SAMPLES.notify_in_progress.full
    message.buyer_fault_reference = reference
    message.end_user_contact_details.name = name
    message.updates *= updates
    message.fault_details.triage_complete = is_triaged
    handlers = Keeping()

    client_for(handlers).notify_in_progress(message)

    assert handlers.last == message
    assert decode(encode(message)) == handlers.last


ORDERS = """
<xs:annotation><xs:appinfo>
  <endpoint xmlns="urn:schemapress:endpoint" name="place" method="POST" path="/orders">
    <request element="order"/><response status="201" element="receipt"/>
  </endpoint>
  <endpoint xmlns="urn:schemapress:endpoint" name="confirm" method="POST" path="/receipts" direction="send">
    <request element="receipt"/><response status="204"/>
  </endpoint>
</xs:appinfo></xs:annotation>
<xs:element name="order" type="Numbered"/><xs:element name="receipt" type="Receipt"/>
<xs:complexType name="Numbered"><xs:sequence><xs:element name="n" type="xs:int"/></xs:sequence></xs:complexType>
<xs:complexType name="Receipt"><xs:sequence><xs:element name="n" type="xs:int"/></xs:sequence></xs:complexType>
"""


def modules_of(make_project: MakeProject, content: str) -> ModuleType:
    package = build(make_project({"orders.xsd": schema(content)}))
    __import__(f"{package.__name__}.testing")
    return package


def test_an_answer_with_a_body_is_an_object(make_project: MakeProject) -> None:
    package = modules_of(make_project, ORDERS)

    class Orders(package.handlers.Handlers):  # type: ignore[name-defined,misc]  # made by this test
        def place(self, message: Any, request: Request) -> Any:
            return package.bindings.Receipt(n=message.n + 1)

    client = package.testing.client_for(Orders())

    assert client.place(package.bindings.Order(n=1)) == package.bindings.Receipt(n=2)
    with pytest.raises(package.client.Refused) as raised:  # what this side sends, it does not serve
        client.confirm(package.testing.SAMPLES.confirm.smallest)
    assert raised.value.status == 404


def test_a_package_that_only_sends_has_samples_and_a_client(make_project: MakeProject) -> None:
    package = modules_of(make_project, ORDERS.replace('path="/orders"', 'path="/orders" direction="send"'))

    assert package.testing.__all__ == ["RESPONSES", "SAMPLES"]
    assert package.testing.SAMPLES.place.smallest == package.bindings.Order(n=1)
    assert sorted(package.client.OPERATIONS) == ["confirm", "place"]


def test_the_clients_have_the_same_methods() -> None:
    assert {name for name in vars(Client) if name[0] != "_"} == {name for name in vars(AsyncClient) if name[0] != "_"}
    assert asgi(Plain()) is not None


RESPONDING = """
<xs:annotation><xs:appinfo><endpoint xmlns="urn:schemapress:endpoint" name="getOrder" method="GET" path="/orders/{id}">
  <response status="200" element="order"/><response status="404" element="fault"/>
  <response status="409" element="fault"/><response status="409" element="order"/><response status="410"/>
</endpoint></xs:appinfo></xs:annotation>
<xs:element name="order"><xs:complexType><xs:sequence>
  <xs:element name="number" type="xs:int"/><xs:element name="note" type="xs:string" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="fault"><xs:complexType><xs:sequence><xs:element name="why" type="xs:string"/></xs:sequence>
</xs:complexType></xs:element>
"""


def test_a_stub_answers_with_the_samples_of_responses(make_project: MakeProject) -> None:
    package = build(make_project({"orders.xsd": schema(RESPONDING)}))
    responses = package.testing.RESPONSES

    names = {name for name in vars(type(responses)) if not name.startswith("_")}
    assert names == {"get_order_200", "get_order_404", "get_order_409_fault", "get_order_409_order"}
    assert (responses.get_order_200.smallest.note, responses.get_order_200.full.note) == (None, "Example note")

    class Stub(package.handlers.Handlers):  # type: ignore[misc, name-defined]  # a class of a package made just now
        def get_order(self, request: Any, *, id: str) -> Any:  # noqa: A002  # as the parameter is named
            missing = package.handlers.Reply(404, responses.get_order_404.smallest)
            return responses.get_order_200.full if id == "7" else missing

    client = package.testing.client_for(Stub())
    assert client.get_order(id="7") == responses.get_order_200.full
    with pytest.raises(package.client.Refused) as raised:
        client.get_order(id="8")
    assert raised.value.status == 404
