"""Values of fields that several elements share, and of elements that are nil or empty: to objects, to JSON and back."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.conftest import schema
from tests.hostile.packages import XSI, package_of

LIST = '<xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType>'
ANY = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'


def element(name: str, type_: str, more: str = "") -> str:
    return f'<xs:element name="{name}" type="{type_}" {more}/>'


def choice(*elements: str) -> str:
    return f'<xs:choice maxOccurs="9">{"".join(elements)}</xs:choice>'


DOCUMENTS = {
    "a text that looks like a number": (choice(element("a", "xs:int"), element("b", "xs:string")), "<b>1</b><a>2</a>"),
    "the same beside a wildcard": (
        f"<xs:sequence>{choice(element('a', 'xs:int'), element('b', 'xs:string'))}{ANY}</xs:sequence>",
        '<b>1</b><a>2</a><w xmlns="urn:w">x</w>',
    ),
    "a text that looks like a boolean": (
        choice(element("a", "xs:boolean"), element("b", "xs:string")),
        "<b>true</b><a>false</a>",
    ),
    "a list without items": (choice(element("a", "L"), element("b", "xs:boolean")), "<a/><b>true</b><a>1 2</a>"),
    "dates in a remembered order": (
        "<xs:all>" + element("d", "xs:date") + element("a", "xs:int") + "</xs:all>",
        "<a>1</a><d>2026-11-26</d>",
    ),
    "an empty element that may be nil": (
        "<xs:sequence>" + '<xs:element name="d" nillable="true"><xs:complexType><xs:sequence>'
        f"{element('x', 'xs:int', 'minOccurs=' + chr(34) + '0' + chr(34))}"
        "</xs:sequence></xs:complexType></xs:element></xs:sequence>",
        "<d/>",
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("options", ["", "xsdata.format.frozen = true", "xsdata.format.slots = true"])
def test_a_document_is_the_same_after_objects_and_json(name: str, options: str) -> None:
    model, inside = DOCUMENTS[name]
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'
    document = f"<r>{inside}</r>".encode()

    with package_of({"demo.xsd": schema(LIST + root)}, options) as (package, _):
        value = package.decode(document)

        assert package.from_json(package.to_json(value), type(value)) == value
        assert canonical(package.encode(value)) == canonical(document)


def canonical(document: bytes) -> str:
    tree = etree.fromstring(document)
    return str([(child.tag, child.text, len(child)) for child in tree.iter("*")])


def test_nil_false_is_bound_like_no_attribute() -> None:
    inner = f"<xs:complexType><xs:sequence>{element('x', 'xs:int')}</xs:sequence></xs:complexType>"
    root = (
        f'<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="d" nillable="true">{inner}</xs:element>'
    )
    root += "</xs:sequence></xs:complexType></xs:element>"

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        said = package.decode(f'<r {XSI}><d xsi:nil="false"><x>1</x></d></r>'.encode())

        assert said == package.decode(b"<r><d><x>1</x></d></r>")
        assert said.d.x == 1


@pytest.mark.parametrize("inside", ["<d/>", '<d xsi:nil="true"/>'])
def test_an_optional_element_without_a_value_is_still_there(inside: str) -> None:
    optional = element("d", "xs:string", 'nillable="true" minOccurs="0"')
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{optional}</xs:sequence></xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        written = package.encode(package.decode(f"<r {XSI}>{inside}</r>".encode()))

        assert [child.tag for child in etree.fromstring(written)] == ["d"]


def test_nil_means_nothing_where_no_declaration_is_known() -> None:
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{ANY}</xs:sequence></xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        assert package.validate(f'<r {XSI}><w xmlns="urn:w" xsi:nil="true">W</w></r>'.encode()).valid


def test_texts_of_undeclared_attributes_stay_as_they_are() -> None:
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{ANY}</xs:sequence></xs:complexType></xs:element>'
    document = b'<r><w xmlns="urn:w" a="{urn:z}b c" b="{x} {y}z"/></r>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        (written,) = etree.fromstring(package.encode(package.decode(document)))

        assert dict(written.items()) == {"a": "{urn:z}b c", "b": "{x} {y}z"}
