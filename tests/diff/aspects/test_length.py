"""A smaller maximum length."""

from __future__ import annotations

from pathlib import Path

from schemapress.diff.aspects.length import ASPECT
from tests.support.schema_builder import make_restricted
from tests.support.schema_change import assert_narrowed, find_documents


def test_a_smaller_maximum_length(tmp_path: Path) -> None:
    five, four = (make_restricted("xs:token", ("maxLength", limit)) for limit in (5, 4))

    finding = assert_narrowed(ASPECT, tmp_path, wide=five, narrow=four, path="/root/a")

    assert (finding.before, finding.after) == ("maxLength 5", "maxLength 4")


def test_a_length_after_white_space_is_collapsed_refuses_nothing(tmp_path: Path) -> None:
    """A string of 5 characters has no more as a token, but a token may be written with more spaces."""
    string, token = (make_restricted(base, ("minLength", 0), ("maxLength", 5)) for base in ("xs:string", "xs:token"))

    assert {finding.direction for finding in find_documents(tmp_path, string, token)} == {"send"}
