"""A smaller maximum length."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.length import ASPECT
from tests.support.schema_builder import make_restricted
from tests.support.schema_change import assert_narrowed


def test_a_smaller_maximum_length(tmp_path: Path) -> None:
    five, four = (make_restricted("xs:token", ("maxLength", limit)) for limit in (5, 4))

    finding = assert_narrowed(ASPECT, tmp_path, wide=five, narrow=four, path="/root/a")

    assert (finding.before, finding.after) == ("maxLength 5", "maxLength 4")
