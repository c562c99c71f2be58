"""A value that leaves an enumeration."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.enumeration import ASPECT
from tests.support.schema_builder import make_restricted
from tests.support.schema_change import assert_narrowed


def test_a_value_that_leaves_an_enumeration(tmp_path: Path) -> None:
    both = make_restricted("xs:token", ("enumeration", "one"), ("enumeration", "two"))
    one = make_restricted("xs:token", ("enumeration", "one"))

    finding = assert_narrowed(ASPECT, tmp_path, wide=both, narrow=one, path="/root/a")

    assert (finding.before, finding.after) == ("'two'; 1 in both", "1 in both")
