"""The check of what is about a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.checks.personal import find_changes
from schemapress.diff.inputs.version import Version
from tests.conftest import schema

PERSONAL = '<xs:annotation><xs:appinfo><personal xmlns="urn:schemapress:endpoint"/></xs:appinfo></xs:annotation>'
NAME = '<xs:element name="name" type="xs:string"/>'
MARKED = f'<xs:element name="name" type="xs:string">{PERSONAL}</xs:element>'
ROOT = '<xs:element name="a"><xs:complexType><xs:sequence>{}</xs:sequence></xs:complexType></xs:element>'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (NAME, MARKED, [("personal-added", "informative", "<name> is now personal.")]),
        (MARKED, NAME, [("personal-removed", "informative", "<name> is no longer personal.")]),
        (MARKED, "", []),
        ("", MARKED, []),
        (MARKED, MARKED, []),
    ],
)
def test_an_element_of_both_versions_that_is_personal_in_one_is_named(
    tmp_path: Path, old: str, new: str, expected: list[tuple[str, str, str]]
) -> None:
    versions = []
    for name, text in (("old", old), ("new", new)):
        path = tmp_path / f"{name}.xsd"
        path.write_text(schema(ROOT.format(text)), "utf-8")
        versions.append(Version(name, (path,), ""))

    found = list(find_changes(*versions))

    assert [(finding.rule.name, finding.severity, finding.message) for finding in found] == expected
