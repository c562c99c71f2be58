"""An attribute wildcard that is removed."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.attribute_wildcard import ASPECT
from tests.support.schema_builder import make_schema, tag
from tests.support.schema_change import assert_narrowed


def test_an_attribute_wildcard_that_is_removed(tmp_path: Path) -> None:
    wide = make_schema(tag("anyAttribute", processContents="skip"))

    finding = assert_narrowed(ASPECT, tmp_path, wide=wide, narrow=make_schema(""), path="/root/@root")

    assert (finding.before, finding.after) == ("any attribute (skip)", "no wildcard")
