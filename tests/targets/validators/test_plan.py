"""The plan of the validators: each declaration as a name and an expression."""

from __future__ import annotations

from schemapress.targets.target import Import
from schemapress.targets.validators.plan import ContentFunction, Definition, ValidatorsPlan, plan_validators
from tests.support.emit_context import code, emit_context


def test_each_declaration_has_an_expression() -> None:
    assert plan_validators(emit_context().schema) == ValidatorsPlan(
        simple_types=(
            Definition(code("REFERENCE"), code("Restriction(BUILTIN['string'], 'Reference', min_length=1)"), ""),
        ),
        contents=(
            ContentFunction(
                code("_parcel_content"),
                code(
                    "sequence(element('weight', BUILTIN['decimal']), "
                    "element('note', BUILTIN['string'], minimum=0, maximum=None))"
                ),
                "Parcel",
            ),
            ContentFunction(
                code("_shipment_content"),
                code(
                    "sequence(element('reference', REFERENCE), element('dispatched', BUILTIN['date'], minimum=0), "
                    "element('parcel', PARCEL, maximum=3))"
                ),
                "shipment",
            ),
        ),
        complex_types=(
            Definition(code("PARCEL"), code("ComplexType('Parcel', content=_parcel_content)"), ""),
            Definition(code("SHIPMENT"), code("ComplexType('shipment', content=_shipment_content)"), ""),
        ),
        elements=(("shipment", code("ElementDeclaration('shipment', SHIPMENT)")),),
        types=(("Reference", code("REFERENCE")), ("Parcel", code("PARCEL"))),
        prefixes=(),
        attributes=(),
        options=(),
        imports=(),
        arguments=code("DECLARATIONS"),
    )


def test_a_quick_check_is_imported_and_passed_to_the_validator() -> None:
    plan = plan_validators(emit_context().schema, Import(code(".fast"), ("takes",)))

    assert plan.imports == ((".fast", "takes"),)
    assert plan.arguments == "DECLARATIONS, takes"
