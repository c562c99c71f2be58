"""The plan of the codec: the messages, and the steps of the straight-line encoders."""

from __future__ import annotations

from dataclasses import replace

from schemapress.targets.codec.plan import (
    CodecPlan,
    Encoder,
    EncoderTable,
    JsonClass,
    Root,
    Write,
    WriteEach,
    WriteOptional,
    plan_codec,
)
from schemapress.targets.codec.prefix_plan import PrefixPlan
from tests.support.emit_context import code, emit_context

PARCEL = Encoder(
    name=code("_parcel"),
    class_name=code("bindings.Parcel"),
    label="Parcel",
    steps=(
        Write((code('write(f"<weight>{decimal_text(value.weight)}</weight>")'),)),
        WriteEach(
            field=code("note"),
            unfit=code("type(value.note) is not list"),
            statements=(code('write(f"<note>{escape_text(item)}</note>")'),),
        ),
    ),
    namespaces=frozenset({""}),
)
SHIPMENT = Encoder(
    name=code("_shipment"),
    class_name=code("bindings.Shipment"),
    label="shipment",
    steps=(
        Write((code('write(f"<reference>{bounded_text(value.reference, 1)}</reference>")'),)),
        WriteOptional(
            field=code("dispatched"),
            variable=code("dispatched"),
            statements=(code('write(f"<dispatched>{date_text(dispatched)}</dispatched>")'),),
        ),
        WriteEach(
            field=code("parcel"),
            unfit=code("type(value.parcel) is not list or len(value.parcel) < 1 or len(value.parcel) > 3"),
            statements=(code("write('<parcel>')"), code("_parcel(item, write)"), code("write('</parcel>')")),
        ),
    ),
    namespaces=frozenset({""}),
)


def test_each_class_has_an_encoder_of_steps() -> None:
    assert plan_codec(emit_context()) == CodecPlan(
        message=code("bindings.Shipment"),
        roots=(Root("shipment", code("bindings.Shipment"), "<shipment>", "</shipment>", (), code("_shipment")),),
        encoders=(PARCEL, SHIPMENT),
        enumerations=(),
        listed=(),
        prefixes=PrefixPlan({"xs": "http://www.w3.org/2001/XMLSchema"}, {}, ()),
        json_class=JsonClass(code("type[Message]"), code("bindings.Shipment"), code("")),
        may_be_other_root=False,
        messages_arguments=code("CLASSES, bindings, VALIDATOR.declarations"),
    )


def test_a_row_of_the_table_has_the_declarations_where_some_depend_on_the_document() -> None:
    plan = plan_codec(emit_context())
    (root,) = plan.roots
    declaring = replace(plan, roots=(replace(root, declared=(("<p:", ' xmlns:p="urn:p"'),)),), may_be_other_root=True)

    assert plan.table == EncoderTable(
        condition=code("encoder is not None and prefixes is None"),
        names=code("start, end, write_content"),
        type=code("tuple[str, str, _Encoder]"),
        declared=(),
        rows=((code("bindings.Shipment"), code("('<shipment>', '</shipment>', _shipment)")),),
    )
    assert declaring.table.condition == "encoder is not None and prefixes is None and recall_root(value) is None"
    assert declaring.table.names == "start, declared, end, write_content"
    assert declaring.table.type == "tuple[str, tuple[tuple[str, str], ...], str, _Encoder]"
    assert declaring.table.declared == ("declared",)
    assert declaring.table.rows[0][1].startswith("('<shipment>', (('<p:',")
    assert replace(plan, roots=(replace(root, encoder=None),)).table.rows == ()
