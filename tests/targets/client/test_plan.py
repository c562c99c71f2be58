"""The plan of the client: one method per endpoint, of both directions."""

from __future__ import annotations

from schemapress.targets.client.plan import CallPlan, ClientPlan, plan_client
from tests.support.emit_context import code, emit_context


def test_each_endpoint_has_a_method() -> None:
    context = emit_context()
    (endpoint,) = context.schema.endpoints

    plan = plan_client(context)

    assert plan == ClientPlan(
        (
            CallPlan(
                method=code("notify_shipment"),
                operation=code("_NOTIFY_SHIPMENT"),
                endpoint=endpoint,
                element="shipment",
                message=code("bindings.Shipment"),
                result=code("None"),
                answers=(code("Answer(204)"),),
            ),
        )
    )
    assert plan.calls[0].returns == "Returns None once the message is accepted."
