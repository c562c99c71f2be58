"""Versions with renamed namespaces, and old ones that break a rule of XSD."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.comparison import Comparison, compare
from schemapress.diff.inputs.version import Reading, Version, find_version
from schemapress.errors import SchemapressError
from tests.conftest import schema

LENIENT = Reading(is_lenient=True)


def write(folder: Path, **documents: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        (folder / f"{name}.xsd").write_text(text)
    return folder


def of_namespace(namespace: str, content: str, more: str = "") -> str:
    return schema(content, f'targetNamespace="{namespace}" xmlns="{namespace}" elementFormDefault="qualified" {more}')


def read(folder: Path, reading: Reading = LENIENT) -> Version:
    return find_version(folder.name, folder, folder.name, reading)


def list_rules(comparison: Comparison) -> list[str]:
    return [finding.rule.name for finding in comparison.findings if finding.rule.kind != "python"]


ROOT = """
<xs:import namespace="urn:{0}-types" schemaLocation="types.xsd"/>
<xs:element name="root"><xs:complexType><xs:sequence>
  <xs:element ref="t:part"/>
  <xs:any namespace="urn:{0}-types ##local" processContents="skip" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
"""


def write_pair(folder: Path, name: str) -> Path:
    """Return a version of two documents that refer to each other's namespace."""
    return write(
        folder / name,
        root=of_namespace(f"urn:{name}", ROOT.format(name), f'xmlns:t="urn:{name}-types"'),
        types=of_namespace(f"urn:{name}-types", '<xs:element name="part" type="xs:int"/>'),
    )


def test_a_mapping_renames_imports_prefixes_and_wildcards_and_keeps_lines(tmp_path: Path) -> None:
    old, new = (write_pair(tmp_path, name) for name in ("old", "new"))
    renaming = {"urn:old": "urn:new", "urn:old-types": "urn:new-types"}

    comparison = compare("api", read(old).with_renaming(renaming), read(new, Reading()))

    assert list_rules(comparison) == ["namespace-changed", "namespace-changed"]
    of_message, of_import = comparison.findings
    assert (of_message.path, of_import.path) == ("/root", "urn:old-types")
    assert str(of_message.old_place) == "old/root.xsd:5"
    assert of_message.witness is not None
    assert of_message.witness.confirmed_by == ("libxml2",)


def test_an_import_of_what_becomes_the_own_namespace_is_an_include(tmp_path: Path) -> None:
    old = write_pair(tmp_path, "old")
    joined = ROOT.format("old").replace('import namespace="urn:old-types"', "include").replace("t:part", "part")
    new = write(
        tmp_path / "new",
        root=of_namespace("urn:old", joined.replace("urn:old-types", "urn:old")),
        types=of_namespace("urn:old", '<xs:element name="part" type="xs:int"/>'),
    )

    comparison = compare("api", read(old).with_renaming({"urn:old-types": "urn:old"}), read(new, Reading()))

    assert list_rules(comparison) == ["namespace-changed"]


def test_two_namespaces_that_become_one_may_declare_the_same_name(tmp_path: Path) -> None:
    old = write_pair(tmp_path, "old")
    types = old / "types.xsd"
    types.write_text(types.read_text().replace("</xs:schema>", '<xs:element name="root" type="xs:int"/></xs:schema>'))
    new = write_pair(tmp_path, "new")

    comparison = compare("api", read(old, Reading()).with_renaming({"urn:old-types": "urn:old"}), read(new, Reading()))

    (notice,) = [finding for finding in comparison.findings if finding.rule.name == "old-version-invalid"]
    assert notice.message.startswith("With renamed namespaces, it is invalid, and is compared as far as it loads: ")
    assert notice.message.endswith("[sch-props-correct.2]")


@pytest.mark.parametrize(("before", "after"), [("", "urn:new"), ("urn:old", "")])
def test_a_namespace_that_appears_or_disappears_is_a_change_too(tmp_path: Path, before: str, after: str) -> None:
    element = '<xs:element name="root" type="T"/><xs:simpleType name="T"><xs:restriction base="xs:{}"/></xs:simpleType>'
    for name, namespace, type_ in (("old", before, "int"), ("new", after, "long")):
        content = element.format(type_)
        write(tmp_path / name, root=of_namespace(namespace, content) if namespace else schema(content))

    comparison = compare("api", read(tmp_path / "old"), read(tmp_path / "new", Reading()))

    assert list_rules(comparison) == ["namespace-changed", "range-widened"]
    changed = comparison.findings[0]
    assert (changed.before, changed.after) == (before or "no namespace", after or "no namespace")


def test_only_a_namespace_without_messages_in_the_new_version_is_taken_for_a_changed_one(tmp_path: Path) -> None:
    one, other = '<xs:element name="one" type="xs:int"/>', '<xs:element name="other" type="xs:int"/>'
    old = write(tmp_path / "old", a=of_namespace("urn:a", one), b=of_namespace("urn:b", other))
    new = write(tmp_path / "new", a=of_namespace("urn:a", one), c=of_namespace("urn:c", other))

    assert list_rules(compare("api", read(old), read(new, Reading()))) == ["namespace-changed"]


A = '<xs:element name="a" type="xs:int" minOccurs="0"/>'
INVALID = {
    "src-resolve": (f'{A}<xs:element ref="nowhere" minOccurs="0"/>', ""),
    "cos-nonambig": (f"{A}\n{A}", ""),
    "cos-element-consistent": (f'{A}<xs:element name="b" type="xs:int"/><xs:element name="a" type="xs:long"/>', ""),
    "sch-props-correct": (A, '<xs:element name="root" type="xs:int"/>'),
    "derivation-ok-restriction": (
        A,
        f'<xs:complexType name="B"><xs:sequence>{A}</xs:sequence></xs:complexType>'
        '<xs:complexType name="D"><xs:complexContent><xs:restriction base="B"><xs:sequence>'
        '<xs:element name="b" type="xs:int"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>',
    ),
}
"""The content of the root element of an invalid schema, and more components, by the rule that it breaks."""


@pytest.mark.parametrize("rule", INVALID)
def test_an_invalid_old_version_is_reported_with_rule_and_place_and_compared(tmp_path: Path, rule: str) -> None:
    content, more = INVALID[rule]
    root = f'<xs:element name="root"><xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType></xs:element>'
    old = write(tmp_path / "old", root=schema(f"{root}{more}"))
    new = write(tmp_path / "new", root=schema('<xs:element name="root" type="xs:date"/>'))

    comparison = compare("api", read(old), read(new, Reading()))

    (notice,) = [finding for finding in comparison.findings if finding.rule.name == "old-version-invalid"]
    assert f"[{rule}" in notice.message
    assert str(notice.old_place).startswith("old/root.xsd:")
    assert (notice.rule.kind, notice.severity) == ("documentation", "informative")
    assert "type-narrowed" in list_rules(comparison)
    with pytest.raises(SchemapressError, match=f"old does not load: .*{rule}"):
        _ = read(old, Reading()).schema
    with pytest.raises(SchemapressError, match="old does not load"):
        compare("api", read(new), read(old, Reading()))


def test_a_missing_file_of_the_old_version_is_reported(tmp_path: Path) -> None:
    element = '<xs:element name="root" type="xs:int"/>'
    old = write(tmp_path / "old", root=schema(f'<xs:include schemaLocation="gone.xsd"/>{element}'))
    new = write(tmp_path / "new", root=schema(element))

    (notice,) = compare("api", read(old), read(new, Reading()), kinds=["documents"]).findings

    assert notice.rule.name == "old-version-invalid"
    assert "gone.xsd, which does not exist" in notice.message
    assert str(notice.old_place) == "old/root.xsd:3"


def test_a_document_on_the_network_is_asked_for_and_not_taken_for_anything(tmp_path: Path) -> None:
    imported = '<xs:import namespace="urn:x" schemaLocation="https://example.org/x.xsd"/>'
    root = schema(f'{imported}<xs:element name="root" type="x:T"/>', 'xmlns:x="urn:x"')
    write(tmp_path / "old", root=root)

    with pytest.raises(SchemapressError, match="not on this machine") as raised:
        _ = read(tmp_path / "old").schema

    assert raised.value.hint is not None
    assert "--old-" in raised.value.hint


def test_the_place_of_a_child_is_the_reference_to_it(tmp_path: Path) -> None:
    for name, occurs in (("old", "2"), ("new", "1")):
        content = f'<xs:sequence>\n<xs:element ref="a" maxOccurs="{occurs}"/></xs:sequence>'
        root = f'<xs:element name="root"><xs:complexType>{content}</xs:complexType></xs:element>'
        write(tmp_path / name, root=schema(f'<xs:element name="a" type="xs:int"/>\n\n{root}'))

    (finding,) = compare("api", read(tmp_path / "old"), read(tmp_path / "new"), kinds=["documents"]).findings

    assert str(finding.new_place) == "new/root.xsd:6"


def test_simple_content_of_a_type_that_is_missing_constrains_nothing(tmp_path: Path) -> None:
    content = (
        '<xs:element name="r"><xs:complexType><xs:simpleContent><xs:extension base="{}"><xs:attribute name="k"/>'
        "</xs:extension></xs:simpleContent></xs:complexType></xs:element>"
    )
    old = write(tmp_path / "old", root=schema(content.format("Missing")))
    new = write(tmp_path / "new", root=schema(content.format("xs:string")))

    comparison = compare("api", read(old), read(new, Reading()))

    assert "old-version-invalid" in list_rules(comparison)
