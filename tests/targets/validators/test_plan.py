"""The plan of the validators: each declaration as a name and an expression."""

from __future__ import annotations

from pathlib import Path

from schemapress.load.loader import load
from schemapress.targets.target import Import
from schemapress.targets.validators.plan import Definition, ValidatorsPlan, plan_validators
from tests.conftest import schema
from tests.support.emit_context import code, emit_context


def _plan(folder: Path, declarations: str) -> dict[str, str]:
    """Return the expression of each definition, by the name of its function."""
    path = folder / "t.xsd"
    attributes = 'targetNamespace="urn:t" xmlns:t="urn:t" elementFormDefault="qualified"'
    path.write_text(schema(declarations, attributes), "utf-8")
    return {definition.name: definition.expression for definition in plan_validators(load((path,))).definitions}


def test_each_declaration_has_an_expression() -> None:
    assert plan_validators(emit_context().schema) == ValidatorsPlan(
        prefixes=(),
        namespaces=(),
        definitions=(
            Definition(
                code("reference_2"),
                code("SimpleType"),
                code("Restriction(BUILTIN['string'], 'Reference', min_length=1)"),
                "",
                code("'Reference'"),
            ),
            Definition(
                code("parcel"),
                code("ComplexType"),
                code(
                    "ComplexType('Parcel', content=lambda: sequence(element('weight', BUILTIN['decimal']), "
                    "element('note', BUILTIN['string'], minimum=0, maximum=None)))"
                ),
                "",
                code("'Parcel'"),
            ),
            Definition(
                code("shipment"),
                code("ComplexType"),
                code(
                    "ComplexType('shipment', content=lambda: sequence(element('reference', reference_2()), "
                    "element('dispatched', BUILTIN['date'], minimum=0), element('parcel', parcel(), maximum=3)))"
                ),
                "",
            ),
        ),
        elements=((code("'shipment'"), code("GlobalElement(shipment)")),),
        attributes=(),
        has_references=False,
        options=(),
        checks_late=False,
        arguments=code("DECLARATIONS"),
    )


def test_a_quick_check_is_passed_to_the_validator_as_one_that_is_imported_late() -> None:
    plan = plan_validators(emit_context().schema, Import(code(".fast"), ("takes",)))

    assert plan.checks_late
    assert plan.arguments == "DECLARATIONS, check_late(__name__, '.fast', 'takes')"


_BASE = """
<xs:complexType name="Base"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence>
  <xs:attribute name="x" type="xs:string"/><xs:attribute name="y" type="xs:string"/></xs:complexType>
"""


def test_an_extension_has_what_it_adds_alone(tmp_path: Path) -> None:
    plan = _plan(
        tmp_path,
        _BASE
        + """
<xs:complexType name="More"><xs:complexContent><xs:extension base="t:Base">
  <xs:sequence><xs:element name="b" type="xs:string"/></xs:sequence><xs:attribute name="z" type="xs:string"/>
</xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Same"><xs:complexContent><xs:extension base="t:Base"/></xs:complexContent></xs:complexType>
""",
    )

    assert plan["more"] == (
        """extension('More', base(), content=lambda: sequence(element(f"{TNS}b", BUILTIN['string'])), """
        "attributes={'z': AttributeUse(BUILTIN['string'])})"
    ).replace("TNS", "T")
    assert plan["same"] == "extension('Same', base())"


def test_a_restriction_has_the_attributes_that_it_changes_alone(tmp_path: Path) -> None:
    plan = _plan(
        tmp_path,
        _BASE
        + """
<xs:complexType name="Less"><xs:complexContent><xs:restriction base="t:Base">
  <xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence>
  <xs:attribute name="y" type="xs:string" use="required"/>
</xs:restriction></xs:complexContent></xs:complexType>
<xs:complexType name="Without"><xs:complexContent><xs:restriction base="t:Base">
  <xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence><xs:attribute name="x" use="prohibited"/>
</xs:restriction></xs:complexContent></xs:complexType>
""",
    )

    content = """content=lambda: sequence(element(f"{T}a", BUILTIN['string']))"""
    own = "attributes={'y': AttributeUse(BUILTIN['string'], required=True)}"
    assert plan["less"] == f"restriction('Less', base(), {content}, {own})"
    whole = "attributes={'y': AttributeUse(BUILTIN['string'])}, base=base()"
    assert plan["without"] == f"ComplexType('Without', {content}, {whole})"


def test_the_content_of_a_named_group_is_printed_once(tmp_path: Path) -> None:
    plan = _plan(
        tmp_path,
        """
<xs:group name="Common"><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:group>
<xs:complexType name="One"><xs:group ref="t:Common"/></xs:complexType>
<xs:complexType name="Many"><xs:group ref="t:Common" minOccurs="0" maxOccurs="unbounded"/></xs:complexType>
""",
    )

    assert plan["common"] == """sequence(element(f"{T}a", BUILTIN['string']))"""
    assert plan["one"] == "ComplexType('One', content=lambda: common())"
    assert plan["many"] == "ComplexType('Many', content=lambda: occurs(common(), minimum=0, maximum=None))"


def test_a_namespace_with_slashes_is_not_in_the_names(tmp_path: Path) -> None:
    path = tmp_path / "t.xsd"
    types = '<xs:simpleType name="Size"><xs:restriction base="xs:int"/></xs:simpleType>'
    path.write_text(schema(types, 'targetNamespace="http://example.org/a/b"'), "utf-8")

    assert [definition.name for definition in plan_validators(load((path,))).definitions] == ["size"]
