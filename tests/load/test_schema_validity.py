"""Schemas that are themselves invalid are refused with the rule, the file and the line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import schemapress
from schemapress.errors import SchemapressError
from schemapress.load.loader import check
from tests.conftest import schema

RESTRICTED = """<xs:complexType name="t">
    <xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>
  <xs:complexType name="u">
    <xs:complexContent><xs:restriction base="t">
    <xs:sequence><xs:element name="{}"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>"""


@pytest.mark.parametrize(
    ("declarations", "rule", "line"),
    [
        ('<xs:element name="r" type="nope"/>', "src-resolve", 3),
        ('<xs:element name="r"/>\n<xs:element name="r"/>', "sch-props-correct.2", 4),
        ('<xs:element name="r" default="x" fixed="y"/>', "src-element.1", 3),
        ('<xs:element name="r" colour="red"/>', "s4s-attr-not-allowed", 3),
        ('<xs:element name="r" type="xs:int"\n default="x"/>', "cvc-datatype-valid.1.2.1", 4),
        (
            '<xs:element name="r"><xs:complexType><xs:sequence>\n<xs:element name="a" minOccurs="0"/>'
            '<xs:element name="a"/></xs:sequence></xs:complexType></xs:element>',
            "cos-nonambig",
            3,
        ),
        (
            '<xs:element name="r"><xs:complexType><xs:all>\n<xs:element name="a" maxOccurs="2"/>'
            "</xs:all></xs:complexType></xs:element>",
            "cos-all-limited",
            4,
        ),
        (
            '<xs:simpleType name="t"><xs:restriction base="xs:int">\n<xs:minInclusive value="5"/>'
            '\n<xs:maxInclusive value="1"/></xs:restriction></xs:simpleType>',
            "facet-valid-restriction",
            5,
        ),
        (
            '<xs:simpleType name="t"><xs:restriction base="xs:string"><xs:pattern value="(a"/>'
            "</xs:restriction></xs:simpleType>",
            "pattern-valid",
            3,
        ),
        (
            '<xs:simpleType name="t"><xs:restriction base="xs:int"><xs:length value="1"/>'
            "</xs:restriction></xs:simpleType>",
            "cos-st-restricts.1.3.1",
            3,
        ),
        (RESTRICTED.format("b"), "derivation-ok-restriction.5", 5),
    ],
)
def test_an_invalid_schema_is_refused_with_rule_file_and_line(
    tmp_path: Path, declarations: str, rule: str, line: int
) -> None:
    path = tmp_path / "demo.xsd"
    path.write_text(schema(declarations), "utf-8")

    with pytest.raises(SchemapressError) as refused:
        check((path,))

    assert refused.value.place == f"{path}:{line}"
    assert refused.value.message.endswith(f"[{rule}]")
    assert refused.value.hint


def test_a_restriction_of_its_base_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "demo.xsd"
    path.write_text(schema(RESTRICTED.format("a")), "utf-8")

    check((path,))


HEAD = """<xs:element name="name"/><xs:element name="srsName" substitutionGroup="g:name"/><xs:element name="other"/>
  <xs:complexType name="t"><xs:sequence>{}</xs:sequence></xs:complexType>
  <xs:complexType name="u"><xs:complexContent><xs:restriction base="g:t">
    <xs:sequence><xs:element ref="{}"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>"""


def with_prefix(prefix: str, declarations: str) -> str:
    """Return a schema document whose own names have a prefix, or none."""
    text = schema(declarations, 'targetNamespace="urn:g" xmlns:g="urn:g"')
    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    colon = prefix and f"{prefix}:"
    return text.replace("xmlns:xs", declared).replace("<xs:", f"<{colon}").replace("</xs:", f"</{colon}")


@pytest.mark.parametrize("prefix", ["xs", ""])
def test_a_repeated_head_can_be_restricted_to_one_of_its_members(tmp_path: Path, prefix: str) -> None:
    path = tmp_path / "demo.xsd"
    path.write_text(with_prefix(prefix, HEAD.format('<xs:element ref="g:name" maxOccurs="9"/>', "g:srsName")), "utf-8")

    check((path,))


@pytest.mark.parametrize("prefix", ["xs", "xsd", ""])
def test_an_invalid_restriction_is_refused_with_its_line_under_any_prefix(tmp_path: Path, prefix: str) -> None:
    path = tmp_path / "demo.xsd"
    path.write_text(with_prefix(prefix, HEAD.format('<xs:element ref="g:other"/>', "g:srsName")), "utf-8")

    with pytest.raises(SchemapressError, match="complex type u is not a valid restriction of its base type") as refused:
        check((path,))

    assert refused.value.place == f"{path}:5"


def test_a_long_value_is_cut_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "demo.xsd"
    path.write_text(schema(f'<xs:element name="r" type="xs:int" default="{"x" * 100_000}"/>'), "utf-8")

    with pytest.raises(SchemapressError) as refused:
        check((path,))

    assert len(str(refused.value)) < 2_000


def test_the_line_of_an_error_is_that_of_the_document_however_its_tags_are_broken(tmp_path: Path) -> None:
    (tmp_path / "part.xsd").write_text(
        schema('<xs:element\n  name="a"\n  type="xs:string"/><xs:element name="b"\n  type="nope"/>'), "utf-8"
    )
    path = tmp_path / "main.xsd"
    path.write_text(schema('<xs:include schemaLocation="part.xsd"/>'), "utf-8")

    with pytest.raises(SchemapressError, match="src-resolve") as refused:
        check((path,))

    assert refused.value.place == f"{tmp_path}/part.xsd:6"


def test_a_type_that_is_redefined_twice_has_the_facets_of_both(tmp_path: Path) -> None:
    base = '<xs:simpleType name="t"><xs:restriction base="xs:string"/></xs:simpleType>'
    (tmp_path / "a.xsd").write_text(schema(base), "utf-8")
    for name, other, facet in (("b", "a", '<xs:maxLength value="3"/>'), ("c", "b", '<xs:minLength value="2"/>')):
        redefined = f'<xs:simpleType name="t"><xs:restriction base="t">{facet}</xs:restriction></xs:simpleType>'
        (tmp_path / f"{name}.xsd").write_text(
            schema(f'<xs:redefine schemaLocation="{other}.xsd">{redefined}</xs:redefine>'), "utf-8"
        )
    path = tmp_path / "main.xsd"
    path.write_text(schema('<xs:include schemaLocation="c.xsd"/><xs:element name="r" type="t"/>'), "utf-8")

    validator = schemapress.compile(path)

    assert [validator.validate(f"<r>{'x' * n}</r>".encode()).valid for n in range(5)] == [
        False,
        False,
        True,
        True,
        False,
    ]


EMPTY = '<xs:group name="e"><xs:sequence/></xs:group>'
REFERENCE = '<xs:group ref="e"/>'


@pytest.mark.parametrize("base", [REFERENCE, f'<xs:choice><xs:element name="k"/>{REFERENCE}</xs:choice>'])
@pytest.mark.parametrize("more", [REFERENCE, REFERENCE.replace("/>", ' minOccurs="0"/>')])
def test_mixed_types_of_empty_groups_do_not_crash_libxml2(base: str, more: str, tmp_path: Path) -> None:
    path = tmp_path / "demo.xsd"
    declarations = (
        f'{EMPTY}<xs:complexType name="t" mixed="true">{base}</xs:complexType><xs:element name="r" type="u"/>'
        f'<xs:complexType name="u"><xs:complexContent mixed="true"><xs:extension base="t">{more}</xs:extension>'
        "</xs:complexContent></xs:complexType>"
    )
    path.write_text(schema(declarations), "utf-8")
    script = "import sys, schemapress; print(schemapress.compile(sys.argv[1]).validate(b'<r>x</r>').valid)"

    run = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)

    assert (run.returncode, run.stdout) == (0, "True\n")


def test_what_libxml2_does_not_see_of_an_empty_group_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "demo.xsd"
    extension = '<xs:extension base="t"><xs:group ref="e"><xs:element name="k"/></xs:group></xs:extension>'
    path.write_text(
        schema(
            f'{EMPTY}<xs:complexType name="t"/><xs:complexType name="u"><xs:complexContent>\n{extension}'
            "</xs:complexContent></xs:complexType>"
        ),
        "utf-8",
    )

    with pytest.raises(SchemapressError, match="The content is not valid") as raised:
        schemapress.compile(path)

    assert raised.value.place == f"{path}:4"
