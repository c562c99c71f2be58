"""Sample documents: valid by our validator and by libxml2, the same each time, bounded, and in words of the schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from schemapress.compilation import compile_within
from schemapress.load.loader import load
from schemapress.load.roots import roots_of
from schemapress.targets.testing.sample import MOST_ELEMENTS, SampleDocuments, SampleTexts
from tests.conftest import XSD, schema

GOLDEN = Path(__file__).parents[2] / "golden"


def make_samples(path: Path) -> dict[str, SampleTexts | None]:
    """Return the samples of each root of a schema, judged by our validator and by libxml2."""
    roots = roots_of([path.parent])
    loaded = load((path,), roots=roots)
    validator = compile_within((path,), roots)
    libxml2 = etree.XMLSchema(etree.parse(path))
    documents = SampleDocuments(loaded.declarations)
    samples = {name: documents.make(name) for name in loaded.documents}
    for sample in samples.values():
        for text in sample or ():
            assert validator.validate(text.encode()).valid, text
            assert libxml2.validate(etree.fromstring(text.encode())), (text, libxml2.error_log)
    assert samples == {name: SampleDocuments(loaded.declarations).make(name) for name in loaded.documents}
    return samples


def element(name: str, *children: str, occurs: str = "") -> str:
    """Return the declaration of an element with children in this order."""
    inside = f"<xs:complexType><xs:sequence>{''.join(children)}</xs:sequence></xs:complexType>"
    return f'<xs:element name="{name}" {occurs}>{inside}</xs:element>'


def complex_type(name: str, *children: str) -> str:
    return f'<xs:complexType name="{name}"><xs:sequence>{"".join(children)}</xs:sequence></xs:complexType>'


def restriction(name: str, *facets: str) -> str:
    inside = f'<xs:restriction base="xs:string">{"".join(facets)}</xs:restriction>'
    return f'<xs:simpleType name="{name}">{inside}</xs:simpleType>'


def make_sample(folder: Path, content: str, name: str = "a", attributes: str = "") -> SampleTexts:
    path = folder / "a.xsd"
    path.write_text(schema(content, attributes), "utf-8")
    sample = make_samples(path)[name]
    assert sample is not None
    return sample


@pytest.mark.parametrize("path", [XSD, *sorted(GOLDEN.glob("*/*.xsd"))], ids=lambda path: path.stem)
def test_samples_of_whole_schemas_are_valid(path: Path) -> None:
    samples = make_samples(path)

    assert samples
    assert None not in samples.values()


def test_texts_are_what_a_reader_expects(tmp_path: Path) -> None:
    fields = {
        "freeText": "xs:string",
        "sentAt": "xs:dateTime",
        "day": "xs:date",
        "isOpen": "xs:boolean",
        "count": "xs:int",
        "price": "xs:decimal",
        "code": "Code",
        "status": "Status",
        "list": "xs:NMTOKENS",
        "site": "xs:anyURI",
    }
    types = restriction("Code", r'<xs:pattern value="[A-Z]{2}-\d{3}"/>')
    types += restriction("Status", '<xs:enumeration value="open"/>', '<xs:enumeration value="a"/>')
    children = (f'<xs:element name="{name}" type="{type_}"/>' for name, type_ in fields.items())

    sample = make_sample(tmp_path, types + element("a", *children))

    texts = {str(child.tag): child.text for child in etree.fromstring(sample.full)}
    assert texts == {
        "freeText": "Example free text",
        "sentAt": "2026-01-15T09:30:00Z",
        "day": "2026-01-15",
        "isOpen": "true",
        "count": "1",
        "price": "1",
        "code": "AA-000",
        "status": "open",
        "list": "example",
        "site": "https://example.com/",
    }
    assert sample.smallest == sample.full


def test_the_full_one_has_what_the_smallest_one_lacks(tmp_path: Path) -> None:
    sample = make_sample(
        tmp_path,
        """<xs:element name="a"><xs:complexType><xs:sequence>
        <xs:choice minOccurs="0"><xs:element name="b" type="xs:int"/><xs:element name="c" type="xs:int"/></xs:choice>
        <xs:element name="d" minOccurs="2" maxOccurs="5" type="xs:int"/>
        <xs:any minOccurs="0" namespace="##other" processContents="lax"/></xs:sequence>
        <xs:attribute name="e" type="xs:int"/></xs:complexType></xs:element>""",
    )

    assert sample.smallest == "<a>\n  <d>1</d>\n  <d>1</d>\n</a>\n"
    assert sample.full == '<a e="1">\n  <b>1</b>\n  <d>1</d>\n  <d>1</d>\n</a>\n'


def test_keys_and_references_hold(tmp_path: Path) -> None:
    sample = make_sample(
        tmp_path,
        """<xs:element name="a"><xs:complexType><xs:sequence>
        <xs:element name="b" minOccurs="3" maxOccurs="9">
          <xs:complexType><xs:attribute name="n" type="xs:int" use="required"/></xs:complexType>
        </xs:element>
        <xs:element name="c" minOccurs="0" type="xs:int"/></xs:sequence></xs:complexType>
        <xs:key name="k"><xs:selector xpath="b"/><xs:field xpath="@n"/></xs:key>
        <xs:keyref name="r" refer="k"><xs:selector xpath="c"/><xs:field xpath="."/></xs:keyref></xs:element>""",
    )

    numbers = [element.get("n") for element in etree.fromstring(sample.full).iter("b")]
    assert len(set(numbers)) == 3


def test_what_holds_itself_ends(tmp_path: Path) -> None:
    children = (f'<xs:element name="{name}" type="T" minOccurs="0"/>' for name in "bc")

    sample = make_sample(tmp_path, f'<xs:element name="a" type="T"/>{complex_type("T", *children)}')

    assert sample.smallest == "<a/>\n"
    assert etree.fromstring(sample.full).find("b/c") is not None


def test_a_schema_that_multiplies_has_a_bounded_sample(tmp_path: Path) -> None:
    levels = "".join(
        complex_type(f"T{n}", *(f'<xs:element name="{name}" type="T{n + 1}" minOccurs="0"/>' for name in "bcdefghi"))
        for n in range(10)
    )
    sample = make_sample(tmp_path, f'<xs:element name="a" type="T0"/>{levels}<xs:complexType name="T10"/>')

    assert MOST_ELEMENTS / 2 < len(list(etree.fromstring(sample.full).iter())) <= MOST_ELEMENTS


def test_a_message_that_nothing_satisfies_has_no_sample(tmp_path: Path) -> None:
    path = tmp_path / "a.xsd"
    child = '<xs:element name="b" type="T"/>'
    content = f'<xs:element name="a" type="T"/>{complex_type("T", child)}'
    path.write_text(schema(content), "utf-8")

    assert make_samples(path) == {"a": None}
