"""An attribute that becomes required."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.attribute_presence import ASPECT
from tests.support.schema_builder import attribute, make_schema
from tests.support.schema_change import assert_narrowed


def test_an_attribute_that_becomes_required(tmp_path: Path) -> None:
    optional, required = (make_schema(attribute("x", use=use)) for use in ("optional", "required"))

    finding = assert_narrowed(ASPECT, tmp_path, wide=optional, narrow=required, path="/root/@x")

    assert (finding.before, finding.after) == ("optional, int", "required, int")
