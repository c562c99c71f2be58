"""The plan of the handlers: one method per endpoint that receives messages."""

from __future__ import annotations

from dataclasses import replace

from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.targets.handlers.plan import HandlerPlan, HandlersPlan, plan_handlers
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
