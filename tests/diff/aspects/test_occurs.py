"""An element that may occur less often."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.occurs import ASPECT
from tests.support.schema_builder import element, make_schema, sequence
from tests.support.schema_change import assert_narrowed


def test_an_element_that_may_occur_less_often(tmp_path: Path) -> None:
    five, four = (make_schema(sequence(element("a", maxOccurs=limit))) for limit in (5, 4))

    finding = assert_narrowed(ASPECT, tmp_path, wide=five, narrow=four, path="/root/a")

    assert (finding.before, finding.after) == ("1..5", "1..4")
