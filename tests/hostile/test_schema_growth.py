"""A schema that is twice as large takes about twice the memory, or is refused: never more, and never with a traceback.

`tests/test_linear.py` has the work on them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.schema_growth import FORKS, measure, wrong_but_for_time
from tests.hostile.schemas import KINDS


@pytest.fixture(scope="module", autouse=True)
def _forks() -> Iterator[None]:
    yield
    FORKS.close()


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_schema_takes_about_twice_the_memory_and_a_huge_one_is_loaded_or_refused(kind: str) -> None:
    assert wrong_but_for_time(measure(kind)) is None
