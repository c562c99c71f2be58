"""A smaller maximum."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.bounds import ASPECT
from tests.support.schema_builder import make_restricted
from tests.support.schema_change import assert_narrowed


def test_a_bound_that_becomes_exclusive(tmp_path: Path) -> None:
    inclusive, exclusive = (make_restricted("xs:int", (facet, 10)) for facet in ("maxInclusive", "maxExclusive"))

    finding = assert_narrowed(ASPECT, tmp_path, wide=inclusive, narrow=exclusive, path="/root/a")

    assert finding.before == "minInclusive -2147483648, maxInclusive 10"
