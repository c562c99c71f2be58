"""Hostile documents: each kind of growth, as a schema and what makes a document of a size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its schema's declarations, the document of a size, the size that is tried, its verdict."""

    declarations: str
    document: Callable[[int], str]
    size: int
    valid: bool


def _holding(particle: str, attributes: str = "", constraint: str = "", mixed: str = "") -> str:
    content = f"<xs:sequence>{particle}</xs:sequence>" if particle else ""
    return (
        f'<xs:element name="r"><xs:complexType{mixed}>{content}{attributes}</xs:complexType>{constraint}</xs:element>'
    )


def _items(type_: str = "xs:string", attributes: str = "") -> str:
    if not attributes:
        return f'<xs:element name="i" type="{type_}" minOccurs="0" maxOccurs="unbounded"/>'
    return (
        f'<xs:element name="i" minOccurs="0" maxOccurs="unbounded"><xs:complexType>{attributes}</xs:complexType>'
        "</xs:element>"
    )


def _root(inside: str, tag: str = "r", attributes: str = "") -> str:
    return f"<{tag}{attributes}>{inside}</{tag}>"


def _each(text: str) -> Callable[[int], str]:
    return lambda count: _root("".join(text.format(number) for number in range(count)))


_RECURSIVE = (
    '<xs:element name="r" type="N"/><xs:complexType name="N"><xs:sequence>'
    '<xs:element name="n" type="N" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>'
)
_ANY = _holding('<xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/>')
_ANY_ATTRIBUTE = _holding("", '<xs:anyAttribute processContents="lax"/>')
_KEY = '<xs:key name="k"><xs:selector xpath="i"/><xs:field xpath="@a"/></xs:key>'
_KEYREF = _KEY + '<xs:keyref name="f" refer="k"><xs:selector xpath="i"/><xs:field xpath="@b"/></xs:keyref>'
_NESTED = (
    '<xs:element name="r"><xs:complexType><xs:sequence maxOccurs="100"><xs:sequence minOccurs="0" maxOccurs="50">'
    '<xs:element name="a" minOccurs="0" maxOccurs="10"/><xs:element name="b" minOccurs="0" maxOccurs="10"/>'
    "</xs:sequence></xs:sequence></xs:complexType></xs:element>"
)
_THREE_COUNTERS = (
    '<xs:element name="r"><xs:complexType><xs:sequence minOccurs="0" maxOccurs="1000">'
    '<xs:sequence minOccurs="0" maxOccurs="1000"><xs:element name="a" minOccurs="0" maxOccurs="1000"/>'
    "</xs:sequence></xs:sequence></xs:complexType></xs:element>"
)
_UNION = "<xs:simpleType><xs:union>{}</xs:union></xs:simpleType>".format(
    "".join(
        f'<xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="v{number}"/></xs:restriction>'
        "</xs:simpleType>"
        for number in range(100)
    )
)
_WIDE = _holding("".join(f'<xs:element name="e{number}" minOccurs="0"/>' for number in range(300)))
_WIDE_CHOICE = (
    '<xs:element name="r"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">'
    + "".join(f'<xs:element name="e{number}" type="xs:string"/>' for number in range(500))
    + "</xs:choice></xs:complexType></xs:element>"
)

_CHOICES = (
    '<xs:element name="r"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">'
    '<xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:date"/></xs:choice></xs:complexType>'
    "</xs:element>"
)
_SUBSTITUTION = _holding('<xs:element ref="h" minOccurs="0" maxOccurs="unbounded"/>') + (
    '<xs:element name="h" type="xs:string" abstract="true"/>'
    '<xs:element name="m" type="xs:string" substitutionGroup="h"/>'
    '<xs:element name="k" type="xs:string" substitutionGroup="h"/>'
)
_DERIVED = _holding(_items("B")) + (
    '<xs:complexType name="B"><xs:attribute name="b"/></xs:complexType><xs:complexType name="D"><xs:complexContent>'
    '<xs:extension base="B"><xs:attribute name="d"/></xs:extension></xs:complexContent></xs:complexType>'
)


def _nested(levels: int, inside: str) -> str:
    """Return elements as deep as documents may be, and as many such columns as it takes."""
    columns, rest = divmod(levels, 100)
    return _root((inside * 100 + "</n>" * 100) * columns + inside * rest + "</n>" * rest)


KINDS: Mapping[str, Kind] = {
    "elements": Kind(_holding(_items()), _each("<i>x</i>"), 40_000, True),
    "levels": Kind(_RECURSIVE, lambda count: _nested(count, "<n>"), 40_000, True),
    "levels, each with a mistake at its end": Kind(
        _RECURSIVE, lambda count: _root("<n>" * count + "<bad/></n>" * count), 100, False
    ),
    "levels, each with a mistake at its beginning": Kind(
        _RECURSIVE, lambda count: _root("<n><bad/>" * count + "</n>" * count), 100, False
    ),
    "text": Kind(_holding("", mixed=' mixed="true"'), lambda count: _root("x" * count), 2_000_000, True),
    "references": Kind(_holding("", mixed=' mixed="true"'), lambda count: _root("&#65;" * count), 200_000, True),
    "CDATA sections": Kind(
        _holding("", mixed=' mixed="true"'), lambda count: _root("<![CDATA[x]]>" * count), 100_000, True
    ),
    "comments": Kind(_holding(""), lambda count: _root("<!-- -->" * count), 100_000, True),
    "attributes that nobody declares": Kind(
        _holding(""), lambda count: _root("", attributes="".join(f' a{n}="1"' for n in range(count))), 4_000, False
    ),
    "attributes beyond their bound": Kind(
        _ANY_ATTRIBUTE, lambda count: _root("", attributes="".join(f' a{n}="1"' for n in range(count))), 20_000, False
    ),
    "elements with many attributes": Kind(
        _ANY_ATTRIBUTE.replace(
            "<xs:anyAttribute",
            "<xs:sequence><xs:any processContents='lax' maxOccurs='unbounded'/></xs:sequence><xs:anyAttribute",
        ),
        lambda count: _root(("<a" + "".join(f' a{n}="1"' for n in range(1_000)) + "/>") * (count // 1_000)),
        100_000,
        True,
    ),
    "attributes under a wildcard": Kind(
        _ANY_ATTRIBUTE, lambda count: _root("", attributes="".join(f' a{n}="1"' for n in range(count))), 4_000, True
    ),
    "names under a wildcard": Kind(_ANY, _each("<a{}/>"), 20_000, True),
    "namespaces one after another": Kind(_ANY, _each('<a xmlns="urn:{}"/>'), 10_000, True),
    "namespaces in scope": Kind(
        _holding(_items("xs:QName")),
        lambda count: _root(
            "<i>p:a</i>" * count,
            attributes=' xmlns:p="urn:p"' + "".join(f' xmlns:n{n}="urn:{n}"' for n in range(count)),
        ),
        4_000,
        False,
    ),
    "prefixes": Kind(_holding(_items("xs:QName")), _each('<i xmlns:p{0}="urn:p">p{0}:a</i>'), 10_000, True),
    "a long namespace in many paths": Kind(
        _RECURSIVE,
        lambda count: _root("<x:a/>" * (count // 100), attributes=f' xmlns:x="urn:{"a" * count}"'),
        200_000,
        False,
    ),
    "a namespace in many paths": Kind(
        _RECURSIVE,
        lambda count: _root("<x:a/>" * count, attributes=f' xmlns:x="urn:{"a" * 1_900}"'),
        2_000,
        False,
    ),
    "a long name": Kind(_holding(""), lambda count: _root("", tag="n" * count), 20_000, False),
    "identifiers": Kind(
        _holding(_items(attributes='<xs:attribute name="a" type="xs:ID"/>')), _each('<i a="n{}"/>'), 20_000, True
    ),
    "references to nothing": Kind(
        _holding(_items(attributes='<xs:attribute name="a" type="xs:IDREF"/>')), _each('<i a="n{}"/>'), 20_000, False
    ),
    "keys": Kind(
        _holding(_items(attributes='<xs:attribute name="a"/>'), constraint=_KEY), _each('<i a="n{}"/>'), 10_000, True
    ),
    "references to keys": Kind(
        _holding(_items(attributes='<xs:attribute name="a"/><xs:attribute name="b"/>'), constraint=_KEYREF),
        _each('<i a="n{0}" b="n{0}"/>'),
        10_000,
        True,
    ),
    "keys that are missing": Kind(
        _holding(_items(attributes='<xs:attribute name="a"/>'), constraint=_KEY), _each("<i/>"), 10_000, False
    ),
    "nested counters": Kind(_NESTED, _each("<a/><b/>"), 2_000, True),
    "three counters around one element": Kind(_THREE_COUNTERS, _each("<a/>"), 5_000, True),
    "a wide choice": Kind(
        _WIDE_CHOICE, lambda count: _root("".join(f"<e{n % 500}/>" for n in range(count))), 4_000, True
    ),
    "a wide choice that is counted": Kind(
        _WIDE_CHOICE.replace("unbounded", "90000"),
        lambda count: _root("".join(f"<e{n % 500}/>" for n in range(count))),
        20_000,
        True,
    ),
    "a large counter": Kind(
        _holding('<xs:element name="a" type="xs:string" maxOccurs="100000"/>'), _each("<a>x</a>"), 20_000, True
    ),
    "items of a list": Kind(
        _holding(_items("xs:NMTOKENS")), lambda count: _root(f"<i>{'a ' * count}</i>"), 50_000, True
    ),
    "members of a union": Kind(
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="i" maxOccurs="unbounded">'
        f"{_UNION}</xs:element></xs:sequence></xs:complexType></xs:element>",
        _each("<i>v99</i>"),
        2_000,
        True,
    ),
    "a pattern that backtracks": Kind(
        '<xs:element name="r"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="(a+)+b"/>'
        "</xs:restriction></xs:simpleType></xs:element>",
        lambda count: _root("a" * count),
        100_000,
        False,
    ),
    "digits": Kind(_holding(_items("xs:decimal")), lambda count: _root(f"<i>{'9' * count}</i>"), 1_000_000, False),
    "values that are wrong": Kind(_holding(_items("xs:int")), _each("<i>x</i>"), 20_000, False),
    "elements that are not known": Kind(_holding(_items()), _each("<x/>"), 40_000, False),
    "elements that are nearly known": Kind(_WIDE, _each("<e1x/>"), 20_000, False),
    "elements in the wrong order": Kind(_WIDE, _each("<e2/><e1/>"), 10_000, False),
    "text between elements": Kind(_holding(_items()), _each("<i/>x"), 20_000, False),
    "types that are not known": Kind(
        _holding(_items()), _each(f'<i xmlns:xsi="{XSI}" xsi:type="t{{}}"/>'), 10_000, False
    ),
    "alternating choices": Kind(_CHOICES, _each("<a>1</a><b>2026-01-01</b><a>2</a>"), 5_000, True),
    "elements between texts": Kind(_holding(_items("xs:int"), mixed=' mixed="true"'), _each("x<i>1</i>"), 10_000, True),
    "members of a substitution group": Kind(_SUBSTITUTION, _each("<m>x</m><k>y</k>"), 5_000, True),
    "types that the document names": Kind(
        _DERIVED, _each(f'<i xmlns:xsi="{XSI}" xsi:type="D" d="1"/><i b="2"/>'), 5_000, True
    ),
}
"""Every kind of growth that a sender can choose. `size` is what takes a small part of a second."""
