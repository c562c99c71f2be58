"""Keys, references to keys, and unique values that are added, removed, moved, restated, or compare other values."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from schemapress.diff.aspects.identity_constraint import ASPECT
from tests.conftest import schema
from tests.support.schema_builder import attribute, complex_type, element, sequence, tag
from tests.support.schema_change import find_documents


def constraint(kind: str, selector: str, *fields: str, name: str = "c", **refer: object) -> str:
    listed = tag("selector", xpath=selector) + "".join(tag("field", xpath=field) for field in fields)
    return tag(kind, listed, name=name, **refer)


ATTRIBUTES = {"id": "xs:string", "version": "xs:string", "ref": "xs:string"}


def make_version(
    constraints: str = "", of_list: str = "", *, of_other: str = "", id_traits: str = "", more: str = "", **types: str
) -> str:
    """Return a schema: `root` has at most one `list` and one `other` of items with these types of attributes."""
    attributes = "".join(attribute(name, type_) for name, type_ in {**ATTRIBUTES, **types}.items())
    attributes = attributes.replace('name="id"', f'name="id" {id_traits}')
    item = tag(
        "element",
        complex_type(sequence(element("n", "xs:string", minOccurs=0)) + attributes),
        name="item",
        minOccurs=0,
        maxOccurs="unbounded",
    )
    list_ = tag("element", complex_type(sequence(item, more)) + of_list, name="list", minOccurs=0)
    other = tag("element", complex_type(sequence(item)) + of_other, name="other", minOccurs=0)
    return schema(tag("element", complex_type(sequence(list_, other)) + constraints, name="root"))


UNIQUE = constraint("unique", "list/item", "@id")
KEY = constraint("key", "list/item", "@id")
REFERENCE = constraint("keyref", "list/item", "@ref", name="r", refer="c")


@pytest.mark.parametrize(
    ("constraints", "others"),
    [
        (UNIQUE, constraint("unique", "list/item", "@id", name="d")),
        (UNIQUE, constraint("unique", "./list/./item", "./@id")),
        (UNIQUE, constraint("unique", " list/item ", " @id ")),
        (
            constraint("unique", "list/item|other/item", "@id|n"),
            constraint("unique", "other/item | list/item", "n|@id"),
        ),
        (constraint("unique", "list/item", "@id", "n"), constraint("unique", "list/item", "n", "@id")),
        (constraint("unique", "*/item", "@id"), constraint("unique", ".//item", "@id")),
        (constraint("key", "*/item", "@id"), constraint("key", "list/item|other/item", "@id")),
        (constraint("unique", "list", "@id"), ""),
        (constraint("unique", "list/item", "@none"), ""),
        (
            KEY + REFERENCE,
            constraint("key", "list/item", "@id", name="k") + REFERENCE.replace('"c"', '"k"').replace('"r"', '"s"'),
        ),
    ],
)
def test_a_constraint_of_the_same_effect_is_no_difference(constraints: str, others: str, tmp_path: Path) -> None:
    assert find_documents(tmp_path, make_version(constraints), make_version(others)) == []


def test_a_constraint_that_moved_to_the_only_parent_is_no_difference(tmp_path: Path) -> None:
    moved = make_version(of_list=constraint("unique", "item", "@id", name="moved"))

    assert find_documents(tmp_path, make_version(UNIQUE), moved) == []


@pytest.mark.parametrize(
    ("constraints", "others"),
    [
        ("", UNIQUE),
        ("", KEY),
        (UNIQUE, KEY),
        (KEY, KEY + REFERENCE),
        (UNIQUE, constraint("unique", "list/item|other/item", "@id")),
        (UNIQUE, constraint("unique", ".//item", "@id")),
        (constraint("unique", "list/item", "@id", "@version"), UNIQUE),
        (constraint("unique", "list/item", "n"), constraint("unique", "list/item", "n|@id")),
        (
            constraint("key", ".//item", "@id") + REFERENCE,
            constraint("key", ".//item", "@id") + constraint("keyref", ".//item", "@ref", name="r", refer="c"),
        ),
    ],
)
def test_a_constraint_that_refuses_more(constraints: str, others: str, tmp_path: Path) -> None:
    wide, narrow = make_version(constraints), make_version(others)

    (finding,) = find_documents(tmp_path, wide, narrow, "receive")
    widened = find_documents(tmp_path, narrow, wide, "send")

    assert (finding.rule, finding.severity, finding.path) == (ASPECT.narrowed, "breaking", "/root")
    assert finding.before != finding.after
    assert finding.witness is not None
    assert finding.witness.confirmed_by
    assert [(other.rule, other.severity) for other in widened] == [(ASPECT.widened, "breaking")]


def test_a_reference_to_a_key_that_selects_less_refuses_more(tmp_path: Path) -> None:
    """The key selects the same elements of the list, but none in the other list."""
    reference = constraint("keyref", "list/item", "@ref", name="r", refer="c")
    wide, narrow = (
        make_version(constraint("unique", selector, "@id") + reference) for selector in (".//item", "list/item")
    )

    findings = [finding for finding in find_documents(tmp_path, wide, narrow) if finding.direction == "receive"]

    assert [finding.rule for finding in findings] == [ASPECT.narrowed]


def test_a_finding_shows_the_paths_of_a_constraint_that_changed(tmp_path: Path) -> None:
    both = constraint("unique", "list/item", "@id", "@version")

    (finding,) = find_documents(tmp_path, make_version(both), make_version(UNIQUE), "receive")

    assert finding.before == "unique c (@id and @version of list/item)"
    assert finding.after == "unique c (@id of list/item)"


def test_a_constraint_that_moved_to_each_of_several_parents_allows_more(tmp_path: Path) -> None:
    everywhere = make_version(constraint("unique", "*/item", "@id"))
    in_each = constraint("unique", "item", "@id")
    moved = make_version(of_list=in_each, of_other=in_each.replace('"c"', '"d"'))

    (finding,) = find_documents(tmp_path, everywhere, moved)

    assert (finding.rule, finding.direction) == (ASPECT.widened, "send")


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("xs:string", "xs:token", "receive"),
        ("xs:decimal", "xs:string", "send"),
        ("xs:anyURI", "xs:NCName", None),
        ("xs:int", "xs:decimal", None),
    ],
)
def test_a_type_whose_values_are_equal_elsewhere(
    before: str, after: str, direction: str | None, tmp_path: Path
) -> None:
    findings = find_documents(tmp_path, make_version(UNIQUE, id=before), make_version(UNIQUE, id=after))

    about = [finding for finding in findings if finding.rule in (ASPECT.narrowed, ASPECT.widened)]
    assert [finding.direction for finding in about] == ([] if direction is None else [direction])
    assert all(finding.witness is not None and finding.witness.confirmed_by for finding in findings)


def test_values_of_several_types_are_compared_with_each_other(tmp_path: Path) -> None:
    """A boolean `1` never equals the string `1`, but two strings do."""
    unique = constraint("unique", "*", "@id")
    one, two = (
        tag("element", complex_type(attribute("id", type_)), name=name, minOccurs=0)
        for name, type_ in (("a", "xs:boolean"), ("b", "xs:string"))
    )
    narrow = schema(tag("element", complex_type(sequence(one, two)) + unique, name="root"))

    findings = find_documents(tmp_path, narrow, narrow.replace("xs:boolean", "xs:string"), "receive")

    assert [finding.rule for finding in findings] == [ASPECT.narrowed, *(finding.rule for finding in findings[1:])]


@pytest.mark.parametrize(
    ("before", "after", "rules"), [("", 'default="d"', [ASPECT.narrowed]), ('default="d"', "", [])]
)
def test_a_default_counts_as_a_value(before: str, after: str, rules: list[object], tmp_path: Path) -> None:
    old, new = (make_version(UNIQUE, id_traits=traits) for traits in (before, after))

    findings = find_documents(tmp_path, old, new, "receive")

    assert [finding.rule for finding in findings if finding.direction == "receive"] == rules


@pytest.mark.parametrize(
    "constraints",
    [
        UNIQUE,
        KEY,
        KEY + REFERENCE,
        constraint("key", ".//item", "@id", "n"),
        constraint("key", ".//item", "@id") + constraint("keyref", ".//item", "n", name="r", refer="c"),
    ],
)
@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("", element("z", "xs:int", minOccurs=0), {"element-added"}),
        ("", element("z", "xs:int"), {"element-now-required", "element-added"}),
        (element("z", "xs:string"), element("z", "xs:int"), {"type-narrowed"}),
    ],
)
def test_a_change_elsewhere_is_told_beside_constraints(
    constraints: str, old: str, new: str, rules: set[str], tmp_path: Path
) -> None:
    findings = find_documents(tmp_path, make_version(constraints, more=old), make_version(constraints, more=new))

    assert {finding.rule.name for finding in findings} <= rules | {"element-required"}
    assert findings
    assert all(finding.witness is not None and finding.witness.confirmed_by for finding in findings)


@pytest.mark.parametrize(("type_", "most"), [("xs:string", 12), ("xs:date", 5), ("xs:decimal", 30), ("xs:NCName", 3)])
def test_a_document_has_as_many_keys_as_it_needs(type_: str, most: int, tmp_path: Path) -> None:
    old = make_version(KEY, id=type_)
    new = old.replace('maxOccurs="unbounded"', f'maxOccurs="{most}"', 1)

    (finding,) = find_documents(tmp_path, old, new, "receive")

    assert finding.rule.name == "occurs-narrowed"
    assert finding.witness is not None
    items = etree.fromstring(finding.witness.document.encode()).findall("list/item")
    assert len({item.get("id") for item in items}) == most + 1


def test_a_document_has_the_keys_and_ids_that_references_need(tmp_path: Path) -> None:
    """Each item refers to a key in another list, and to an ID."""
    item = tag(
        "element",
        complex_type(attribute("ref", use="required") + attribute("to", "xs:IDREF", use="required")),
        name="item",
        minOccurs=0,
        maxOccurs=9,
    )
    keys = element("key", minOccurs=0, maxOccurs=9)
    named = tag("element", complex_type(attribute("name", "xs:ID")), name="named", minOccurs=0)
    constraints = constraint("key", "key", ".") + constraint("keyref", "item", "@ref", name="r", refer="c")
    old = schema(tag("element", complex_type(sequence(item, keys, named)) + constraints, name="root"))
    new = old.replace('name="to" type="xs:IDREF" use="required"', 'name="to" type="xs:IDREF" use="required" fixed="a"')

    (finding,) = find_documents(tmp_path, old, new, "receive")

    assert finding.rule.name == "fixed-value-narrowed"
    assert finding.witness is not None
    assert finding.witness.confirmed_by


def test_an_effect_that_is_not_known_is_undecided_for_the_constraint_alone(tmp_path: Path) -> None:
    """A reference that is a number never equals a key that is a string, so no document can have one."""
    old = make_version(KEY + REFERENCE, id="xs:string", ref="xs:decimal")
    new = make_version(KEY + REFERENCE, id="xs:decimal", ref="xs:decimal", more=element("z"))

    findings = [finding for finding in find_documents(tmp_path, old, new) if finding.direction == "receive"]

    assert "element-now-required" in {finding.rule.name for finding in findings}
    (undecided,) = (finding for finding in findings if finding.rule.name == "undecided")
    assert (undecided.path, undecided.before) == ("/root", "keyref r, whose effect may differ")


def test_a_constraint_on_elements_that_nobody_declares_is_undecided_and_off(tmp_path: Path) -> None:
    anything = tag("any", namespace="##any", processContents="lax", minOccurs=0, maxOccurs="unbounded")

    def make(constraints: str) -> str:
        inside = sequence(element("a"), tag("element", complex_type(sequence(anything)), name="x"))
        return schema(tag("element", complex_type(inside) + constraints, name="root"))

    findings = find_documents(tmp_path, make(""), make(constraint("unique", ".//nowhere", "@id")), "receive")

    assert {(finding.rule.name, finding.rule.severity) for finding in findings} <= {("undecided-for-undeclared", "off")}
