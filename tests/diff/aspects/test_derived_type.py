"""A type that `xsi:type` can no longer name."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.derived_type import ASPECT
from tests.conftest import schema
from tests.support.schema_builder import attribute, complex_type, element, sequence, tag
from tests.support.schema_change import assert_narrowed, find_documents

BASE = complex_type(sequence(), name="Base")
DERIVED = complex_type(tag("complexContent", tag("extension", attribute("y"), base="Base")), name="Derived")
ALLOWED = schema(element("root", "Base") + BASE + DERIVED)


def test_a_type_that_is_blocked(tmp_path: Path) -> None:
    blocked = schema(element("root", "Base", block="extension") + BASE + DERIVED)

    finding = assert_narrowed(ASPECT, tmp_path, wide=ALLOWED, narrow=blocked, path="/root/xsi:type=Derived")

    assert (finding.before, finding.after) == ("may be named", "may not be named here")


def test_a_type_that_is_removed(tmp_path: Path) -> None:
    (finding,) = find_documents(tmp_path, ALLOWED, schema(element("root", "Base") + BASE), "receive")

    assert (finding.rule, finding.before, finding.after) == (ASPECT.narrowed, "may be named", "no such type")
