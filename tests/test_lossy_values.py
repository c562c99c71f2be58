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
