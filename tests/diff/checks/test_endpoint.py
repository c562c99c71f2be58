"""The check of endpoints: what changes of parameters, keys and responses are, and whom they break."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.checks.endpoint import find_changes
from schemapress.diff.inputs.version import Version
from tests.conftest import schema

FACTS = """
<xs:annotation><xs:appinfo>
<endpoint xmlns="urn:schemapress:endpoint" name="a" method="POST" path="/{{x}}" {keys}>
{parameters}<request element="a"/>{responses}</endpoint></xs:appinfo></xs:annotation>
<xs:element name="a"><xs:complexType><xs:sequence><xs:element name="id" type="xs:int"/></xs:sequence></xs:complexType>
</xs:element>
<xs:element name="b" type="xs:int"/>
"""
DONE = '<response status="204"/>'
QUERY = '<parameter name="q" in="query" type="xs:int"/>'


def changes(folder: Path, old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str, str]]:
    versions = []
    for name, changed in (("old", old), ("new", new)):
        path = folder / f"{name}.xsd"
        text = FACTS.format(**{"keys": "", "parameters": "", "responses": DONE, **changed})
        path.write_text(schema(text), "utf-8")
        versions.append(Version(name, (path,), ""))
    return [(finding.rule.name, finding.severity, finding.before, finding.after) for finding in find_changes(*versions)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"parameters": QUERY}, ("parameter-added", "compatible", "", "optional int")),
        ({"parameters": QUERY}, {}, ("parameter-changed", "breaking", "optional int", "")),
        (
            {},
            {"parameters": QUERY.replace("/>", ' required="true"/>')},
            ("parameter-changed", "breaking", "", "required int"),
        ),
        (
            {},
            {"parameters": '<parameter name="x" in="path" type="xs:int"/>'},
            ("parameter-changed", "breaking", "required string", "required int"),
        ),
        ({}, {"keys": 'ordering-key="id"'}, ("ordering-key-changed", "compatible", "none", "id")),
        ({}, {"keys": 'sender-key="id"'}, ("sender-key-changed", "breaking", "none", "id")),
        (
            {"responses": f'{DONE}<response status="409" element="a"/>'},
            {"responses": f'{DONE}<response status="409" element="a"/><response status="409" element="b"/>'},
            ("response-body-changed", "breaking", "a", "a or b"),
        ),
    ],
)
def test_a_change_of_an_endpoint_is_named(
    tmp_path: Path, old: dict[str, str], new: dict[str, str], expected: tuple[str, str, str, str]
) -> None:
    assert changes(tmp_path, old, new) == [expected]
