"""One finding per cause, however many elements, attributes and messages a change concerns."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import schema
from tests.support.schema_builder import attribute, complex_type, element, sequence, tag
from tests.support.schema_change import find_documents


def extension(name: str, base: str, *content: str) -> str:
    return complex_type(tag("complexContent", tag("extension", "".join(content), base=base)), name=name)


def code(longest: int) -> str:
    return tag("simpleType", tag("restriction", tag("maxLength", value=str(longest)), base="xs:string"), name="Code")


def test_a_facet_of_a_type_is_told_once_for_all_its_attributes_and_elements(tmp_path: Path) -> None:
    types = "".join(complex_type(sequence() + attribute("code", "Code"), name=f"T{number}") for number in range(4))
    inside = sequence(*(element(f"e{number}", f"T{number}") for number in range(4)), element("text", "Code"))
    old, new = (schema(element("root", "R") + complex_type(inside, name="R") + types + code(n)) for n in (9, 5))

    (finding,) = find_documents(tmp_path, old, new, "receive")

    assert finding.rule.name == "length-narrowed"
    assert finding.elsewhere == 4
    assert len(finding.samples) == 3
    assert "4 other elements changed with it, such as /root/" in finding.also


def test_an_element_of_a_base_is_told_once_for_all_types_that_inherit_it(tmp_path: Path) -> None:
    derived = "".join(extension(f"D{number}", "Base", sequence(element(f"own{number}"))) for number in range(3))
    inside = complex_type(sequence(*(element(f"e{number}", f"D{number}") for number in range(3))), name="R")
    old, new = (
        schema(element("root", "R") + inside + derived + complex_type(sequence(*content), name="Base"))
        for content in ((element("a"), element("b", minOccurs="0")), (element("a"),))
    )

    (finding,) = find_documents(tmp_path, old, new, "receive")

    assert (finding.rule.name, finding.elsewhere) == ("element-removed", 2)


def test_types_that_disappear_are_one_finding_for_each_hierarchy(tmp_path: Path) -> None:
    bases = "".join(complex_type(sequence(), name=name) for name in ("Base", "Other"))
    inside = complex_type(sequence(element("a", "Base"), element("b", "Base"), element("c", "Other")), name="R")
    removed = "".join(extension(f"D{number}", "Base") for number in range(8)) + extension("E", "Other")
    old, new = (schema(element("root", "R") + inside + bases + types) for types in (removed, ""))

    findings = find_documents(tmp_path, old, new, "receive")

    assert [finding.rule.name for finding in findings] == ["derived-type-removed"] * 2
    (first, second) = findings
    assert (len(first.others), len(second.others)) == (7, 0)
    assert "The same goes for 7 other types of the hierarchy: D1, D2, D3, D4, D5 and 2 more." in first.also


def test_what_only_an_undeclared_element_shows_is_off_and_told_of_a_declared_one_first(tmp_path: Path) -> None:
    anything = tag("any", namespace="##other", processContents="lax", minOccurs="0")
    root = complex_type(sequence(element("used", "T"), anything), name="R")

    def make(type_: str) -> str:
        types = "".join(complex_type(sequence(element("a", type_)), name=name) for name in ("T", "Unused"))
        return schema(element("root", "R") + root + types)

    findings = find_documents(tmp_path, make("xs:int"), make("xs:byte"), "receive")

    told = [finding.path for finding in findings if finding.severity != "off"]
    assert told == ["/root/used/a"]
    assert [finding.rule.name for finding in findings if finding.severity == "off"] == ["undeclared-type-removed"]


def test_a_type_is_told_where_it_is_declared_whatever_message_comes_first(tmp_path: Path) -> None:
    anything = complex_type(sequence(tag("any", namespace="##other", processContents="lax")), name="W")

    def make(type_: str) -> str:
        held = complex_type(sequence(element("a", type_)), name="T")
        return schema(element("first", "W") + element("second", "T") + anything + held)

    findings = find_documents(tmp_path, make("xs:int"), make("xs:byte"), "receive")

    assert "/second/a" in [finding.path for finding in findings if finding.severity != "off"]
