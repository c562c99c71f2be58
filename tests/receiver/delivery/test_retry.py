"""When a delivery is tried again."""

from __future__ import annotations

import pytest

from schemapress.receiver.delivery.retry import RetryPolicy


@pytest.mark.parametrize(("attempt", "longest"), [(1, 1), (2, 2), (3, 4), (7, 64), (11, 100), (2_000, 100)])
def test_a_pause_is_random_up_to_a_bound_that_doubles(attempt: int, longest: float) -> None:
    policy = RetryPolicy(attempts=3_000, first=1, longest=100)

    assert policy.pause(attempt, lambda: 0.0) == 0
    assert policy.pause(attempt, lambda: 0.5) == longest / 2
    assert policy.pause(attempt, lambda: 1.0) == longest


def test_there_is_none_after_the_last_attempt() -> None:
    policy = RetryPolicy(attempts=3)

    assert policy.pause(2, lambda: 0.5) is not None
    assert policy.pause(3, lambda: 0.5) is None
