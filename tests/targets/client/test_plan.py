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
                message=code("bindings.Shipment"),
                parameters=code("self, message: bindings.Shipment"),
                arguments=code("message"),
                result=code("None"),
                answers=(code("ExpectedAnswer(204)"),),
                expressions=(),
                options=(
                    code("media_type='application/xml'"),
                    code("element='shipment'"),
                    code("message=bindings.Shipment"),
                    code("encode=encode"),
                ),
            ),
        )
    )
    assert plan.calls[0].returns == "Returns None once the message is accepted."
