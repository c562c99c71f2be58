"""The memory of every input is linear, or bounded: each kind of document at n and at 2n.

`tests/test_linear.py` has the work on them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.document_growth import FORKS, measure
from tests.hostile.documents import KINDS


@pytest.fixture(scope="module", autouse=True)
def _forks() -> Iterator[None]:
    yield
    FORKS.close()


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_document_takes_no_more_than_about_twice_the_memory(kind: str) -> None:
    growth = measure(kind)

    assert growth.valid == KINDS[kind].valid
    assert growth.is_linear_in_memory(), growth
