"""A comparison of two versions: its findings, their places, witnesses and fingerprints."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects import ASPECTS
from schemapress.diff.comparison import compare
from schemapress.diff.inputs.version import find_version
from schemapress.diff.report import render
from schemapress.diff.review import Review
from schemapress.diff.rule_list import list_rules
from tests.conftest import schema
from tests.support.schema_builder import attribute, complex_type, element, make_restricted, make_schema, sequence, tag
from tests.support.schema_change import DOCUMENTS, find_documents


def test_a_finding_has_the_line_of_its_own_type_where_two_begin_on_one_line(tmp_path: Path) -> None:
    def make_version(bound: int) -> str:
        first = tag("restriction", tag("maxLength", value=bound), base="xs:string")
        second = tag("restriction", "\n" + tag("maxLength", value=9), base="xs:string")
        types = tag("simpleType", first, name="A") + tag("simpleType", second, name="B")
        return schema(element("root", "A") + types)

    (finding,) = find_documents(tmp_path, make_version(5), make_version(3), "receive")

    assert finding.old_place is not None
    assert finding.old_place.line == 3


def test_what_narrows_breaks_receivers_and_what_widens_breaks_senders() -> None:
    for aspect in ASPECTS:
        concerned = (aspect.narrowed.concerns, aspect.widened.concerns)
        assert concerned == (("both", "both") if aspect.narrowed is aspect.widened else ("receivers", "senders")), (
            aspect.name
        )


def test_differences_do_not_hide_each_other(tmp_path: Path) -> None:
    def make_version(second: str, type_: str) -> str:
        deep = tag("element", complex_type(attribute("x", type_)), name="deep")
        return make_schema(sequence(element("a"), second, deep))

    old = make_version(element("b", minOccurs=0), "xs:int")
    findings = find_documents(tmp_path, old, make_version(element("c"), "xs:byte"), "receive")

    assert {(finding.rule.name, finding.path) for finding in findings if finding.severity == "breaking"} == {
        ("element-removed", "/root/b"),
        ("element-now-required", "/root/c"),
        ("range-narrowed", "/root/deep/@x"),
    }


def test_a_witness_shows_one_difference_and_no_other(tmp_path: Path) -> None:
    def make_version(type_: str, least: int, use: str) -> str:
        inner = complex_type(sequence(element("b", minOccurs=least)) + attribute("x", use=use))
        last = element("z", "xs:token", minOccurs=least)
        return make_schema(sequence(element("a", type_), tag("element", inner, name="deep"), last))

    old, new = make_version("xs:token", 0, "optional"), make_version("xs:int", 1, "required")
    findings = find_documents(tmp_path, old, new, "receive")

    assert len(findings) == 4
    for finding in findings:
        assert finding.witness is not None
        problems = find_version("new", tmp_path / "new", "new").validator.validate(finding.witness.document.encode())
        assert len(problems) == 1, finding.witness.document


def test_a_change_in_a_type_is_reported_once_however_many_elements_have_it(tmp_path: Path) -> None:
    def make_shared(type_: str) -> str:
        holders = (element(name, "T") for name in "bcd")
        return make_schema(sequence(*holders), complex_type(sequence(element("a", type_)), name="T"))

    def make_separate(type_: str) -> str:
        return make_schema(sequence(element("a", type_), element("b", type_)))

    (shared,) = find_documents(tmp_path, make_shared("xs:int"), make_shared("xs:byte"), "receive")
    separate = find_documents(tmp_path, make_separate("xs:int"), make_separate("xs:byte"), "receive")

    assert (shared.path, shared.also) == ("/root/b/a", "2 other elements changed with it.")
    assert [finding.path for finding in separate] == ["/root/a", "/root/b"]


def test_a_fingerprint_stays_the_same_while_the_change_does(tmp_path: Path) -> None:
    old = make_restricted("xs:token", ("enumeration", "one"), ("enumeration", "two"))
    without_two, without_one = (make_restricted("xs:token", ("enumeration", value)) for value in ("one", "two"))

    (finding,) = find_documents(tmp_path, old, without_two)
    (moved,) = find_documents(tmp_path, old, without_two.replace("<xs:element ", "<!-- moved -->\n<xs:element "))
    (other,) = find_documents(tmp_path, old, without_one)

    assert finding.fingerprint == moved.fingerprint
    assert finding.fingerprint != other.fingerprint


def test_every_rule_has_a_name_of_its_own_and_a_documentation() -> None:
    names = [rule.name for rule in list_rules()]

    assert len(names) == len(set(names))
    assert all(rule.documentation.endswith(".") for rule in list_rules())


def test_a_document_that_libxml2_does_not_parse_is_undecided(tmp_path: Path) -> None:
    """The old version does not declare xml:id, so its wildcard takes any value; libxml2 itself asks for an NCName."""
    wildcard = '<xs:complexType><xs:anyAttribute processContents="lax"/></xs:complexType>'
    root = f'<xs:element name="root">{wildcard}</xs:element>'
    imported = '<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>'
    declared = schema(
        '<xs:attribute name="id" type="xs:ID"/>', 'targetNamespace="http://www.w3.org/XML/1998/namespace"'
    )
    for name, content in (("old", root), ("new", f"{imported}{root}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "root.xsd").write_text(schema(content))
    (tmp_path / "new" / "xml.xsd").write_text(declared)

    old, new = (find_version(name, tmp_path / name, name) for name in ("old", "new"))
    findings = compare("api", old, new).findings

    (refused,) = [finding for finding in findings if finding.direction == "receive"]
    assert refused.message.startswith("Undecided: a document that libxml2 does not parse (xml:id : attribute value ")


def test_a_change_that_several_messages_share_is_one_finding_of_the_comparison(tmp_path: Path) -> None:
    def make(type_: str) -> str:
        held = complex_type(sequence(element("a", type_)), name="T")
        return schema(element("one", "T") + element("two", "T") + held)

    for name, text in (("old", make("xs:int")), ("new", make("xs:byte"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.xsd").write_text(text)
    old, new = (find_version(name, tmp_path / name, name) for name in ("old", "new"))

    comparison = compare("api", old, new, "receive", DOCUMENTS)
    printed = render(Review((comparison,)), "text")

    assert [finding.path for finding in comparison.findings] == ["/one/a"]
    assert [message.find_effect("receive") for message in comparison.messages] == ["breaking"] * 2
    assert printed.count("no longer accepted") == 1
    assert printed.count("(as above)") == 1
