"""An element that is no longer nillable."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.nillable import ASPECT
from tests.support.schema_builder import element, make_schema, sequence
from tests.support.schema_change import assert_narrowed


def test_an_element_that_is_no_longer_nillable(tmp_path: Path) -> None:
    wide, narrow = (make_schema(sequence(element("a", nillable=nillable))) for nillable in ("true", "false"))

    finding = assert_narrowed(ASPECT, tmp_path, wide=wide, narrow=narrow, path="/root/a")

    assert (finding.before, finding.after) == ("nillable", "not nillable")
