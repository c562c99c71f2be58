"""An element or attribute that probably has another name."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.diff.aspects.rename import ASPECT
from tests.support.schema_builder import attribute, element, make_schema, restriction, sequence, tag
from tests.support.schema_change import find_documents

REST = (element("first", "xs:date"), element("last", "xs:string", minOccurs="0"))


@pytest.mark.parametrize("minimum", ["0", "1"])
def test_an_element_with_another_name_is_one_finding_with_both_documents(tmp_path: Path, minimum: str) -> None:
    old, new = (
        make_schema(sequence(REST[0], element(name, "xs:int", minOccurs=minimum), REST[1]))
        for name in ("faultId", "faultIdentifier")
    )

    (finding,) = find_documents(tmp_path, old, new)

    assert (finding.rule, finding.direction, finding.severity) == (ASPECT.narrowed, None, "breaking")
    assert (finding.path, finding.before, finding.after) == ("/root/faultId", "faultId", "faultIdentifier")
    assert finding.witness is not None
    assert "<faultId>" in finding.witness.document
    assert finding.reverse is not None
    assert "<faultIdentifier>" in finding.reverse.document


def test_an_attribute_with_another_name_is_one_finding(tmp_path: Path) -> None:
    old, new = (make_schema(sequence() + attribute(name, "xs:int", use="required")) for name in ("no", "number"))

    (finding,) = find_documents(tmp_path, old, new)

    assert (finding.rule, finding.path, finding.after) == (ASPECT.narrowed, "/root/@no", "number")


def test_anonymous_types_with_the_same_facets_are_the_same_type(tmp_path: Path) -> None:
    old, new = (
        make_schema(sequence(tag("element", restriction("xs:string", ("maxLength", 9)), name=name)))
        for name in ("a", "b")
    )

    (finding,) = find_documents(tmp_path, old, new)

    assert finding.rule is ASPECT.narrowed


@pytest.mark.parametrize(
    "new",
    [
        sequence(REST[0], element("other", "xs:date"), REST[1]),
        sequence(element("faultIdentifier", "xs:int"), REST[0], REST[1]),
        sequence(REST[0], element("weight", "xs:int"), element("size", "xs:int"), REST[1]),
    ],
    ids=["another type", "another place", "two of which none is similar"],
)
def test_what_may_be_another_element_is_no_renaming(tmp_path: Path, new: str) -> None:
    old = sequence(REST[0], element("faultId", "xs:int"), REST[1])

    findings = find_documents(tmp_path, make_schema(old), make_schema(new))

    assert findings
    assert all(finding.rule is not ASPECT.narrowed for finding in findings)
