"""An element that a lax wildcard admits, and that one version declares."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.declaration import ASPECT
from tests.conftest import schema
from tests.support.schema_builder import attribute, complex_type, element, sequence, tag
from tests.support.schema_change import find_documents

ANY = element("root", "R") + complex_type(sequence(tag("any", namespace="##any", processContents="lax")), name="R")
NOTE = complex_type(
    sequence(element("text", "xs:int"), element("more", "xs:int")) + attribute("k", use="required"), name="N"
)


def test_a_declaration_that_is_added_is_one_finding(tmp_path: Path) -> None:
    findings = find_documents(tmp_path, schema(ANY + NOTE), schema(ANY + NOTE + element("note", "N")), "receive")

    lost = [finding for finding in findings if finding.direction == "receive" and finding.severity != "off"]
    assert [(finding.rule, finding.before, finding.after) for finding in lost] == [
        (ASPECT.narrowed, "not declared", "declared")
    ]
    assert lost[0].witness is not None
    assert lost[0].witness.confirmed_by
