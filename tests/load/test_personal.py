"""Which elements are about a person, by the facts of elements and types."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.load.personal import PersonalElements, find_personal_elements

FACT = '<xs:annotation><xs:appinfo><personal xmlns="urn:schemapress:endpoint"/></xs:appinfo></xs:annotation>'


def find(tmp_path: Path, *components: str) -> PersonalElements:
    xsd = tmp_path / "people.xsd"
    body = "\n".join(components).replace("PERSONAL", FACT)
    xsd.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>')
    return find_personal_elements(load((xsd,)))


def element(name: str, content: str) -> str:
    return (
        f'<xs:element name="{name}"><xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType></xs:element>'
    )


CONTACT = (
    '<xs:complexType name="Contact">PERSONAL<xs:sequence><xs:element name="phone"/></xs:sequence></xs:complexType>'
)


def test_an_element_says_so_itself_or_its_type(tmp_path: Path) -> None:
    found = find(
        tmp_path,
        CONTACT,
        element(
            "order",
            '<xs:element name="note" type="xs:string">PERSONAL</xs:element><xs:element name="to" type="Contact"/>'
            '<xs:element name="number" type="xs:int"/>',
        ),
    )

    assert found == PersonalElements(frozenset({"note", "to"}), frozenset({"phone"}))


@pytest.mark.parametrize(
    "components",
    [
        [
            CONTACT,
            '<xs:complexType name="Engineer"><xs:complexContent><xs:extension base="Contact"><xs:sequence>'
            '<xs:element name="van"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>',
            element("order", '<xs:element name="who" type="Engineer"/>'),
        ],
        [
            '<xs:complexType name="Party"><xs:sequence><xs:element name="id"/></xs:sequence></xs:complexType>',
            '<xs:complexType name="Person">PERSONAL<xs:complexContent><xs:extension base="Party"/></xs:complexContent>'
            "</xs:complexType>",
            element("order", '<xs:element name="who" type="Party"/>'),
        ],
        [
            '<xs:simpleType name="Phone">PERSONAL<xs:restriction base="xs:string"/></xs:simpleType>',
            element(
                "order",
                '<xs:element name="who"><xs:complexType><xs:attribute name="phone" type="Phone"/></xs:complexType>'
                "</xs:element>",
            ),
        ],
        [
            '<xs:element name="person" type="xs:string" abstract="true">PERSONAL</xs:element>',
            '<xs:element name="who" type="xs:string" substitutionGroup="person"/>',
            element("order", '<xs:element ref="person"/>'),
        ],
        [element("order", element("who", '<xs:element name="id"/>').replace('"who">', '"who">PERSONAL'))],
    ],
    ids=["derived type", "base of a personal type", "type of an attribute", "substitution group", "anonymous type"],
)
def test_an_element_is_personal_by_what_it_is_made_of(components: list[str], tmp_path: Path) -> None:
    found = find(tmp_path, *components)

    assert "who" in found.names
    assert "order" not in found.names


def test_a_type_that_contains_itself_is_looked_at_once(tmp_path: Path) -> None:
    found = find(
        tmp_path,
        '<xs:complexType name="P">PERSONAL<xs:sequence><xs:element name="of" type="P" minOccurs="0"/></xs:sequence>'
        "</xs:complexType>",
        '<xs:element name="who" type="P"/>',
    )

    assert found == PersonalElements(frozenset({"who", "of"}), frozenset({"of"}))


def test_a_schema_without_the_fact_has_no_personal_elements(tmp_path: Path) -> None:
    assert find(tmp_path, '<xs:element name="who" type="xs:string"/>') == PersonalElements()


@pytest.mark.parametrize(
    ("component", "error"),
    [
        ("PERSONAL", "stands at no element and no type"),
        (
            '<xs:element name="a"/>' + element("b", '<xs:element ref="a">PERSONAL</xs:element>'),
            "no element and no type",
        ),
        ('<xs:attribute name="a" type="xs:string">PERSONAL</xs:attribute>', "stands at no element and no type"),
        (
            '<xs:element name="a">PERSONAL</xs:element>'.replace("PERSONAL", FACT.replace("/></", ' x="1"/></')),
            "attributes",
        ),
    ],
)
def test_the_fact_in_another_place_is_an_error(component: str, error: str, tmp_path: Path) -> None:
    with pytest.raises(SchemapressError, match=error):
        find(tmp_path, component)
