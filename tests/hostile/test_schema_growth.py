"""A schema that is twice as large takes about twice as much, or is refused: never more, and never with a traceback."""

from __future__ import annotations

import pytest

from tests.hostile.schema_growth import measure
from tests.hostile.schemas import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_schema_takes_about_twice_as_much_and_a_huge_one_is_loaded_or_refused_soon(kind: str) -> None:
    _, wrong = measure(kind)

    assert wrong is None
