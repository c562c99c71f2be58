"""The shapes of classes as plain data, which are compared whole: a ClassShape itself is compared by its name."""

from __future__ import annotations

from collections.abc import Mapping

from schemapress.targets.class_shapes import ClassShape, FieldShape


def as_data(shape: ClassShape) -> dict[str, object]:
    """Return a shape, with those of the classes inside, as plain data."""
    return {
        "class": shape.name,
        "fields": _fields(shape.fields),
        "attributes": _fields(shape.attributes),
        "text": None if shape.text is None else _field(shape.text),
        "bindable": shape.bindable,
    }


def _fields(fields: Mapping[str, FieldShape]) -> dict[str, object]:
    return {name: _field(field) for name, field in fields.items()}


def _field(field: FieldShape) -> dict[str, object]:
    return {
        "field": field.name,
        "type": field.type,
        "list": field.is_list,
        "enumeration": field.enumeration,
        "child": None if field.child is None else as_data(field.child),
    }
