"""Values that xsdata's classes or its serializer lose: what is decoded can be written all the same, and has JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from tests.conftest import schema
from tests.hostile.packages import package_of
from tests.support.judges import libxml2_accepts
from tests.write.test_json_schema import judge_of, wrong

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
            assert wrong(judge_of(package), json.loads(package.to_json(value))) is None
            values.append(value)
    return values


@pytest.mark.parametrize("settings", ["", "xsdata.format.frozen = true"])
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


@pytest.mark.parametrize("settings", ["", "xsdata.format.frozen = true"])
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


@pytest.mark.parametrize("settings", ["", "xsdata.format.frozen = true"])
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


NILLABLE = {
    "content": '<xs:complexType><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>{}</xs:complexType>',
    "optional content": '<xs:complexType><xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/>'
    "</xs:sequence>{}</xs:complexType>",
    "list": '<xs:complexType><xs:sequence><xs:element name="a" type="xs:int" maxOccurs="9"/></xs:sequence>{}'
    "</xs:complexType>",
    "text": '<xs:complexType><xs:simpleContent><xs:extension base="xs:int">{}</xs:extension></xs:simpleContent>'
    "</xs:complexType>",
    "string": '<xs:complexType><xs:simpleContent><xs:extension base="xs:string">{}</xs:extension></xs:simpleContent>'
    "</xs:complexType>",
    "attributes": "<xs:complexType>{}</xs:complexType>",
    "nillable content": '<xs:complexType><xs:sequence><xs:element name="a" nillable="true" type="xs:int"/>'
    "</xs:sequence>{}</xs:complexType>",
}
FULL = {"text": "1", "string": "x", "attributes": ""}
SETTINGS = ["", "xsdata.format.frozen = true"]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("content", NILLABLE)
def test_an_element_that_is_nil_keeps_its_attributes(content: str, settings: str) -> None:
    type_ = NILLABLE[content].format('<xs:attribute name="k" type="xs:int" use="required"/>')
    element = f'<xs:element name="b" nillable="true" maxOccurs="9">{type_}</xs:element>'
    full = FULL.get(content, "<a>1</a>")
    document = f'<r {XSI}><b k="1" xsi:nil="true"/><b k="2">{full}</b><b k="3" xsi:nil="true"/></r>'

    (value,) = both_ways(schema(root(f"<xs:sequence>{element}</xs:sequence>")), document, settings=settings)

    assert [one.k for one in value.b] == [1, 2, 3]
    if content == "nillable content":
        null = f'<r {XSI}><b k="1"><a xsi:nil="true"/></b></r>'
        both_ways(schema(root(f"<xs:sequence>{element}</xs:sequence>")), null, settings=settings)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("content", NILLABLE)
def test_a_root_element_can_be_nil(content: str, settings: str) -> None:
    type_ = NILLABLE[content].format('<xs:attribute name="k" type="xs:int"/>')
    xsd = schema(f'<xs:element name="r" nillable="true">{type_}</xs:element>')
    documents = [f'<r {XSI} xsi:nil="true"/>', f'<r {XSI} xsi:nil="true" k="1"/>']
    if content != "attributes":  # whose object is nil if it was made by hand, as xsdata has it
        documents.append(f'<r k="1">{FULL.get(content, "<a>1</a>")}</r>')

    both_ways(xsd, *documents, settings=settings)


def test_an_object_made_by_hand_is_nil_where_it_has_not_the_content_that_it_needs() -> None:
    type_ = NILLABLE["content"].format('<xs:attribute name="k" type="xs:int"/>')
    element = f'<xs:element name="b" nillable="true">{type_}</xs:element>'
    with package_of({"demo.xsd": schema(root(f"<xs:sequence>{element}</xs:sequence>"))}) as (package, _):
        made = package.bindings.R
        written = package.encode(made(b=made.B(a=None, k=1)))

        assert canonical(written) == canonical(f'<r {XSI}><b k="1" xsi:nil="true"/></r>')
        value = package.decode(written)
        value.b.a = 2
        assert canonical(package.encode(value)) == b'<r><b k="1"><a>2</a></b></r>'


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("xs:hexBinary", "0AFF"),
        ("xs:base64Binary", "QUJD"),
        ("Octets", "AB"),
        ("xs:hexBinary", ""),
        ("xs:date", "2026-01-01"),
        ("xs:NMTOKENS", "a b"),
        ("xs:boolean", "true"),
        ("xs:double", "INF"),
        ("Names", "p:a p:b"),
        ("xs:QName", "p:a"),
        ("Named", "p:a"),
    ],
)
def test_mixed_content_has_values_of_any_type(type_: str, text: str) -> None:
    types = (
        '<xs:simpleType name="Octets"><xs:restriction base="xs:hexBinary"><xs:length value="1"/></xs:restriction>'
        '</xs:simpleType><xs:simpleType name="Names"><xs:list itemType="xs:QName"/></xs:simpleType>'
        '<xs:simpleType name="Named"><xs:restriction base="xs:QName"><xs:enumeration value="p:a"/></xs:restriction>'
        "</xs:simpleType>"
    )
    content = f'<xs:sequence><xs:element name="b" type="{type_}"/><xs:element name="c" type="xs:int"/></xs:sequence>'
    xsd = schema(types + root(content, ' mixed="true"'), 'xmlns:p="urn:p"')
    with package_of({"demo.xsd": xsd}) as (package, folder):
        value = package.decode(f'<r xmlns:p="urn:p">x<b>{text}</b>y<c>1</c></r>'.encode())
        written = package.encode(value)

        assert libxml2_accepts(folder / "demo.xsd", written)
        assert etree.fromstring(written)[0].text in (text or None, text.replace("p:", "ns0:"))
        assert package.from_json(package.to_json(value)) == value


NAMES = '<xs:simpleType name="Names"><xs:list itemType="xs:QName"/></xs:simpleType>'


def test_fixed_names_have_the_prefixes_of_the_schema() -> None:
    content = (
        '<xs:sequence><xs:element name="e" type="Names" fixed="p:a p:b"/><xs:element name="f" type="xs:QName"'
        ' fixed="p:c"/></xs:sequence><xs:attribute name="k" fixed="p:x p:y" type="Names"/>'
    )
    document = '<r xmlns:p="urn:p" k="p:x p:y"><e>p:a p:b</e><f>p:c</f></r>'
    with package_of({"demo.xsd": schema(NAMES + root(content), 'xmlns:p="urn:p"')}) as (package, folder):
        value = package.decode(document.encode())

        assert canonical(package.encode(value)) == canonical(document)
        assert libxml2_accepts(folder / "demo.xsd", package.encode(value))
        assert package.encode(package.from_json(package.to_json(value))) == package.encode(value)


PATTERN = (
    '<xs:simpleType name="Q"><xs:restriction base="xs:QName"><xs:pattern value="[pq]:.*"/></xs:restriction>'
    "</xs:simpleType>"
)


def test_a_name_with_a_pattern_keeps_its_prefix() -> None:
    content = (
        '<xs:sequence><xs:element name="a" type="Q" maxOccurs="9"/></xs:sequence><xs:attribute name="k" type="Q"/>'
    )
    documents = [
        '<r xmlns:p="urn:p" xmlns:q="urn:q" k="p:x"><a>q:a</a><a>p:b</a></r>',
        '<r k="p:x" xmlns:p="urn:p"><a xmlns:q="urn:q">q:a</a></r>',
    ]
    with package_of({"demo.xsd": schema(PATTERN + root(content))}) as (package, folder):
        for document in documents:
            value = package.decode(document.encode())
            written = package.encode(value)

            assert libxml2_accepts(folder / "demo.xsd", written)
            assert {prefix: etree.fromstring(written).nsmap[prefix] for prefix in "pq"} == {"p": "urn:p", "q": "urn:q"}
            assert (value.a[0], value.k) == ("q:a", "p:x")
            read = package.from_json(package.to_json(value))
            assert (read, package.encode(read)) == (value, written)
            assert wrong(judge_of(package), json.loads(package.to_json(value))) is None
        made = package.bindings.R(a=["p:x"])
        with pytest.raises(package.InvalidDocument, match="expected a name whose prefix is declared"):
            package.encode(made)
        assert b'xmlns:p="urn:mine"' in package.encode(made, prefixes={"p": "urn:mine"})
        unfitting: list[object] = [{"p": 1}, {"": "urn:p"}, [], {"p": ""}, {"xml": "urn:p"}]
        for prefixes in unfitting:
            with pytest.raises(package.InvalidDocument, match="is no object of namespaces by their prefixes"):
                package.from_json(json.dumps({"a": ["p:x"], "@prefixes": prefixes}))
    with package_of({"demo.xsd": schema(PATTERN + '<xs:element name="r" type="Q"/>', 'xmlns:p="urn:p"')}) as (
        package,
        _,
    ):
        assert b'xmlns:p="urn:p"' in package.encode(package.bindings.R(value="p:a"))


@pytest.mark.parametrize("settings", SETTINGS)
def test_elements_that_are_nil_in_one_field_keep_their_names(settings: str) -> None:
    content = (
        '<xs:choice maxOccurs="9"><xs:element name="a" type="xs:int" nillable="true"/>'
        '<xs:element name="b" type="xs:string" nillable="true"/>'
        '<xs:element name="c" type="xs:NMTOKENS" nillable="true"/>'
        '<xs:element name="d" nillable="true"><xs:complexType><xs:sequence><xs:element name="e" type="xs:int"/>'
        "</xs:sequence></xs:complexType></xs:element></xs:choice>"
    )
    nil = [f'<{name} xsi:nil="true"/>' for name in "abcd"]
    documents = [
        f"<r {XSI}>{nil[1]}<a>1</a>{nil[3]}<b>x</b><d><e>1</e></d>{nil[0]}{nil[1]}{nil[2]}</r>",
        f"<r {XSI}>{nil[3]}</r>",
    ]
    both_ways(schema(root(content)), *documents, settings=settings)
    two = content[: content.index('<xs:element name="c"')] + "</xs:choice>"
    xsd = schema(root(two))
    both_ways(xsd, f"<r {XSI}><a>1</a>{nil[1]}<b>x</b>{nil[0]}{nil[1]}</r>", settings=settings)
    with package_of({"demo.xsd": xsd}) as (package, _):
        value = package.decode(b"<r><a>1</a><b/></r>")
        assert canonical(package.encode(value)) == canonical(f"<r {XSI}><a>1</a>{nil[1]}</r>")
        value.a_or_b.append(None)  # which was not decoded
        assert canonical(package.encode(value)) == canonical(f"<r {XSI}><a>1</a>{nil[1]}{nil[0]}</r>")
