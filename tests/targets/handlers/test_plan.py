"""The plan of the handlers: one method per endpoint that receives messages."""

from __future__ import annotations

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
                arguments=code("message: bindings.Shipment, request: Request"),
                returned=code("None"),
                result=code("Reply[None] | None"),
                answer="Returning None sends status 204 without a body.",
                responses=(code("DeclaredResponse(204)"),),
                parameters=(),
                options=(
                    code("media_types=('application/xml',)"),
                    code("element='shipment'"),
                    code("message=bindings.Shipment"),
                    code("decode=decode"),
                ),
            ),
        )
    )
    assert plan.answers == ()


ORDERS = """
<xs:annotation><xs:appinfo><endpoint xmlns="urn:schemapress:endpoint" name="order" {attributes}>{facts}</endpoint>
</xs:appinfo></xs:annotation>
<xs:simpleType name="colour"><xs:restriction base="xs:string"><xs:enumeration value="red"/></xs:restriction>
</xs:simpleType>
<xs:simpleType name="Numbers"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:simpleType name="Either"><xs:union memberTypes="xs:string xs:decimal colour"/></xs:simpleType>
<xs:simpleType name="Key"><xs:restriction base="xs:hexBinary"><xs:length value="2"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Unused"><xs:restriction base="xs:int"><xs:enumeration value="7"/></xs:restriction></xs:simpleType>
<xs:element name="order"><xs:complexType><xs:sequence><xs:element name="colour" type="colour"/></xs:sequence>
</xs:complexType></xs:element>
<xs:element name="fault"><xs:complexType><xs:sequence><xs:element name="why" type="xs:string"/></xs:sequence>
</xs:complexType></xs:element>
"""


def plan_order(folder: Path, attributes: str, facts: str) -> HandlerPlan:
    source = folder / "orders.xsd"
    source.write_text(schema(ORDERS.format(attributes=attributes, facts=facts)), "utf-8")
    (handler,) = plan_handlers(emit_context(source)).handlers
    return handler


def test_parameters_are_arguments_by_keyword_of_the_types_of_binding_fields(tmp_path: Path) -> None:
    facts = """
    <parameter name="class" in="query" type="xs:date"/>
    <parameter name="orderId" in="path" type="xs:int"/>
    <parameter name="shade" in="query" type="colour" required="true"/>
    <parameter name="numbers" in="query" type="Numbers"/>
    <parameter name="either" in="query" type="Either"/>
    <parameter name="unused" in="query" type="Unused" required="true"/>
    <parameter name="X-Key" in="header" type="Key"/>
    <parameter name="request" in="header" type="xs:boolean" required="true"/>
    <parameter name="id" in="query"/>
    <parameter name="type" in="query"/>
    <parameter name="order-id" in="query"/>
    <response status="204"/>
    """
    handler = plan_order(tmp_path, 'method="GET" path="/of/{buyer}/{orderId}"', facts)

    assert handler.arguments == (
        "request: Request, *, buyer: str, order_id: int, class_value: XmlDate | None = None, shade: bindings.Colour, "
        "numbers: list[int] | None = None, either: bindings.Colour | Decimal | str | None = None, "
        "unused: int, x_key: bytes | None = None, request_value: bool, "
        "id: str | None = None, type_value: str | None = None, order_id_2: str | None = None"
    )
    assert handler.parameters == (
        "Parameter('buyer', 'buyer', 'path', BUILTIN['string'], (str,))",
        "Parameter('orderId', 'order_id', 'path', BUILTIN['int'], (int,))",
        "Parameter('class', 'class_value', 'query', BUILTIN['date'], (XmlDate,), required=False)",
        "Parameter('shade', 'shade', 'query', find_simple_type(DECLARATIONS, 'colour'), (bindings.Colour,))",
        "Parameter('numbers', 'numbers', 'query', find_simple_type(DECLARATIONS, 'Numbers'), (int,), required=False)",
        "Parameter('either', 'either', 'query', find_simple_type(DECLARATIONS, 'Either'), "
        "(bindings.Colour, Decimal, str), required=False)",
        "Parameter('unused', 'unused', 'query', find_simple_type(DECLARATIONS, 'Unused'), (int,))",
        "Parameter('X-Key', 'x_key', 'header', find_simple_type(DECLARATIONS, 'Key'), (bytes,), required=False, "
        "format='base16')",
        "Parameter('request', 'request_value', 'header', BUILTIN['boolean'], (bool,))",
        "Parameter('id', 'id', 'query', BUILTIN['string'], (str,), required=False)",
        "Parameter('type', 'type_value', 'query', BUILTIN['string'], (str,), required=False)",
        "Parameter('order-id', 'order_id_2', 'query', BUILTIN['string'], (str,), required=False)",
    )
    assert handler.options == ()


def test_a_result_is_the_object_of_a_success_or_any_declared_reply(tmp_path: Path) -> None:
    facts = """
    <request element="order" media-type="application/xml text/xml"/>
    <response status="200" element="order"/>
    <response status="202"/>
    <response status="409" element="fault" media-type="text/xml"/>
    """
    handler = plan_order(tmp_path, 'method="PUT" path="/order"', facts)

    assert handler.returned == "bindings.Order | None"
    assert handler.result == "bindings.Order | Reply[bindings.Order | bindings.Fault | None] | None"
    assert handler.responses == (
        "DeclaredResponse(200, 'order', ('application/xml', 'text/xml'))",
        "DeclaredResponse(202)",
        "DeclaredResponse(409, 'fault', ('text/xml',))",
    )
    assert "media_types=('application/xml', 'text/xml')" in handler.options
    assert "encode=partial(encode, prefixes=handlers.prefixes)" in handler.options


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

    assert handler.options[4:] == (
        "idempotency_key=attrgetter('id')",
        "ordering_key=path_getter('head', 'subject')",
        "sender_key=path_getter('head', 'price', 'value')",
        "sender_path='head/price'",
    )
