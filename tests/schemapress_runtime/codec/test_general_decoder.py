"""The general way of decoding: one parse per document, and xsdata's parser where the tables give up."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from xsdata.formats.dataclass.parsers import XmlParser

from tests.conftest import schema
from tests.hostile.packages import package_of
from tests.support.generated_package import runtime_module

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
        validator = runtime_module(package, "validation.validator")
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


EMPTY = (
    '<xs:simpleType name="S"><xs:restriction base="xs:token"><xs:enumeration value="a"/><xs:enumeration value=""/>'
    "</xs:restriction></xs:simpleType>"
    '<xs:complexType name="Q"><xs:simpleContent><xs:extension base="S"><xs:attribute name="q"/></xs:extension>'
    "</xs:simpleContent></xs:complexType>"
    '<xs:element name="e" type="S"/>'
    '<xs:element name="f"><xs:complexType><xs:sequence><xs:element name="q" type="Q" maxOccurs="2"/></xs:sequence>'
    "</xs:complexType></xs:element>"
    '<xs:element name="w"><xs:complexType><xs:sequence><xs:element name="q" type="Q"/>'
    '<xs:any processContents="skip" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>'
    '<xs:element name="l"><xs:simpleType><xs:union memberTypes="xs:int"><xs:simpleType>'
    '<xs:list itemType="xs:date"/></xs:simpleType></xs:union></xs:simpleType></xs:element>'
)


@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_an_empty_text_gives_a_field_without_a_default_its_value() -> None:
    with package_of({"demo.xsd": schema(EMPTY)}) as (package, _):
        for document in ("<e/>", "<e> </e>", '<f><q/><q q="1"/></f>', "<w><q/><x/></w>", "<l/>"):
            read = package.decode(document.encode())
            from_tree = package.decode(document.encode("utf-16"))

            assert read == from_tree == package.decode(package.encode(read))
            if document.startswith("<e"):
                assert read == package.bindings.E(value=package.bindings.S.VALUE)


def test_an_empty_element_of_a_bare_value_has_the_value_that_xsdata_gives_it() -> None:
    inside = '<xs:sequence><xs:element name="s" type="S" maxOccurs="3"/></xs:sequence>'
    bare = f'{EMPTY}<xs:element name="b"><xs:complexType>{inside}</xs:complexType></xs:element>'
    document = b"<b><s/><s></s><s>a</s></b>"
    with package_of({"demo.xsd": schema(bare)}) as (package, _):
        assert package.decode(document) == XmlParser().from_bytes(document, package.bindings.B)


SCANNED = (
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="xs:token"/></xs:sequence>'
    "</xs:complexType></xs:element>"
)


@pytest.mark.parametrize(
    ("xsd", "document"), [(EMPTY, "<e>a</e>"), (SCANNED, "<r><a>x</a></r>")], ids=["read", "scanned"]
)
def test_a_class_that_refuses_what_is_valid_is_a_problem_of_the_document(
    xsd: str, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TypeError("not today")

    with package_of({"demo.xsd": schema(xsd)}) as (package, _):
        monkeypatch.setattr(package.codec.CLASSES[document[1]], "__init__", refuse)
        for data in (document.encode(), document.encode("utf-16")):
            with pytest.raises(package.InvalidDocument, match="not today") as raised:
                package.decode(data)

            assert [problem.code for problem in raised.value.problems] == ["decode-value"]


def test_decode_takes_little_more_memory_than_the_objects_and_two_copies_of_the_document() -> None:
    """The pieces of the document take three times as much, if all are made at once."""
    items = "".join(f"<item><name>name {number}</name><note a='{number}'/></item>" for number in range(5_000))
    document = f"<list at='1'>{items}</list>".encode()
    declarations = """<xs:element name="list"><xs:complexType><xs:sequence>
      <xs:element name="item" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="name" type="xs:string"/>
        <xs:element name="note"><xs:complexType><xs:attribute name="a" type="xs:int"/></xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
    </xs:sequence><xs:attribute name="at" type="xs:int" use="required"/></xs:complexType></xs:element>"""
    with package_of({"list.xsd": schema(declarations)}, 'runtime = "vendored"') as (package, _):
        package.decode(document)
        gc.collect()
        tracemalloc.start()
        value = package.decode(document)
        objects, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert len(value.item) == 5_000
    assert peak < objects + 1.3 * len(document)
