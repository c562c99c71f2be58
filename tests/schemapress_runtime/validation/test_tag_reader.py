"""The reader takes every valid document in the usual form, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import schemapress
from schemapress_runtime.verdict import Verdict
from schemapress_runtime.xml.plain_text import admit
from schemapress_runtime.xsd.components import ComplexType, ElementDeclaration
from schemapress_runtime.xsd.simple_type import SimpleType
from tests.conftest import schema

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
NAMESPACE = 'targetNamespace="urn:t" xmlns:t="urn:t" elementFormDefault="qualified"'
DECLARATIONS = """
<xs:element name="r" type="t:R"/>
<xs:complexType name="R"><xs:sequence>
  <xs:choice minOccurs="0" maxOccurs="unbounded">
    <xs:element name="n" type="xs:int" nillable="true"/>
    <xs:element name="s" type="xs:string" default="d"/>
    <xs:element name="f" type="xs:decimal" fixed="1.0"/>
    <xs:element name="q" type="xs:QName"/>
    <xs:element name="m"><xs:complexType mixed="true"><xs:sequence>
      <xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="e"><xs:complexType/></xs:element>
    <xs:element name="base" type="t:B"/>
    <xs:element ref="t:r"/>
    <xs:element name="i"><xs:complexType><xs:attribute name="id" type="xs:ID"/>
      <xs:attribute name="ref" type="xs:IDREF"/></xs:complexType></xs:element>
  </xs:choice>
  <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="2"/>
</xs:sequence><xs:attribute name="a" type="xs:string"/></xs:complexType>
<xs:complexType name="B" abstract="true"/>
<xs:complexType name="D"><xs:complexContent><xs:extension base="t:B"><xs:sequence>
  <xs:element name="d" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
"""


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> schemapress.Validator:
    path: Path = tmp_path_factory.mktemp("reader") / "reader.xsd"
    path.write_text(schema(DECLARATIONS, NAMESPACE), "utf-8")
    return schemapress.compile(path)


def takes(validator: schemapress.Validator, document: str) -> bool:
    text = admit(document.encode())
    assert text is not None
    verdict = validator._validator.tag_reader.validate(text)
    taken = verdict is Verdict.VALID
    assert validator.walk(document.encode()).valid or not taken, "the reader took what is not valid"
    return taken


@pytest.mark.parametrize(
    "document",
    [
        '<r xmlns="urn:t"/>',
        '<t:r xmlns:t="urn:t"></t:r >',
        '<t:r xmlns:t="urn:t"><n xmlns="urn:t">1</n><t:n>2</t:n></t:r>',
        f'<r xmlns="urn:t" {XSI}><n xsi:nil="true"/><n xsi:nil="false">1</n></r>',
        '<r xmlns="urn:t"><s/><s></s><s>x</s><f/><f>1.00</f></r>',
        '<r xmlns="urn:t" xmlns:p="urn:p"><q>p:x</q><q>y</q></r>',
        '<r xmlns="urn:t"><m>text<b>x</b>text</m><m/><e/><e></e></r>',
        f'<r xmlns="urn:t" xmlns:t="urn:t" {XSI}><base xsi:type="t:D"><d>1</d></base></r>',
        '<r xmlns="urn:t"><r><r a="x"/></r></r>',
        '<r xmlns="urn:t" a="&lt;&#10;"><s>&lt;a&gt;</s></r>',
        '<r xmlns="urn:t"><i ref="x"/><i id="x"/></r>',
        '<r xmlns="urn:t"><o xmlns="urn:o" any="1"><p>text<q/></p></o></r>',
    ],
)
def test_every_valid_document_is_taken(validator: schemapress.Validator, document: str) -> None:
    assert takes(validator, document)
    assert takes(validator, document), "the second time, what was remembered counts"


@pytest.mark.parametrize(
    "document",
    [
        '<r xmlns="urn:t"><n>1</r></n>',
        '<r xmlns="urn:t"><n>1</n>',
        '<r xmlns="urn:t"></r><r xmlns="urn:t"></r>',
        '<r xmlns="urn:t"></t:r>',
        '<r xmlns="urn:t">text</r>',
        '<r xmlns="urn:t"><n>1</n>text</r>',
        '<r xmlns="urn:t" a="1" a="2"/>',
        '<r xmlns="urn:t" b="1"/>',
        '<r xmlns="urn:t" a=1/>',
        '<r xmlns="urn:t" p:a="1"/>',
        f'<r xmlns="urn:t" {XSI}><n xsi:nil="true">1</n></r>',
        f'<r xmlns="urn:t" {XSI}><s xsi:nil="true"/></r>',
        '<r xmlns="urn:t"><f>2</f></r>',
        '<r xmlns="urn:t"><q>p:x</q></r>',
        '<r xmlns="urn:t"><e> </e></r>',
        '<r xmlns="urn:t"><base/></r>',
        f'<r xmlns="urn:t" xmlns:t="urn:t" {XSI}><base xsi:type="t:R"/></r>',
        '<r xmlns="urn:t"><i ref="x"/></r>',
        '<r xmlns="urn:t"><i id="x"/><i id="x"/></r>',
        '<r xmlns="urn:t"><o xmlns="urn:o"/><o xmlns="urn:o"/><o xmlns="urn:o"/></r>',
        '<r xmlns="urn:t"><o xmlns="urn:o"><t:r xmlns:t="urn:t" b="1"/></o></r>',
        '<r xmlns="urn:t"><<n>1</n></r>',
        '<r xmlns="urn:t"><r></r></<n>1</n></r>',
        '<r xmlns="urn:t"><n>1</n></></r>',
        '<r xmlns="urn:t"></',
        '<r xmlns="urn:t"',
    ],
)
def test_no_invalid_document_is_taken(validator: schemapress.Validator, document: str) -> None:
    assert not takes(validator, document)
    assert not validator.validate(document.encode()).valid


def test_the_memory_of_tags_is_bounded(validator: schemapress.Validator) -> None:
    document = "".join(f'<r a="{number}"/>' for number in range(5_000))

    assert takes(validator, f'<r xmlns="urn:t">{document}</r>')

    scopes = validator._validator.tag_reader._scopes
    states = [state for scope in [scopes.outermost, *scopes._known.values()] for state in scope._states.values()]
    assert max(map(len, states)) <= 512


def test_automata_and_value_spaces_can_be_asked_by_themselves(validator: schemapress.Validator) -> None:
    declared = validator.declarations.types["{urn:t}R"]
    assert isinstance(declared, ComplexType)
    model = declared.model
    assert model is not None

    step = model.start["{urn:t}n"]

    assert step is not None
    assert step[0].accepts
    assert model.start["{urn:t}d"] is None
    assert isinstance(step[1], ElementDeclaration)
    assert isinstance(step[1].type, SimpleType)
    assert step[1].type.parse(" 07 ", {}) == step[1].type.parse("7", {})
