"""Elements that have their types from the heads of their substitution groups (XML Schema 1.0 Part 1 §3.3.2)."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.conftest import schema
from tests.hostile.packages import package_of

NAMESPACE = 'targetNamespace="urn:n" xmlns="urn:n" elementFormDefault="qualified"'
ATTRIBUTE = '<xs:attribute name="a" type="xs:int" use="required"/>'
INNER = (
    '<xs:element name="in"><xs:complexType><xs:attribute name="b" type="xs:int"/></xs:complexType></xs:element>'
    '<xs:element name="color"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="red"/>'
    "</xs:restriction></xs:simpleType></xs:element>"
)
HEADS = {
    "an anonymous type": (
        f'<xs:element name="head" abstract="true"><xs:complexType>{ATTRIBUTE}</xs:complexType></xs:element>',
        '<{} xmlns="urn:n" a="1"/>',
    ),
    "an anonymous type with types inside": (
        f'<xs:element name="head"><xs:complexType><xs:sequence>{INNER}</xs:sequence></xs:complexType></xs:element>',
        '<{} xmlns="urn:n"><in b="1"/><color>red</color></{}>',
    ),
    "a named type": (
        f'<xs:complexType name="T">{ATTRIBUTE}</xs:complexType><xs:element name="head" type="T"/>',
        '<{} xmlns="urn:n" a="1"/>',
    ),
    "mixed content": (
        f'<xs:element name="head"><xs:complexType mixed="true">{ATTRIBUTE}</xs:complexType></xs:element>',
        '<{} xmlns="urn:n" a="1">text</{}>',
    ),
    "a simple type": ('<xs:element name="head" type="xs:int"/>', "<{} xmlns='urn:n'>1</{}>"),
    "an anonymous simple type": (
        '<xs:element name="head"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element>',
        "<{} xmlns='urn:n'>1 2</{}>",
    ),
}
MEMBERS = (
    '<xs:element name="plus" substitutionGroup="head"/><xs:element name="minus" substitutionGroup="plus">'
    "<xs:annotation><xs:documentation>The other one.</xs:documentation></xs:annotation></xs:element>"
)
ROOT = (
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="head" maxOccurs="9"/></xs:sequence>'
    "</xs:complexType></xs:element>"
)


def _canonical(document: bytes) -> bytes:
    return etree.tostring(etree.fromstring(document), method="c14n")


@pytest.mark.parametrize("kind", HEADS)
def test_an_element_has_the_type_of_the_head_of_its_substitution_group(kind: str) -> None:
    head, content = HEADS[kind]
    members = [content.replace("{}", name) for name in ("plus", "minus", "plus")]

    with package_of({"demo.xsd": schema(MEMBERS + head + ROOT, NAMESPACE)}) as (package, _):
        for document in (f'<r xmlns="urn:n">{"".join(members)}</r>', *members):
            value = package.decode(document.encode())

            assert _canonical(package.encode(value)) == _canonical(document.encode())
            assert package.decode(package.encode(value)) == value


@pytest.mark.parametrize("form", ["qualified", "unqualified"])
def test_the_head_may_be_in_another_namespace(form: str) -> None:
    content = f"<xs:complexType><xs:sequence>{INNER}</xs:sequence>{ATTRIBUTE}</xs:complexType>"
    other = schema(
        f'<xs:element name="head">{content}</xs:element>', f'targetNamespace="urn:o" elementFormDefault="{form}"'
    )
    main = schema(
        '<xs:import namespace="urn:o" schemaLocation="other.xsd"/><xs:element name="plus" substitutionGroup="o:head"/>',
        NAMESPACE + ' xmlns:o="urn:o"',
    )
    prefix = "o:" if form == "qualified" else ""
    inside = f'<{prefix}in b="1"/><{prefix}color>red</{prefix}color>'
    document = f'<n:plus xmlns:n="urn:n" xmlns:o="urn:o" a="1">{inside}</n:plus>'.encode()

    with package_of({"demo.xsd": main, "other.xsd": other}) as (package, _):
        value = package.decode(document)

        assert (value.a, value.in_value.b, value.color.value) == (1, 1, "red")
        assert package.decode(package.encode(value)) == value
