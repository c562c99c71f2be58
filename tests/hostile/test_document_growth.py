"""Every input is linear in time and memory, or refused at a bound: each kind of document at n and at 2n."""

from __future__ import annotations

import pytest

from tests.hostile.document_growth import measure
from tests.hostile.documents import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_document_takes_no_more_than_about_twice_the_time_and_memory(kind: str) -> None:
    found = measure(kind)

    assert found.valid == KINDS[kind].valid
    assert found.is_linear(), found
