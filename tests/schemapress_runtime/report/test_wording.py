"""Every rule that a report can name is raised here, once at least, by the smallest schema and document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import schemapress
from tests.conftest import REPOSITORY, schema
from tests.support.judges import libxml2_accepts, xmlschema_accepts

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
TYPES = (
    '<xs:complexType name="B"><xs:sequence><xs:element name="x" type="xs:int" minOccurs="0"/></xs:sequence>'
    "</xs:complexType>"
    '<xs:complexType name="D"><xs:complexContent><xs:extension base="B"><xs:attribute name="d"/></xs:extension>'
    "</xs:complexContent></xs:complexType>"
    '<xs:complexType name="X" abstract="true"/>'
)
ROWS = (
    '<xs:element name="r"><xs:complexType><xs:sequence>'
    '<xs:element name="i" minOccurs="0" maxOccurs="9"><xs:complexType><xs:attribute name="k"/><xs:attribute name="f"/>'
    "</xs:complexType></xs:element></xs:sequence></xs:complexType>{}</xs:element>"
)
KEY = '<xs:key name="K"><xs:selector xpath="i"/><xs:field xpath="@k"/></xs:key>'


def simple(base: str, facet: str = "") -> str:
    return (
        f'<xs:element name="r"><xs:simpleType><xs:restriction base="xs:{base}">{facet}'
        "</xs:restriction></xs:simpleType></xs:element>"
    )


def typed(type_: str, more: str = "") -> str:
    return f'{TYPES}<xs:element name="r" type="{type_}" {more}/>'


def content(inside: str, more: str = "") -> str:
    return f'<xs:element name="r"><xs:complexType {more}>{inside}</xs:complexType></xs:element>'


COUNTERS = content(
    '<xs:sequence minOccurs="90" maxOccurs="99"><xs:sequence minOccurs="90" maxOccurs="99">'
    '<xs:element name="a" type="xs:string" maxOccurs="99"/></xs:sequence></xs:sequence>'
)

LIBXML2_LETS_PASS = {
    "cvc-elt.5.2.2.1",  # Part 1 §3.3.4: an element with a fixed value has no element children
    "cvc-complex-type.5",  # Part 1 §3.4.4: two wild attributes of type ID
    "cvc-id.1",  # Part 1 §3.15.4: an IDREF needs its ID
    "xml-doctype",  # no rule of XSD: this project refuses what a message has no use for
    "xml-too-many-attributes",  # no rule of XSD: a bound of this project
    "xml-too-many-namespaces",  # no rule of XSD: a bound of this project
}
XMLSCHEMA_LETS_PASS = {
    "cvc-identity-constraint.4.2.3",  # Part 1 §3.11.4: a field of a key is not nillable
    "xml-doctype",
    "xml-too-long",  # no rule of XSD: libxml2's own bound
    "xml-too-many-attributes",
    "xml-too-many-namespaces",
}

CASES = [
    ("cvc-elt.1", simple("int"), "<s/>"),
    ("cvc-elt.2", '<xs:element name="r" abstract="true" type="xs:int"/>', "<r>1</r>"),
    ("cvc-elt.3.1", typed("B"), f'<r {XSI} xsi:nil="true"/>'),
    ("cvc-elt.3.2.1", typed("B", 'nillable="true"'), f'<r {XSI} xsi:nil="true"><x>1</x></r>'),
    ("cvc-elt.3.2.2", '<xs:element name="r" type="xs:int" nillable="true" fixed="1"/>', f'<r {XSI} xsi:nil="true"/>'),
    ("cvc-elt.4.1", typed("B"), f'<r {XSI} xsi:type="a b"/>'),
    ("cvc-elt.4.2", typed("B"), f'<r {XSI} xsi:type="Z"/>'),
    ("cvc-elt.4.3", typed("D"), f'<r {XSI} xsi:type="B"/>'),
    ("cvc-elt.4.3", typed("B", 'block="extension"'), f'<r {XSI} xsi:type="D"/>'),
    (
        "cvc-elt.5.2.2.1",
        '<xs:element name="r" fixed="a"><xs:complexType mixed="true"><xs:sequence>'
        '<xs:element name="x" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>',
        "<r>a<x/></r>",
    ),
    (
        "cvc-elt.5.2.2.2.1",
        '<xs:element name="r" fixed="a"><xs:complexType mixed="true"><xs:sequence>'
        '<xs:element name="x" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>',
        "<r>b</r>",
    ),
    ("cvc-elt.5.2.2.2.2", '<xs:element name="r" type="xs:int" fixed="1"/>', "<r>2</r>"),
    ("cvc-type.2", typed("X"), "<r/>"),
    ("cvc-type.3.1.1", simple("int"), '<r a="1">1</r>'),
    ("cvc-type.3.1.2", simple("int"), "<r><a/></r>"),
    ("cvc-complex-type.2.1", content(""), "<r> </r>"),
    (
        "cvc-complex-type.2.2",
        content('<xs:simpleContent><xs:extension base="xs:int"/></xs:simpleContent>'),
        "<r><a/></r>",
    ),
    ("cvc-complex-type.2.3", typed("B"), "<r>text</r>"),
    ("cvc-complex-type.2.4", typed("B"), "<r><y/></r>"),
    ("cvc-complex-type.2.4", content('<xs:sequence><xs:any namespace="##other"/></xs:sequence>'), "<r/>"),
    ("cvc-complex-type.2.4", content("<xs:sequence><xs:any/></xs:sequence>"), "<r><unknown/></r>"),
    ("cvc-complex-type.3.2.2", typed("D"), '<r e="1"/>'),
    ("cvc-complex-type.3.2.2", content("<xs:anyAttribute/>"), '<r e="1"/>'),
    ("cvc-complex-type.4", content('<xs:attribute name="a" use="required"/>'), "<r/>"),
    (
        "cvc-complex-type.5",
        '<xs:attribute name="i" type="xs:ID"/><xs:attribute name="j" type="xs:ID"/>'
        + content('<xs:anyAttribute processContents="lax"/>'),
        '<r i="a" j="b"/>',
    ),
    ("cvc-attribute.4", content('<xs:attribute name="a" fixed="1"/>'), '<r a="2"/>'),
    ("cvc-id.1", simple("IDREF"), "<r>a</r>"),
    (
        "cvc-id.2",
        content(
            '<xs:sequence><xs:element name="i" maxOccurs="2"><xs:complexType>'
            '<xs:attribute name="n" type="xs:ID"/></xs:complexType></xs:element></xs:sequence>'
        ),
        '<r><i n="a"/><i n="a"/></r>',
    ),
    (
        "cvc-identity-constraint.3",
        ROWS.format('<xs:unique name="U"><xs:selector xpath="."/><xs:field xpath="i/@k"/></xs:unique>'),
        '<r><i k="1"/><i k="2"/></r>',
    ),
    ("cvc-identity-constraint.4.1", ROWS.format(KEY.replace("key", "unique")), '<r><i k="1"/><i k="1"/></r>'),
    ("cvc-identity-constraint.4.2.1", ROWS.format(KEY), "<r><i/></r>"),
    ("cvc-identity-constraint.4.2.2", ROWS.format(KEY), '<r><i k="1"/><i k="1"/></r>'),
    (
        "cvc-identity-constraint.4.2.3",
        '<xs:element name="r"><xs:complexType><xs:sequence>'
        '<xs:element name="i" type="xs:int" nillable="true"/></xs:sequence></xs:complexType>'
        '<xs:key name="K"><xs:selector xpath="."/><xs:field xpath="i"/></xs:key></xs:element>',
        f'<r {XSI}><i xsi:nil="true"/></r>',
    ),
    (
        "cvc-identity-constraint.4.3",
        ROWS.format(KEY + '<xs:keyref name="F" refer="K"><xs:selector xpath="i"/><xs:field xpath="@f"/></xs:keyref>'),
        '<r><i k="1" f="2"/></r>',
    ),
    ("cvc-datatype-valid.1.2.1", simple("int"), "<r>x</r>"),
    (
        "cvc-datatype-valid.1.2.3",
        '<xs:element name="r"><xs:simpleType><xs:union memberTypes="xs:int xs:boolean"/></xs:simpleType></xs:element>',
        "<r>x</r>",
    ),
    ("cvc-enumeration-valid", simple("string", '<xs:enumeration value="a"/>'), "<r>b</r>"),
    ("cvc-pattern-valid", simple("string", '<xs:pattern value="a+"/>'), "<r>b</r>"),
    ("cvc-length-valid", simple("string", '<xs:length value="2"/>'), "<r>b</r>"),
    ("cvc-minLength-valid", simple("string", '<xs:minLength value="2"/>'), "<r>b</r>"),
    ("cvc-maxLength-valid", simple("string", '<xs:maxLength value="2"/>'), "<r>bbb</r>"),
    ("cvc-minInclusive-valid", simple("int", '<xs:minInclusive value="2"/>'), "<r>1</r>"),
    ("cvc-minExclusive-valid", simple("int", '<xs:minExclusive value="2"/>'), "<r>2</r>"),
    ("cvc-maxInclusive-valid", simple("int", '<xs:maxInclusive value="2"/>'), "<r>3</r>"),
    ("cvc-maxExclusive-valid", simple("int", '<xs:maxExclusive value="2"/>'), "<r>2</r>"),
    ("cvc-totalDigits-valid", simple("decimal", '<xs:totalDigits value="2"/>'), "<r>123</r>"),
    ("cvc-fractionDigits-valid", simple("decimal", '<xs:fractionDigits value="1"/>'), "<r>1.25</r>"),
    ("xml-not-well-formed", simple("int"), "<r>"),
    ("xml-doctype", simple("int"), "<!DOCTYPE r><r>1</r>"),
    ("xml-too-many-namespaces", simple("int"), "<r" + "".join(f' xmlns:n{n}="urn:{n}"' for n in range(300)) + ">1</r>"),
    (
        "xml-too-many-attributes",
        '<xs:element name="r"><xs:complexType><xs:anyAttribute processContents="skip"/></xs:complexType></xs:element>',
        "<r" + "".join(f' a{n}=""' for n in range(10_001)) + "/>",
    ),
    ("xml-too-complex", COUNTERS, "<r>" + "<a/>" * 300 + "</r>"),
    ("xml-too-deep", simple("int"), "<r>" * 300 + "</r>" * 300),
    ("xml-too-long", simple("int"), "<r>" + " " * 10_000_001 + "1</r>"),
]


@pytest.mark.parametrize(
    ("code", "declarations", "document"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_a_rule_that_is_broken_is_the_one_problem(tmp_path: Path, code: str, declarations: str, document: str) -> None:
    path = tmp_path / "rule.xsd"
    path.write_text(schema(declarations), "utf-8")

    report = schemapress.compile(path).validate(document.encode())

    assert [problem.code for problem in report] == [code], str(report)
    (problem,) = report
    assert problem.message.endswith(".")
    assert problem.line is not None
    assert xmlschema_accepts(path, document.encode()) == (code in XMLSCHEMA_LETS_PASS)
    assert libxml2_accepts(path, document.encode()) == (code in LIBXML2_LETS_PASS)


def test_every_rule_that_the_code_can_raise_is_raised_here_and_documented() -> None:
    raised = {case[0] for case in CASES}
    found: set[str] = set()
    for file in (REPOSITORY / "generator" / "schemapress_runtime").glob("*/*.py"):
        found |= set(re.findall(r"\"((?:cvc|xml)-[\w.-]+?\w)\"", file.read_text("utf-8")))
    facets = ("length", "minLength", "maxLength", "minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
    found |= {f"cvc-{facet}-valid" for facet in (*facets, "totalDigits", "fractionDigits")}

    documented = (REPOSITORY / "docs" / "problems.md").read_text("utf-8")

    assert found - raised == set()
    assert [code for code in sorted(raised) if f"`{code}`" not in documented] == []
