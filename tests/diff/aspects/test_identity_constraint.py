"""A constraint that is added."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.identity_constraint import ASPECT
from tests.conftest import schema
from tests.support.schema_builder import complex_type, element, sequence, tag
from tests.support.schema_change import assert_narrowed, find_documents

UNIQUE = tag("unique", tag("selector", xpath="a") + tag("field", xpath="."), name="u")


def make_version(constraint: str, **occurs: object) -> str:
    return schema(tag("element", complex_type(sequence(element("a", **occurs))) + constraint, name="root"))


def test_a_constraint_that_is_added(tmp_path: Path) -> None:
    plain, unique = make_version("", maxOccurs=9), make_version(UNIQUE, maxOccurs=9)

    finding = assert_narrowed(ASPECT, tmp_path, wide=plain, narrow=unique, path="/root")

    assert (finding.before, finding.after) == ("no constraint", "unique u")


def test_a_constraint_that_no_small_document_breaks_is_undecided(tmp_path: Path) -> None:
    (finding,) = find_documents(tmp_path, make_version(""), make_version(UNIQUE), "receive")

    assert (finding.rule.name, finding.before) == ("undecided", "unique u, which the other one does not have")
