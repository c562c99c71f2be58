"""Elements whose order is fixed."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.content_model import ASPECT
from tests.support.schema_builder import element, make_schema, sequence, tag
from tests.support.schema_change import assert_narrowed


def test_elements_whose_order_is_fixed(tmp_path: Path) -> None:
    a, b = element("a"), element("b")
    either = make_schema(tag("choice", sequence(a, b) + sequence(b, a)))

    finding = assert_narrowed(ASPECT, tmp_path, wide=either, narrow=make_schema(sequence(a, b)), path="/root")

    assert (finding.before, finding.after) == ("((a, b) | (b, a))", "(a, b)")
