"""An attribute that is removed."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.attribute import ASPECT
from tests.support.schema_builder import attribute, make_schema
from tests.support.schema_change import assert_narrowed


def test_an_attribute_that_is_removed(tmp_path: Path) -> None:
    finding = assert_narrowed(
        ASPECT, tmp_path, wide=make_schema(attribute("x")), narrow=make_schema(""), path="/root/@x"
    )

    assert (finding.before, finding.after) == ("optional, int", "absent")
