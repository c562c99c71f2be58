"""A pattern that fewer texts match."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.pattern import ASPECT
from tests.support.schema_builder import make_restricted
from tests.support.schema_change import assert_narrowed


def test_a_pattern_that_fewer_texts_match(tmp_path: Path) -> None:
    wide, narrow = (make_restricted("xs:token", ("pattern", pattern)) for pattern in ("[a-z]+", "[a-y]+"))

    finding = assert_narrowed(ASPECT, tmp_path, wide=wide, narrow=narrow, path="/root/a")

    assert (finding.before, finding.after) == ("[a-z]+", "[a-y]+")
