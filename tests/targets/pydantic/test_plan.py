"""Other targets plan the same of models as of dataclasses; only the kind of the classes is told to the runtime."""

from __future__ import annotations

from dataclasses import replace

from schemapress.targets.codec.plan import plan_codec
from schemapress.targets.pydantic.target import PYDANTIC
from schemapress.targets.scanner.plan import plan_scanner
from tests.support.emit_context import SHIPMENT, code, emit_context
from tests.support.shapes import as_data


def test_models_have_the_shapes_of_dataclasses() -> None:
    models, dataclasses = emit_context(SHIPMENT, PYDANTIC).shapes, emit_context().shapes

    assert {name: as_data(shape) for name, shape in models.roots.items()} == {
        name: as_data(shape) for name, shape in dataclasses.roots.items()
    }


def test_models_are_scanned_and_written_as_dataclasses_are() -> None:
    models, dataclasses = emit_context(SHIPMENT, PYDANTIC), emit_context()

    assert plan_scanner(models) == plan_scanner(dataclasses)
    assert plan_codec(models) == replace(
        plan_codec(dataclasses),
        messages_arguments=code("CLASSES, bindings, VALIDATOR.declarations, class_type='pydantic'"),
    )


def test_the_classes_are_models() -> None:
    text = emit_context(SHIPMENT, PYDANTIC).classes.files()["bindings.py"]

    assert "class Shipment(BaseModel):\n" in text
    assert "dataclass" not in text
