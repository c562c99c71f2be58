"""The plan of the scanner: the expressions of a message, and the steps of the methods that match them."""

from __future__ import annotations

from dataclasses import replace

from schemapress.targets.scanner.plan import plan_scanner
from schemapress.targets.scanner.steps import Call, Loop, Method, Run, ScannedRoot
from tests.conftest import REPOSITORY
from tests.support.emit_context import code, emit_context

PARCEL = Method(
    name=code("_parcel"),
    label="Parcel",
    class_name=code("bindings.Parcel"),
    steps=(
        Run(code("_parcel_1"), (code("weight"),)),
        Loop(code("_parcel_note"), (code("note_item"),), code("note"), code("note_item"), 0, None),
    ),
    arguments=((code("weight"), code("Decimal(weight)")), (code("note"), code("note"))),
)
SHIPMENT = Method(
    name=code("_shipment"),
    label="shipment",
    class_name=code("bindings.Shipment"),
    steps=(
        Run(
            code("_shipment_1"),
            tuple(map(code, ("reference", "dispatched_year", "dispatched_month", "dispatched_day", "dispatched_zone"))),
        ),
        Call(
            before=code("_shipment_parcel_start"),
            after=code("_shipment_parcel_end"),
            method=code("_parcel"),
            scanned=code("scanned_parcel"),
            item=code("parcel_item"),
            target=code("parcel"),
            minimum=1,
            maximum=3,
        ),
        Run(code("_shipment_2"), ()),
    ),
    arguments=(
        (code("reference"), code("reference")),
        (
            code("dispatched"),
            code(
                "None if dispatched_year is None else "
                "date(dispatched_year, dispatched_month, dispatched_day, dispatched_zone)"
            ),
        ),
        (code("parcel"), code("parcel")),
    ),
)
SOURCES = {
    "_SHIPMENT_1": "<reference>{NON_EMPTY}</reference>{SPACE}(?:<dispatched>{DATE}</dispatched>{SPACE})?+",
    "_PARCEL_1": "<weight>{DECIMAL}</weight>{SPACE}",
    "_PARCEL_NOTE": "<note>{TEXT}</note>{SPACE}",
    "_SHIPMENT_PARCEL_START": "<parcel>{SPACE}",
    "_SHIPMENT_PARCEL_END": "</parcel>{SPACE}",
    "_SHIPMENT_2": r"</shipment>{SPACE}\Z",
    "_ACCEPT_SHIPMENT": "{_SHIPMENT_1}(?:{_SHIPMENT_PARCEL_START}{_PARCEL_1}(?:{_PARCEL_NOTE}){{0,}}+"
    "{_SHIPMENT_PARCEL_END}){{1,3}}+{_SHIPMENT_2}",
}


def test_each_type_has_a_method_of_steps() -> None:
    plan = plan_scanner(emit_context())

    assert plan.message == "bindings.Shipment"
    assert plan.messages == (ScannedRoot("shipment", code("_shipment"), code("_accept_shipment")),)
    assert plan.messages[0].arguments == "self._accept_shipment, self._shipment"
    assert replace(plan.messages[0], accept=None).arguments == "None, self._shipment"
    assert plan.methods == (PARCEL, SHIPMENT)
    assert plan.unscanned == ()


def test_an_expression_is_written_once_and_named_where_it_is_used() -> None:
    plan = plan_scanner(emit_context())

    sources = {
        expression.constant: "".join(piece.code.removeprefix('rf"').removesuffix('"') for piece in expression.pieces)
        for expression in plan.expressions
    }
    assert sources == SOURCES
    assert [expression.constant for expression in plan.expressions if not expression.capture] == ["_ACCEPT_SHIPMENT"]
    assert [expression.arguments for expression in plan.expressions if not expression.capture] == [
        "_ACCEPT_SHIPMENT, prefixes, capture=False"
    ]


def test_a_step_says_when_a_list_does_not_fit() -> None:
    (loop,) = (step for step in PARCEL.steps if isinstance(step, Loop))
    (call,) = (step for step in SHIPMENT.steps if isinstance(step, Call))

    assert (loop.kind, loop.unfit) == ("loop", ())
    assert (call.kind, call.unfit) == ("each_child", ("len(parcel) < 1", "len(parcel) > 3"))


def test_a_root_that_requires_an_attribute_is_not_scanned() -> None:
    plan = plan_scanner(emit_context(REPOSITORY / "tests" / "golden" / "catalogue" / "catalogue.xsd"))

    assert plan.messages == ()
    assert plan.unscanned == (("catalogue", "catalogue requires the attribute version"),)
