"""The classes that a removed endpoint takes along: told once, and no others."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.checks import python
from schemapress.diff.inputs.version import find_version
from tests.conftest import schema

COMMON = schema(
    '<xs:complexType name="T"><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence></xs:complexType>',
    'targetNamespace="urn:c" xmlns="urn:c"',
)


def message(name: str) -> str:
    """Return the document of a message with an endpoint, with a type `Status` of its own."""
    return schema(
        f"""
  <xs:annotation><xs:appinfo>
    <endpoint xmlns="urn:schemapress:endpoint" name="tell-{name}" method="POST" path="/{name}" direction="receive">
      <request element="{name}"/><response status="204"/>
    </endpoint>
  </xs:appinfo></xs:annotation>
  <xs:import namespace="urn:c" schemaLocation="common.xsd"/>
  <xs:element name="{name}"><xs:complexType><xs:sequence>
    <xs:element name="t" type="c:T"/>
    <xs:element name="status" type="Status"/>
    <xs:element name="item">
      <xs:complexType><xs:sequence><xs:element name="q" type="xs:int"/></xs:sequence></xs:complexType>
    </xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:simpleType name="Status">
    <xs:restriction base="xs:string"><xs:enumeration value="{name}"/></xs:restriction>
  </xs:simpleType>
""",
        f'targetNamespace="urn:{name}" xmlns="urn:{name}" xmlns:c="urn:c"',
    )


def list_messages(folder: Path, old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """Return the messages of the findings about classes; each version has the endpoints of some messages."""
    for side, names in (("old", old), ("new", new)):
        (folder / side).mkdir()
        (folder / side / "common.xsd").write_text(COMMON)
        for name in names:
            (folder / side / f"{name}.xsd").write_text(message(name))
    versions = [find_version(side, folder / side, side) for side in ("old", "new")]
    return [finding.message for finding in python.CHECK.find(*versions)]


def test_a_removed_endpoint_takes_its_classes_along_and_changes_no_others(tmp_path: Path) -> None:
    assert list_messages(tmp_path, ("alpha", "beta"), ("alpha",)) == [
        "Class Status1 was renamed to Status, which is otherwise the same.",
        "Class Beta was removed, and what only it uses: Beta.Item, Status2.",
    ]


def test_an_added_endpoint_brings_its_classes(tmp_path: Path) -> None:
    assert list_messages(tmp_path, ("alpha",), ("alpha", "beta")) == [
        "Class Status was renamed to Status1, which is otherwise the same.",
        "Class Beta was added, and what only it uses: Beta.Item, Status2.",
    ]
