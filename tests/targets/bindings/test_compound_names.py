"""Elements of one compound field whose values do not tell which of them they are: to objects, to JSON and back."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
from lxml import etree
from xsdata.formats.dataclass.models.generics import DerivedElement
from xsdata.formats.dataclass.parsers import XmlParser

from schemapress_runtime.xml.document import XSI_TYPE, attributes_of
from tests.conftest import schema
from tests.hostile.packages import XSI, package_of

TYPES = (
    '<xs:simpleType name="U"><xs:union memberTypes="xs:int xs:boolean xs:string"/></xs:simpleType>'
    '<xs:simpleType name="V"><xs:union memberTypes="L xs:boolean"/></xs:simpleType>'
    '<xs:simpleType name="N"><xs:restriction base="xs:int"/></xs:simpleType>'
    '<xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType>'
    '<xs:complexType name="T"><xs:sequence><xs:element name="x" type="xs:int" minOccurs="0"/></xs:sequence>'
    "</xs:complexType>"
    '<xs:complexType name="T2"><xs:complexContent><xs:extension base="T"><xs:attribute name="k" type="xs:string"/>'
    "</xs:extension></xs:complexContent></xs:complexType>"
    '<xs:element name="t2" type="T2"/>'
)
XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'


def element(name: str, type_: str | None = None, more: str = "") -> str:
    return f'<xs:element name="{name}"{f" type={chr(34)}{type_}{chr(34)}" if type_ else ""} {more}/>'


def choice(*elements: str) -> str:
    return f'<xs:choice maxOccurs="unbounded">{"".join(elements)}</xs:choice>'


DOCUMENTS = {
    "an untyped element beside a text": (choice(element("a", "xs:string"), element("b")), "<a>1</a><b>2</b><b/>"),
    "an untyped element beside a number": (
        choice(element("a", "xs:int"), element("b")),
        "<b>2</b><a>1</a><b>x</b><b/>",
    ),
    "two untyped elements": (
        choice(element("a", "xs:int"), element("b"), element("c")),
        '<b>2</b><c>2</c><a>1</a><b q="1">x</b><b q="2"/><c><d/><d/></c><c/><c><w:d xmlns:w="urn:w" q="3">1</w:d></c>',
    ),
    "two elements of derived simple types that can be nil": (
        choice(element("a", "U", 'nillable="true"'), element("b", "N", 'nillable="true"'), element("c", "xs:string")),
        '<b>1</b><b xsi:nil="true"/><a xsi:nil="true"/><a>1</a><c>1</c>',
    ),
    "an untyped simple element": (
        choice(element("a", "xs:string"), element("b", "xs:anySimpleType")),
        '<b>1</b><a>1</a><b xsi:type="xs:date">2026-11-26</b>',
    ),
    "a union": (choice(element("a", "xs:int"), element("b", "U")), "<b>1</b><b>x</b><a>1</a><b>true</b>"),
    "a union beside a date": (choice(element("a", "xs:date"), element("b", "U")), "<b>1</b><b>x</b><a>2026-11-26</a>"),
    "a union of lists beside a text": (
        choice(element("a", "xs:string"), element("b", "V")),
        "<b>1 2</b><a>1 2</a><b>true</b><b/>",
    ),
    "xsi:type with a simple type": (
        choice(element("a", "xs:int"), element("b")),
        '<b xsi:type="xs:int">1</b><a>1</a><b xsi:type="xs:hexBinary">0AFF</b><b xsi:type="xs:QName">xs:a</b>',
    ),
    "xsi:type with a complex type": (
        choice(element("a", "T"), element("b"), element("c", "T")),
        '<b xsi:type="T2" k="1"/><a/><a xsi:type="T2" k="1"/><c/><c xsi:type="T2"/>',
    ),
    "an element inside of an untyped one that is nil": (
        choice(element("a", "xs:int"), element("b"), element("c")),
        '<b><w:x xmlns:w="urn:w" xsi:nil="true"/></b><c><y xsi:nil="true"/></c>',
    ),
    "a sequence that has an element twice": (
        f"<xs:sequence>{element('a', 'xs:string')}{element('b')}{element('a', 'xs:string')}</xs:sequence>",
        "<a>1</a><b>2</b><a>3</a>",
    ),
    "two elements that can be nil": (
        choice(element("a", "xs:int", 'nillable="true"'), element("b", "xs:date", 'nillable="true"')),
        '<b xsi:nil="true"/><a xsi:nil="true"/><b>2026-11-26</b>',
    ),
    "two lists without items": (
        choice(element("a", "L"), element("b", "xs:date"), element("c", "L")),
        "<c/><a/><b>2026-11-26</b><c>1</c><a>1</a>",
    ),
    "an element of a wildcard whose class is that of another one": (
        choice(element("t", "T"), '<xs:any namespace="##other" processContents="lax"/>'),
        '<t/><w:y xmlns:w="urn:w" xsi:type="T2" k="1"/><w:y xmlns:w="urn:w" xsi:type="xs:int">1</w:y>',
    ),
}


IN_TEXTS = {number for number, name in enumerate(DOCUMENTS) if "can be nil" in name or "list" in name}
"""Those whose values xsdata has as texts where content is mixed."""


def elements(document: bytes) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the names, texts and attributes of elements; but for xsi:type, for which there are several names."""
    return [
        (str(one.tag), (one.text or "").strip(), [item for item in attributes_of(one).items() if item[0] != XSI_TYPE])
        for one in etree.fromstring(document).iter("*")
    ]


@pytest.fixture(scope="module", params=["false", "true"])
def package(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """A package that has a root element for each of the documents, with mixed content or without."""
    roots = (
        f'<xs:element name="r{number}"><xs:complexType mixed="{request.param}">{model}</xs:complexType></xs:element>'
        for number, (model, _) in enumerate(DOCUMENTS.values())
        if request.param == "false" or number not in IN_TEXTS
    )
    with package_of({"demo.xsd": schema(TYPES + "".join(roots))}) as (package, _):
        yield package


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_elements_come_back_as_themselves(package: ModuleType, name: str) -> None:
    number = list(DOCUMENTS).index(name)
    document = f"<r{number} {XSI} {XS}>{DOCUMENTS[name][1]}</r{number}>".encode()
    if not package.validate(document).valid:
        assert number in IN_TEXTS
        pytest.skip("mixed content has texts where these have values")
    value = package.decode(document)

    written = package.encode(value)
    assert elements(written) == elements(document)
    assert package.decode(written) == value
    assert package.from_json(package.to_json(value), type(value)) == value


@pytest.mark.parametrize("options", ["xsdata.compound_fields.enabled = true", "xsdata.format.frozen = true"])
def test_only_values_that_do_not_tell_their_element_have_its_name(options: str) -> None:
    model = choice(element("a", "xs:int"), element("untold"), element("c", "xs:date"))
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'
    # A class of another package that is called as the element, such as B, would be xsdata's choice
    document = b"<r><untold>2</untold><a>1</a><c>2026-11-26</c></r>"

    with package_of({"demo.xsd": schema(root)}, options) as (package, _):
        value = package.decode(document)
        named, one, date = value.a_or_untold_or_c
        theirs = XmlParser().from_bytes(document, type(value))

        assert named == DerivedElement("untold", "2")
        assert [named.value, one, date] == list(theirs.a_or_untold_or_c)


def test_the_reader_and_xsdata_itself_name_the_same_values() -> None:
    declared = 'nillable="true"'
    model = choice(element("a", "xs:date", declared), element("b", "xs:string", declared))
    open_to_all = model + '<xs:anyAttribute namespace="##other"/>'  # which only xsdata itself can bind

    for attributes in (model, open_to_all):
        root = f'<xs:element name="r"><xs:complexType>{attributes}</xs:complexType></xs:element>'
        with package_of({"demo.xsd": schema(root)}) as (package, _):
            assert package.decode(b"<r><b/><b>x</b></r>").a_or_b == [DerivedElement("b", None), "x"]


def test_an_empty_element_has_its_default_value_in_a_class_of_its_own() -> None:
    model = choice(element("a", "xs:int", 'default="7"'), element("b", "xs:int"))
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        assert [one.value for one in package.decode(b"<r><a/><b>1</b></r>").a_or_b] == [7, 1]


def test_only_what_its_field_loses_is_in_the_order_that_an_object_remembers() -> None:
    model = choice(element("a", "xs:int", 'nillable="true"'), element("b", "xs:date"))
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        value = package.decode(f'<r {XSI}><b>2026-11-26</b><a xsi:nil="true"/></r>'.encode())
        assert package.to_json(value) == '{"a_or_b": [{"b": "2026-11-26"}, {"a": null}]}'


def test_a_choice_of_one_element_has_the_names_too() -> None:
    model = f"<xs:choice>{element('a', 'xs:string')}{element('b', 'U')}{element('c')}</xs:choice>"
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(TYPES + root)}, "xsdata.compound_fields.enabled = true") as (package, _):
        for document in (
            b"<r><b>x</b></r>",
            b"<r><b>1</b></r>",
            b"<r><a>x</a></r>",
            b"<r><c>x</c></r>",
            b"<r><c/></r>",
        ):
            assert elements(package.encode(package.decode(document))) == elements(document)
