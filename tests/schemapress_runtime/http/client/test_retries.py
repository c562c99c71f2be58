"""Whether and when a request is sent again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress_runtime.http.client.outcome import Failure
from schemapress_runtime.http.client.retries import FailedAttempt, Retries, choose_delay, read_retry_after

LOST = Failure("closed", "", may_have_arrived=True)
REFUSED = Failure("connection", "", may_have_arrived=False)
BAD_CERTIFICATE = Failure("certificate", "", may_have_arrived=False, is_lasting=True)


@pytest.mark.parametrize(
    ("outcome", "always", "if_repeatable"),
    [
        (REFUSED, True, True),
        (LOST, False, True),
        (BAD_CERTIFICATE, False, False),
        (429, False, True),
        (502, False, True),
        (503, False, True),
        (504, False, True),
        (400, False, False),
        (500, False, True),
        (501, False, False),
        (505, False, False),
        (507, False, True),
        (408, False, True),
        (425, False, True),
        (600, False, False),
        (204, False, False),
    ],
)
def test_what_is_tried_again(outcome: Failure | int, always: bool, if_repeatable: bool) -> None:
    for is_repeatable, expected in ((False, always), (True, if_repeatable)):
        delay = choose_delay(Retries(), FailedAttempt(1, 0.0, outcome), is_repeatable=is_repeatable, random=0.5)
        assert (delay is not None) == expected


def test_delays_double_up_to_the_longest() -> None:
    retries = Retries(attempts=9, seconds=1000, first_delay=1, longest_delay=5)

    delays = [
        choose_delay(retries, FailedAttempt(number, 0.0, LOST), is_repeatable=True, random=1.0)
        for number in range(1, 10)
    ]

    assert delays == [1, 2, 4, 5, 5, 5, 5, 5, None]


@given(st.integers(1, 10**9), st.floats(0, 1), st.floats(0, 100), st.none() | st.floats(0, 100))
def test_no_attempt_begins_after_the_budget(
    number: int, random: float, elapsed: float, retry_after: float | None
) -> None:
    retries = Retries(attempts=10**9, seconds=60)

    delay = choose_delay(retries, FailedAttempt(number, elapsed, 503, retry_after), is_repeatable=True, random=random)

    if delay is None:
        assert number == 10**9 or elapsed + max(retry_after or 0, random * retries.longest_delay) > 60
    else:
        assert elapsed + delay <= 60
        assert delay >= (retry_after or 0)
        assert delay <= max(retry_after or 0, retries.longest_delay)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("-1", None),
        ("1.5", None),
        ("99999999999", None),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:05 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:01:40 -0000", None),
        ("Thu, 99 Jan 1970 00:01:40 GMT", None),
    ],
)
def test_a_retry_after_is_a_number_or_a_date(value: str | None, expected: float | None) -> None:
    assert read_retry_after(value, 10.0) == expected


@pytest.mark.parametrize(
    "settings", [{"attempts": 0}, {"seconds": -1}, {"first_delay": float("nan")}, {"longest_delay": -0.1}]
)
def test_a_budget_that_is_none_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="or more, not"):
        Retries(**settings)  # type: ignore[arg-type]  # attempts is an integer in each
