"""Values that xsdata's classes or its serializer lose: what is decoded can be written all the same, and has JSON."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from tests.conftest import schema
from tests.hostile.packages import package_of
from tests.judges import libxml2_accepts

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
INTS = '<xs:simpleType name="Ints"><xs:list itemType="xs:int"/></xs:simpleType>'


def root(content: str, attributes: str = "") -> str:
    return f'<xs:element name="r"><xs:complexType{attributes}>{content}</xs:complexType></xs:element>'


def canonical(document: bytes | str) -> bytes:
    return etree.tostring(etree.fromstring(document), method="c14n2", exclusive=True)


def both_ways(xsd: str, *documents: str, settings: str = "") -> list[Any]:
    """Return the objects of documents, each of which is written as it was, and read back from its JSON."""
    values = []
    with package_of({"demo.xsd": xsd}, settings) as (package, folder):
        for document in documents:
            value = package.decode(document.encode())
            written = package.encode(value)
            assert libxml2_accepts(folder / "demo.xsd", written), written
            assert canonical(written) == canonical(document)
            read = package.from_json(package.to_json(value), type(value))
            assert (read, package.encode(read)) == (value, written)
            values.append(value)
    return values


@pytest.mark.parametrize("settings", ["", "[tool.schemapress.xsdata]\nfrozen = true"])
def test_a_list_without_items_is_not_the_default_one(settings: str) -> None:
    content = (
        '<xs:sequence><xs:element name="e" type="Ints" default="3"/></xs:sequence>'
        '<xs:attribute name="l" default="1 2" type="Ints"/><xs:attribute name="m" type="Ints"/>'
    )
    document = '<r l=""><e>4</e></r>'

    (value,) = both_ways(schema(INTS + root(content)), document, settings=settings)

    assert (list(value.l), list(value.m)) == ([], [])


LISTS = INTS + (
    '<xs:simpleType name="E"><xs:restriction base="Ints"><xs:enumeration value="1 2"/><xs:enumeration value="3"/>'
    '</xs:restriction></xs:simpleType><xs:simpleType name="Mixed"><xs:list><xs:simpleType>'
    '<xs:union memberTypes="xs:double xs:boolean xs:NCName"/></xs:simpleType></xs:list></xs:simpleType>'
    '<xs:simpleType name="F"><xs:restriction base="Mixed"><xs:enumeration value="0.1 true a"/>'
    '<xs:enumeration value="b"/></xs:restriction></xs:simpleType>'
)


@pytest.mark.parametrize("settings", ["", "[tool.schemapress.xsdata]\nfrozen = true"])
def test_an_enumeration_of_lists_is_an_array_in_json(settings: str) -> None:
    content = (
        '<xs:sequence><xs:element name="a" type="E" maxOccurs="3"/><xs:element name="f" type="F" maxOccurs="2"/>'
        '</xs:sequence><xs:attribute name="k" type="E"/>'
    )

    both_ways(
        schema(LISTS + root(content)),
        '<r k="1 2"><a>1 2</a><a>3</a><f>0.1 true a</f><f>b</f></r>',
        '<r k="3"><a>3</a><f>b</f></r>',
        settings=settings,
    )
    both_ways(schema(LISTS + '<xs:element name="r" type="E"/>'), "<r>1 2</r>", "<r>3</r>")


@pytest.mark.parametrize("settings", ["", "[tool.schemapress.xsdata]\nfrozen = true"])
def test_a_fixed_list_is_the_fixed_one_in_json(settings: str) -> None:
    content = (
        '<xs:sequence><xs:element name="e" type="Ints" fixed="3 4"/></xs:sequence>'
        '<xs:attribute name="k" fixed="a b" type="xs:NMTOKENS"/><xs:attribute name="n" fixed="NaN" type="xs:double"/>'
    )
    document = '<r k="a b" n="NaN"><e>3 4</e></r>'
    with package_of({"demo.xsd": schema(INTS + root(content))}, settings) as (package, _):
        value = package.decode(document.encode())
        text = package.to_json(value)

        assert package.encode(package.from_json(text)) == package.encode(value)
        assert '"k": ["a", "b"]' in text
        with pytest.raises(package.InvalidDocument, match=r"R\.k has another value than the fixed one"):
            package.from_json(text.replace('"b"', '"c"'))


TYPES = (
    '<xs:complexType name="A"><xs:attribute name="x"/></xs:complexType><xs:complexType name="C"><xs:complexContent>'
    '<xs:extension base="A"><xs:attribute name="k"/></xs:extension></xs:complexContent></xs:complexType>'
    '<xs:element name="g" type="A"/><xs:element name="h"/>'
)


@pytest.mark.parametrize("process", ["lax", "skip", "strict"])
@pytest.mark.parametrize("tag", ["g", "h", "q"])
def test_a_type_that_is_named_under_a_wildcard_is_in_json(process: str, tag: str) -> None:
    wildcard = f'<xs:sequence><xs:any processContents="{process}" maxOccurs="9"/></xs:sequence>'
    if (process, tag) != ("strict", "q"):
        both_ways(schema(TYPES + root(wildcard)), f'<r><{tag} {XSI} xsi:type="C" k="1"/></r>')
