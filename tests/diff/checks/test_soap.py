"""The check of endpoints of SOAP: versions, actions, header blocks and faults, and whom a change of them breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.checks.endpoint import find_changes
from schemapress.diff.inputs.version import Version
from tests.conftest import schema

FACTS = """
<xs:annotation><xs:appinfo>
<endpoint xmlns="urn:schemapress:endpoint" name="a" method="POST" path="/a" direction="{direction}" {soap}>
<request element="a">{blocks}</request><response status="200" element="a">{answer_blocks}</response>{faults}</endpoint>
</xs:appinfo></xs:annotation>
<xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/><xs:element name="c" type="xs:int"/>
"""
OPTIONAL, REQUIRED = '<header element="b"/>', '<header element="b" required="true"/>'
FAULT = '<fault element="c"/>'
ONE, BOTH = 'soap="1.1"', 'soap="1.1 1.2"'


def changes(folder: Path, old: dict[str, str], new: dict[str, str], direction: str) -> list[tuple[str, ...]]:
    versions = []
    parts = {"soap": ONE, "blocks": "", "answer_blocks": "", "faults": "", "direction": direction}
    for name, changed in (("old", old), ("new", new)):
        path = folder / f"{name}.xsd"
        text = schema(FACTS.format(**{**parts, **changed})).replace(
            "<xs:schema ", '<xs:schema targetNamespace="urn:t" xmlns="urn:t" ', 1
        )
        path.write_text(text, "utf-8")
        versions.append(Version(name, (path,), ""))
    return [
        (finding.rule.name, finding.severity, finding.before, finding.after, finding.message)
        for finding in find_changes(*versions)
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule", "breaks", "message"),
    [
        ({}, {"soap": BOTH}, "soap-version-added", "send", "The SOAP 1.2 of a was added."),
        ({"soap": BOTH}, {}, "soap-version-removed", "receive", "The SOAP 1.2 of a was removed."),
        ({}, {"soap": f'{ONE} soap-action="urn:x"'}, "soap-action-changed", "both", "The SOAP action of a was added."),
        (
            {"soap": f'{ONE} soap-action="urn:x"'},
            {"soap": f'{ONE} soap-action="urn:y"'},
            "soap-action-changed",
            "both",
            "The SOAP action of a changed from urn:x to urn:y.",
        ),
        ({}, {"blocks": OPTIONAL}, "header-block-added", "nobody", "The header block b of a was added."),
        ({}, {"blocks": REQUIRED}, "header-block-required", "receive", "The header block b of a was added."),
        (
            {"blocks": OPTIONAL},
            {"blocks": REQUIRED},
            "header-block-required",
            "receive",
            "The header block b of a changed from optional to required.",
        ),
        (
            {"blocks": REQUIRED},
            {"blocks": OPTIONAL},
            "header-block-optional",
            "send",
            "The header block b of a changed from required to optional.",
        ),
        ({"blocks": REQUIRED}, {}, "header-block-removed", "both", "The header block b of a was removed."),
        (
            {},
            {"answer_blocks": REQUIRED},
            "response-header-block-required",
            "send",
            "The header block of the response b of a was added.",
        ),
        (
            {"answer_blocks": REQUIRED},
            {"answer_blocks": OPTIONAL},
            "response-header-block-optional",
            "receive",
            "The header block of the response b of a changed from required to optional.",
        ),
        (
            {"answer_blocks": OPTIONAL},
            {},
            "response-header-block-removed",
            "receive",
            "The header block of the response b of a was removed.",
        ),
        ({"faults": FAULT}, {}, "fault-removed", "send", "The fault c of a was removed."),
        ({}, {"faults": FAULT}, "fault-added", "receive", "The fault c of a was added."),
    ],
)
@pytest.mark.parametrize("direction", ["send", "receive"])
def test_a_change_of_soap_breaks_the_side_that_its_rule_names(
    tmp_path: Path, old: dict[str, str], new: dict[str, str], rule: str, breaks: str, message: str, direction: str
) -> None:
    (change,) = changes(tmp_path, old, new, direction)

    assert (change[0], change[4]) == (rule, message)
    assert change[1] == ("breaking" if breaks in ("both", direction) else "compatible")


def test_an_endpoint_that_becomes_one_of_soap_breaks_both_sides(tmp_path: Path) -> None:
    found = changes(tmp_path, {"soap": ""}, {"soap": BOTH}, "receive")

    assert ("soap-changed", "breaking", "", "1.1 and 1.2", "The SOAP of a was added.") in found
    assert {name for name, *_ in found} == {"soap-changed", "media-type-changed"}
