"""What other targets plan with of the binding classes: the shapes that are read from the modules that xsdata writes."""

from __future__ import annotations

from tests.support.emit_context import emit_context
from tests.support.shapes import as_data


def _field(name: str, type_: str, *, is_list: bool = False, child: object = None) -> dict[str, object]:
    return {"field": name, "type": type_, "list": is_list, "enumeration": False, "child": child}


PARCEL = {
    "class": "Parcel",
    "fields": {"weight": _field("weight", "Decimal"), "note": _field("note", "str", is_list=True)},
    "attributes": {},
    "text": None,
    "bindable": True,
}
SHIPMENT = {
    "class": "Shipment",
    "fields": {
        "reference": _field("reference", "str"),
        "dispatched": _field("dispatched", "XmlDate"),
        "parcel": _field("parcel", "Parcel", is_list=True, child=PARCEL),
    },
    "attributes": {},
    "text": None,
    "bindable": True,
}


def test_each_class_has_a_shape() -> None:
    shapes = emit_context().shapes

    assert {name: as_data(shape) for name, shape in shapes.roots.items()} == {"Parcel": PARCEL, "shipment": SHIPMENT}
    assert shapes.compound_fields == 0


def test_the_classes_are_one_module_as_xsdata_wrote_it() -> None:
    files = emit_context().classes.files()

    assert list(files) == ["bindings.py"]
    assert "@dataclass(kw_only=True)\nclass Shipment:\n" in files["bindings.py"]
