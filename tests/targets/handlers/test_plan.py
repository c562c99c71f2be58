"""The plan of the handlers: one method per endpoint that receives messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.targets.handlers.plan import HandlerPlan, HandlersPlan, plan_handlers
from tests.conftest import schema
from tests.support.emit_context import code, emit_context


def test_each_endpoint_has_a_method() -> None:
    context = emit_context()
    (endpoint,) = context.schema.endpoints

    plan = plan_handlers(context)

    assert isinstance(endpoint, EndpointFacts)
    assert endpoint.responses == (ResponseFacts(204, None, None),)
    assert plan == HandlersPlan(
        (
            HandlerPlan(
                method=code("notify_shipment"),
                endpoint=endpoint,
                element="shipment",
                message=code("bindings.Shipment"),
                result=code("None"),
                status=204,
                response_media_type=None,
                answer_element=None,
            ),
        )
    )
    assert plan.answers == ()
    assert plan.handlers[0].answer == "Returning sends status 204 without a body."


def test_only_an_answer_with_a_body_is_encoded() -> None:
    (handler,) = plan_handlers(emit_context()).handlers

    assert handler.options == ()
    assert replace(handler, answer_element="shipment", response_media_type="text/xml").options == (
        "encode=partial(encode, prefixes=handlers.prefixes)",
        "response_media_type='text/xml'",
    )


def test_the_keys_of_an_endpoint_become_functions_of_its_message(tmp_path: Path) -> None:
    source = tmp_path / "message.xsd"
    facts = 'idempotency-key="id" ordering-key="head/subject" sender-key="head/price"'
    head = '<xs:element name="subject" type="xs:string"/><xs:element name="price" type="Price"/>'
    source.write_text(
        schema(
            '<xs:annotation><xs:appinfo><endpoint xmlns="urn:schemapress:endpoint" name="a" method="POST" path="/a" '
            f'{facts}><request element="message"/><response status="204"/></endpoint></xs:appinfo></xs:annotation>'
            '<xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="c"/>'
            "</xs:extension></xs:simpleContent></xs:complexType>"
            '<xs:element name="message"><xs:complexType><xs:sequence><xs:element name="id" type="xs:string"/>'
            f'<xs:element name="head" minOccurs="0"><xs:complexType><xs:sequence>{head}</xs:sequence></xs:complexType>'
            "</xs:element></xs:sequence></xs:complexType></xs:element>"
        ),
        "utf-8",
    )

    (handler,) = plan_handlers(emit_context(source)).handlers

    assert handler.options == (
        "idempotency_key=attrgetter('id')",
        "ordering_key=path_getter('head', 'subject')",
        "sender_key=path_getter('head', 'price', 'value')",
    )
