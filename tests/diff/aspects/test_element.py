"""An element that a content model no longer has."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.element import ASPECT
from tests.support.schema_builder import element, make_schema, sequence
from tests.support.schema_change import assert_narrowed


def test_an_element_that_a_content_model_no_longer_allows(tmp_path: Path) -> None:
    with_b = make_schema(sequence(element("a"), element("b", minOccurs=0)))
    without_b = make_schema(sequence(element("a")))

    finding = assert_narrowed(ASPECT, tmp_path, wide=with_b, narrow=without_b, path="/root/b")

    assert (finding.before, finding.after) == ("0..1", "absent")
