"""Inclusion of documents, held against sample documents and other validators."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from schemapress.compilation import validator_of
from schemapress.diff.aspects import abstract, bounds, fixed_value, presence
from schemapress.diff.declarations.document_inclusion import DocumentInclusion, InclusionResult
from schemapress.load.loader import load
from tests.conftest import schema
from tools.pairs import compare_seed

PAIRS = 150
DOCUMENTS = 100


def compare(folder: Path, narrow: str, wide: str) -> InclusionResult:
    for name, text in (("narrow.xsd", narrow), ("wide.xsd", wide)):
        (folder / name).write_text(text)
    narrow_validator, wide_validator = (validator_of(load((folder / name,))) for name in ("narrow.xsd", "wide.xsd"))
    return DocumentInclusion(narrow_validator, wide_validator).compare("root")


def root(content: str, more: str = "") -> str:
    return schema(f'<xs:element name="root"><xs:complexType>{content}</xs:complexType></xs:element>{more}')


@pytest.mark.parametrize("seed", range(PAIRS))
def test_inclusion_of_documents_agrees_with_confirmed_documents(seed: int, tmp_path: Path) -> None:
    counted, wrong = compare_seed(seed, tmp_path, DOCUMENTS)

    if counted["invalid"]:
        pytest.skip("the edit made the schema invalid")
    assert wrong == []


A = '<xs:element name="a" type="xs:int"/>'
B = '<xs:element name="b" type="xs:int"/>'
NAMED = '<xs:complexType name="T"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            root(f"<xs:sequence>{A}{B}</xs:sequence>"),
            root(f"<xs:sequence>{A}<xs:sequence>{B}</xs:sequence></xs:sequence>"),
        ),
        (root(f"<xs:choice>{A}{B}</xs:choice>"), root(f"<xs:choice>{B}{A}</xs:choice>")),
        (root(f"<xs:sequence>{A}</xs:sequence>"), schema(f'<xs:element name="root" type="T"/>{NAMED}')),
        (
            root('<xs:attribute name="x" type="xs:int"/>'),
            root(
                '<xs:attributeGroup ref="g"/>',
                '<xs:attributeGroup name="g"><xs:attribute name="x" type="xs:int"/></xs:attributeGroup>',
            ),
        ),
    ],
)
def test_another_way_to_write_a_schema_changes_nothing(old: str, new: str, tmp_path: Path) -> None:
    assert compare(tmp_path, old, new) == InclusionResult()
    assert compare(tmp_path, new, old) == InclusionResult()


@pytest.mark.parametrize(
    ("wide", "narrow", "document"),
    [
        (
            root(f"<xs:sequence minOccurs='0'>{A}</xs:sequence>"),
            root(f"<xs:sequence>{A}</xs:sequence>"),
            "<root/>",
        ),
        (root(f"<xs:choice>{A}{B}</xs:choice>"), root(f"<xs:choice>{A}</xs:choice>"), "<root><b>0</b></root>"),
        (
            root('<xs:attribute name="x" type="xs:int"/>'),
            root('<xs:attribute name="x" type="xs:int" use="required"/>'),
            "<root/>",
        ),
        (root('<xs:attribute name="x" type="xs:int"/>'), root(""), '<root x="0"/>'),
        (
            schema('<xs:element name="root" type="xs:int" nillable="true"/>'),
            schema('<xs:element name="root" type="xs:int"/>'),
            '<root xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>',
        ),
        (
            root('<xs:sequence><xs:any processContents="skip" minOccurs="0"/></xs:sequence>'),
            root("<xs:sequence/>"),
            "<root><root/></root>",
        ),
        (
            root('<xs:sequence><xs:element ref="root" minOccurs="0"/></xs:sequence><xs:attribute name="x"/>'),
            root('<xs:sequence><xs:element ref="root" minOccurs="0"/></xs:sequence>'),
            '<root x="0"/>',
        ),
    ],
)
def test_a_small_document_shows_a_narrowed_schema(wide: str, narrow: str, document: str, tmp_path: Path) -> None:
    (witness, *_) = compare(tmp_path, wide, narrow).counterexamples

    parser = etree.XMLParser(remove_blank_text=True)
    assert etree.tostring(etree.fromstring(witness.document, parser)).decode() == document
    assert compare(tmp_path, narrow, wide) == InclusionResult()


def test_a_difference_that_is_deeper_than_documents_may_be_is_undecided(tmp_path: Path) -> None:
    types = [
        f'<xs:complexType name="T{number}"><xs:sequence><xs:element name="e" type="T{number + 1}" minOccurs="0"/>'
        "</xs:sequence></xs:complexType>"
        for number in range(300)
    ]
    last = '<xs:complexType name="T300"><xs:attribute name="x"/></xs:complexType>'
    old = schema(f'<xs:element name="root" type="T0"/>{"".join(types)}{last}')

    (unknown,) = compare(tmp_path, old, old.replace('<xs:attribute name="x"/>', "")).undecided

    assert unknown.reason == "a document of more than 256 levels"


def test_a_type_is_compared_where_it_can_be_whatever_was_met_first(tmp_path: Path) -> None:
    facet = '<xs:restriction base="xs:token"><xs:maxLength value="3"/></xs:restriction>'
    type_ = f'<xs:simpleType name="T">{facet}</xs:simpleType>'
    fixed = '<xs:element name="a" type="T" fixed="x"/><xs:element name="b" type="T"/>'
    old = root(f"<xs:sequence>{fixed}</xs:sequence>", type_)
    held = '<xs:complexType name="C"><xs:attribute name="x" type="xs:int"/></xs:complexType>'
    head = '<xs:element name="head" type="C"/><xs:element name="member" type="C" substitutionGroup="head"/>'
    other = root('<xs:sequence><xs:element ref="head"/></xs:sequence>', held + head)
    narrowed = other.replace('name="head"', 'name="head" abstract="true"').replace("xs:int", "xs:byte")

    shorter = compare(tmp_path, old, old.replace('value="3"', 'value="2"')).counterexamples
    abstracted = compare(tmp_path, other, narrowed).counterexamples

    assert [witness.difference.pair.tags for witness in shorter] == [("root", "b")]
    assert {(witness.difference.aspect, witness.difference.pair.tags) for witness in abstracted} == {
        (abstract.ASPECT, ("root", "head")),
        (bounds.ASPECT, ("root", "member")),
    }


def test_large_all_groups_are_decided_and_have_small_witnesses(tmp_path: Path) -> None:
    inner = "".join(f'<xs:element name="e{number}" type="xs:int"/>' for number in range(30))
    holder = f'<xs:element name="h"><xs:complexType><xs:all>{inner}</xs:all></xs:complexType></xs:element>'
    old = root(f"<xs:sequence>{A}{holder}</xs:sequence>")

    (witness,) = compare(tmp_path, old, old.replace('"e29" type="xs:int"', '"e29" type="xs:byte"')).counterexamples

    assert witness.problem.path == "/root/h/e29"
    assert len(etree.fromstring(witness.document).findall("h/*")) == 30


@pytest.mark.parametrize("namespace", ["a b", "%%"])
def test_a_difference_in_a_namespace_that_is_no_uri_is_undecided(namespace: str, tmp_path: Path) -> None:
    attributes = f'targetNamespace="{namespace}" elementFormDefault="qualified"'

    def in_it(occurs: str, attribute: str) -> str:
        wildcard = "" if namespace == "%%" else f'<xs:any namespace="{namespace} urn:x" {occurs}/>'  # judges differ
        content = f'<xs:sequence><xs:element name="a" {occurs}/>{wildcard}</xs:sequence>'
        attribute = f'<xs:attribute name="k" {attribute}/>'
        return schema(
            f'<xs:element name="root"><xs:complexType>{content}{attribute}</xs:complexType></xs:element>', attributes
        )

    versions = {"old": in_it("", ""), "new": in_it('minOccurs="0"', 'use="required"')}
    validators = {}
    for name, text in versions.items():
        (tmp_path / f"{name}.xsd").write_text(text.replace('name="a" />', 'name="a"/>'), "utf-8")
        validators[name] = validator_of(load((tmp_path / f"{name}.xsd",)))
    tag = f"{{{namespace}}}root"

    assert DocumentInclusion(validators["old"], validators["old"]).compare(tag) == InclusionResult()
    for narrow, wide in (("old", "new"), ("new", "old")):
        result = DocumentInclusion(validators[narrow], validators[wide]).compare(tag)
        assert result.counterexamples == ()
        assert {undecided.reason for undecided in result.undecided} == {
            f"an example with the namespace {namespace!r}, which is no URI"
        }


@pytest.mark.parametrize("use", ["required", "optional"])
@pytest.mark.parametrize("type_", ["ENTITY", "ENTITIES"])
def test_what_only_an_entity_shows_is_undecided(type_: str, use: str, tmp_path: Path) -> None:
    old = root(f'<xs:attribute name="e" type="xs:{type_}" use="{use}"/>')
    new = root('<xs:attribute name="f"/>')

    result = compare(tmp_path, old, new)

    assert result.counterexamples == ()
    assert {unknown.reason for unknown in result.undecided} == {f"an example of simple type {type_}"}


def mixed(child: str, occurs: str = 'minOccurs="0"', fixed: str = "") -> str:
    """Return a mixed element in a root, with a fixed value if one is given."""
    content = f'<xs:sequence><xs:element name="{child}" {occurs}/></xs:sequence>'
    type_ = f'<xs:complexType mixed="true">{content}</xs:complexType>'
    return root(f'<xs:sequence><xs:element name="m" {fixed}>{type_}</xs:element></xs:sequence>')


def test_mixed_content_with_a_fixed_value_has_no_children(tmp_path: Path) -> None:
    fixed = mixed("z", fixed='fixed="a b"')

    other_text, removed = compare(tmp_path, mixed("a"), fixed).counterexamples
    (missing,) = compare(tmp_path, fixed, mixed("a", "")).counterexamples

    assert (other_text.difference.aspect, other_text.problem.path) == (fixed_value.ASPECT, "/root/m")
    assert (removed.difference.subject, removed.problem.path) == ("a", "/root/m/a")
    assert (missing.difference.aspect, missing.problem.path) == (presence.ASPECT, "/root/m")
    assert compare(tmp_path, fixed, mixed("a")) == InclusionResult()


def test_the_children_of_a_type_are_compared_although_a_fixed_value_was_met_first(tmp_path: Path) -> None:
    def typed(child: str) -> str:
        content = f'<xs:sequence><xs:element name="{child}" minOccurs="0"/></xs:sequence>'
        type_ = f'<xs:complexType name="M" mixed="true">{content}</xs:complexType>'
        return root(
            '<xs:sequence><xs:element name="m" type="M" fixed="x"/><xs:element name="n" type="M"/></xs:sequence>', type_
        )

    (removed,) = compare(tmp_path, typed("a"), typed("b")).counterexamples

    assert (removed.difference.pair.tags, removed.difference.subject) == (("root", "n"), "a")
