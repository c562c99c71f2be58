"""An element that becomes required."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.presence import ASPECT
from tests.support.schema_builder import element, make_schema, sequence
from tests.support.schema_change import assert_narrowed


def test_an_element_that_becomes_required(tmp_path: Path) -> None:
    optional = make_schema(sequence(element("a"), element("b", minOccurs=0)))
    required = make_schema(sequence(element("a"), element("b")))

    finding = assert_narrowed(ASPECT, tmp_path, wide=optional, narrow=required, path="/root/b")

    assert (finding.before, finding.after) == ("0..1", "1..1")
