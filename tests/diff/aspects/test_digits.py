"""Fewer digits."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.digits import ASPECT
from tests.support.schema_builder import make_restricted
from tests.support.schema_change import assert_narrowed


def test_fewer_digits(tmp_path: Path) -> None:
    three, two = (make_restricted("xs:decimal", ("fractionDigits", limit)) for limit in (3, 2))

    finding = assert_narrowed(ASPECT, tmp_path, wide=three, narrow=two, path="/root/a")

    assert (finding.before, finding.after) == ("fractionDigits 3", "fractionDigits 2")
