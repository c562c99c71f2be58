"""Content that is no longer mixed."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.mixed import ASPECT
from tests.conftest import schema
from tests.support.schema_builder import complex_type, element, sequence, tag
from tests.support.schema_change import assert_narrowed


def test_content_that_is_no_longer_mixed(tmp_path: Path) -> None:
    mixed, plain = (
        schema(tag("element", complex_type(sequence(element("a")), mixed=mixed), name="root"))
        for mixed in ("true", "false")
    )

    finding = assert_narrowed(ASPECT, tmp_path, wide=mixed, narrow=plain, path="/root")

    assert (finding.before, finding.after) == ("text and (a)", "(a)")
