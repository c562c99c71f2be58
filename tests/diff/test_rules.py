"""Changes whose effect is known by construction: each rule is found by one, in the direction that it breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.check import rules
from schemapress.diff.comparison import Comparison, compare
from schemapress.diff.finding import Finding
from schemapress.diff.rules import ASPECTS
from schemapress.diff.versions.version import version
from schemapress.load.schema import Direction
from tests.conftest import schema


def root(content: str, more: str = "") -> str:
    return schema(f'<xs:element name="root"><xs:complexType>{content}</xs:complexType></xs:element>{more}')


def sequence(*particles: str) -> str:
    return f"<xs:sequence>{''.join(particles)}</xs:sequence>"


def restricted(base: str, *facets: str) -> str:
    listed = "".join(f"<xs:{facet}/>" for facet in facets)
    inner = f'<xs:simpleType><xs:restriction base="xs:{base}">{listed}</xs:restriction></xs:simpleType>'
    return root(sequence(f'<xs:element name="a">{inner}</xs:element>'))


A = '<xs:element name="a" type="xs:int"/>'
B = '<xs:element name="b" type="xs:int"/>'
OPTIONAL_B = B.replace("/>", ' minOccurs="0"/>')
X = '<xs:attribute name="x" type="xs:int"/>'
BASE = '<xs:complexType name="Base"><xs:sequence/></xs:complexType>'
DERIVED = (
    '<xs:complexType name="Derived"><xs:complexContent><xs:extension base="Base"><xs:attribute name="y"/>'
    "</xs:extension></xs:complexContent></xs:complexType>"
)
HEAD = '<xs:element name="head" type="xs:int"/>'
MEMBER = '<xs:element name="member" type="xs:int" substitutionGroup="head"/>'
TYPED = schema(f'<xs:element name="root" type="Base"/>{BASE}{DERIVED}')

NARROWINGS = {
    "element": (root(sequence(A, OPTIONAL_B)), root(sequence(A)), "/root/b"),
    "presence": (root(sequence(A, OPTIONAL_B)), root(sequence(A, B)), "/root/b"),
    "occurs": (
        root(sequence(A.replace("/>", ' maxOccurs="5"/>'))),
        root(sequence(A.replace("/>", ' maxOccurs="4"/>'))),
        "/root/a",
    ),
    "content-model": (
        root(f"<xs:choice>{sequence(A, B)}{sequence(B, A)}</xs:choice>"),
        root(sequence(A, B)),
        "/root",
    ),
    "wildcard": (
        root(sequence('<xs:any processContents="skip" minOccurs="0"/>')),
        root(sequence('<xs:any namespace="##local" processContents="skip" minOccurs="0"/>')),
        "/root",
    ),
    "substitution": (
        root(sequence('<xs:element ref="head"/>'), HEAD + MEMBER),
        root(sequence('<xs:element ref="head"/>'), HEAD + MEMBER.replace(' substitutionGroup="head"', "")),
        "/root/member",
    ),
    "mixed": (
        root(sequence(A)).replace("<xs:complexType>", '<xs:complexType mixed="true">'),
        root(sequence(A)),
        "/root",
    ),
    "type": (
        root(sequence(A.replace("xs:int", "xs:string"))),
        root(sequence(A)),
        "/root/a",
    ),
    "enumeration": (
        restricted("token", 'enumeration value="one"', 'enumeration value="two"'),
        restricted("token", 'enumeration value="one"'),
        "/root/a",
    ),
    "pattern": (
        restricted("token", 'pattern value="[a-z]+"'),
        restricted("token", 'pattern value="[a-y]+"'),
        "/root/a",
    ),
    "length": (restricted("token", 'maxLength value="5"'), restricted("token", 'maxLength value="4"'), "/root/a"),
    "range": (
        restricted("int", 'maxInclusive value="10"'),
        restricted("int", 'maxExclusive value="10"'),
        "/root/a",
    ),
    "digits": (
        restricted("decimal", 'fractionDigits value="3"'),
        restricted("decimal", 'fractionDigits value="2"'),
        "/root/a",
    ),
    "fixed-value": (
        root(sequence(A.replace("/>", ' default="7"/>'))),
        root(sequence(A.replace("/>", ' fixed="7"/>'))),
        "/root/a",
    ),
    "attribute": (root(X), root(""), "/root/@x"),
    "attribute-presence": (root(X), root(X.replace("/>", ' use="required"/>')), "/root/@x"),
    "attribute-wildcard": (root('<xs:anyAttribute processContents="skip"/>'), root(""), None),
    "nillable": (
        root(sequence(A.replace("/>", ' nillable="true"/>'))),
        root(sequence(A)),
        "/root/a",
    ),
    "abstract": (
        TYPED,
        TYPED.replace('name="Base"', 'name="Base" abstract="true"'),
        "/root",
    ),
    "identity-constraint": (
        root(sequence(A.replace("/>", ' maxOccurs="9"/>'))),
        root(sequence(A.replace("/>", ' maxOccurs="9"/>'))).replace(
            "</xs:complexType>",
            '</xs:complexType><xs:unique name="u"><xs:selector xpath="a"/><xs:field xpath="."/></xs:unique>',
        ),
        "/root",
    ),
    "derived-type": (TYPED, TYPED.replace('name="root"', 'name="root" block="extension"'), "/root/xsi:type=Derived"),
}
"""For each aspect a change that narrows it and nothing else, and the path that is told."""


def compared(folder: Path, old: str, new: str, direction: Direction | None = None) -> Comparison:
    for name, text in (("old", old), ("new", new)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "root.xsd").write_text(text)
    versions = [version(name, folder / name, name) for name in ("old", "new")]
    return compare("api", versions[0], versions[1], direction)


def documents(comparison: Comparison) -> list[Finding]:
    return [finding for finding in comparison.findings if finding.rule.kind == "documents"]


@pytest.mark.parametrize("aspect", NARROWINGS)
def test_a_narrowing_breaks_those_who_receive_and_nobody_else(aspect: str, tmp_path: Path) -> None:
    old, new, path = NARROWINGS[aspect]

    received = documents(compared(tmp_path, old, new, "receive"))
    sent = documents(compared(tmp_path, old, new, "send"))

    assert [(one.rule.name, one.severity) for one in received] == [(ASPECTS[aspect].narrowed.name, "breaking")]
    assert [(one.rule.name, one.severity) for one in sent] == [(ASPECTS[aspect].narrowed.name, "compatible")]
    assert path in (None, received[0].path)
    assert received[0].before != received[0].after
    assert received[0].witness is not None
    assert received[0].witness.judges


@pytest.mark.parametrize("aspect", NARROWINGS)
def test_the_same_change_backwards_is_a_widening_and_breaks_those_who_send(aspect: str, tmp_path: Path) -> None:
    new, old, path = NARROWINGS[aspect]

    received = documents(compared(tmp_path, old, new, "receive"))
    sent = documents(compared(tmp_path, old, new, "send"))

    assert [(one.rule.name, one.severity) for one in received] == [(ASPECTS[aspect].widened.name, "compatible")]
    assert [(one.rule.name, one.severity) for one in sent] == [(ASPECTS[aspect].widened.name, "breaking")]
    assert path in (None, sent[0].path)


def test_a_type_that_is_gone_can_not_be_named_any_more(tmp_path: Path) -> None:
    (finding,) = documents(compared(tmp_path, TYPED, TYPED.replace(DERIVED, ""), "receive"))

    assert (finding.rule.name, finding.before, finding.after) == (
        "derived-type-removed",
        "may be named",
        "no such type",
    )


def test_a_finding_has_the_line_of_its_own_type_where_two_begin_on_one_line(tmp_path: Path) -> None:
    def length(name: str, before: str, bound: int) -> str:
        facet = f'{before}<xs:maxLength value="{bound}"/>'
        return f'<xs:simpleType name="{name}"><xs:restriction base="xs:string">{facet}</xs:restriction></xs:simpleType>'

    old = schema('<xs:element name="root" type="A"/>' + length("A", "", 5) + length("B", "\n", 9))

    (finding,) = documents(compared(tmp_path, old, old.replace('value="5"', 'value="3"'), "receive"))

    assert finding.old_place is not None
    assert finding.old_place.line == 3


def test_every_aspect_has_its_change() -> None:
    assert set(NARROWINGS) == set(ASPECTS)


def test_differences_do_not_hide_each_other(tmp_path: Path) -> None:
    deep = f'<xs:element name="deep"><xs:complexType>{X}</xs:complexType></xs:element>'
    old = root(sequence(A, OPTIONAL_B, deep))
    new = root(sequence(A, B.replace('"b"', '"c"'), deep.replace("xs:int", "xs:byte")))

    found = documents(compared(tmp_path, old, new, "receive"))

    assert {(one.rule.name, one.path) for one in found if one.severity == "breaking"} == {
        ("element-removed", "/root/b"),
        ("element-now-required", "/root/c"),
        ("range-narrowed", "/root/deep/@x"),
    }


def test_a_witness_has_nothing_wrong_but_what_it_shows(tmp_path: Path) -> None:
    deep = f'<xs:element name="deep"><xs:complexType>{sequence(OPTIONAL_B)}{X}</xs:complexType></xs:element>'
    old = root(sequence(A.replace("xs:int", "xs:token"), deep, '<xs:element name="z" type="xs:token" minOccurs="0"/>'))
    new = old.replace('name="a" type="xs:token"', 'name="a" type="xs:int"').replace(' minOccurs="0"', "")
    new = new.replace(X, X.replace("/>", ' use="required"/>'))

    found = documents(compared(tmp_path, old, new, "receive"))

    assert len(found) == 4
    for finding in found:
        assert finding.witness is not None
        problems = version("new", tmp_path / "new", "new").validator.validate(finding.witness.document.encode())
        assert len(problems) == 1, finding.witness.document


def test_a_change_inside_of_a_type_is_told_once_however_many_elements_have_it(tmp_path: Path) -> None:
    type_ = f'<xs:complexType name="T">{sequence(A)}</xs:complexType>'
    elements = "".join(f'<xs:element name="{name}" type="T"/>' for name in "bcd")
    old = root(sequence(elements), type_)

    (finding,) = documents(compared(tmp_path, old, old.replace("xs:int", "xs:byte"), "receive"))
    retyped = root(sequence(A, B))
    changed_twice = documents(compared(tmp_path, retyped, retyped.replace("xs:int", "xs:byte"), "receive"))

    assert (finding.path, finding.also) == ("/root/b/a", "2 other elements have this type.")
    assert [one.path for one in changed_twice] == ["/root/a", "/root/b"]


def test_a_fingerprint_stays_while_the_change_is_the_same(tmp_path: Path) -> None:
    old, new, _ = NARROWINGS["enumeration"]

    (one,) = documents(compared(tmp_path, old, new))
    (moved,) = documents(compared(tmp_path, old, new.replace("<xs:element ", "<!-- moved -->\n<xs:element ")))
    (other,) = documents(compared(tmp_path, old, new.replace('"one"', '"two"')))

    assert one.fingerprint == moved.fingerprint
    assert one.fingerprint != other.fingerprint


def test_the_names_of_rules_are_single_and_each_is_documented() -> None:
    names = [rule.name for rule in rules()]

    assert len(names) == len(set(names))
    assert all(rule.documentation.endswith(".") for rule in rules())
    assert [rule.name for rule in rules() if rule.name.endswith("-narrowed") and not rule.suggestion] == []
