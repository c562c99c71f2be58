"""The general way of decoding: one parse per document, and xsdata's parser where the tables give up."""

from __future__ import annotations

import importlib

import pytest

from tests.conftest import schema
from tests.hostile.packages import package_of

NAMES = (
    '<xs:simpleType name="Q"><xs:restriction base="xs:QName"><xs:pattern value="p:.*"/></xs:restriction>'
    "</xs:simpleType>"
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="Q"/></xs:sequence></xs:complexType>'
    "</xs:element>"
)
DOCUMENT = '<r xmlns:p="urn:p"><a>p:x</a></r>'
LATIN = f'<?xml version="1.0" encoding="ISO-8859-1"?><!-- é -->{DOCUMENT}'.encode("latin-1")


@pytest.mark.parametrize("document", [DOCUMENT.encode(), LATIN], ids=["admitted", "canonical"])
def test_a_document_whose_prefixes_are_remembered_is_parsed_once(
    monkeypatch: pytest.MonkeyPatch, document: bytes
) -> None:
    with package_of({"demo.xsd": schema(NAMES)}) as (package, _):
        validator = importlib.import_module(f"{package.__name__}._runtime.validation.validator")
        parse, documents = validator.parse, []

        def note(data: bytes, **options: object) -> object:
            documents.append(data)
            return parse(data, **options)

        monkeypatch.setattr(validator, "parse", note)

        value = package.decode(document)

        assert documents == [document]
        monkeypatch.undo()
        assert b'xmlns:p="urn:p"' in package.encode(value)


def test_xsdata_binds_values_that_the_tables_leave_out() -> None:
    content = '<xs:sequence><xs:any processContents="skip"/></xs:sequence><xs:anyAttribute processContents="skip"/>'
    wild = f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>'
    with package_of({"demo.xsd": schema(wild)}) as (package, _):
        value = package.decode(b'<r k="1"><anything>x</anything></r>')

        assert (value.any_element.qname, value.any_element.text) == ("anything", "x")
        with pytest.raises(package.InvalidDocument, match="<r> is not complete; expected any element"):
            package.decode(b'<r k="1"/>')
