"""Types that an element declared nowhere may name, under a lax wildcard: off unless a project asks for them."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.undeclared_type import ASPECT
from tests.conftest import schema
from tests.support.schema_builder import complex_type, element, sequence, tag
from tests.support.schema_change import find_documents

ANY = complex_type(sequence(tag("any", namespace="##any", processContents="lax")), name="R")
MANY = "".join(complex_type(sequence(), name=name) for name in ("A", "B", "C"))


def test_types_that_disappear_are_one_finding_that_is_off(tmp_path: Path) -> None:
    old, new = (schema(element("root", "R") + ANY + types) for types in (MANY, ""))

    (finding,) = find_documents(tmp_path, old, new, "receive")

    assert (finding.rule, finding.severity) == (ASPECT.narrowed, "off")
    assert {finding.path.rpartition("=")[2], *finding.others} == {"A", "B", "C"}
