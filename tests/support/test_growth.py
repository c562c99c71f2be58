"""The count of work by which tests judge growth."""

from __future__ import annotations

import bisect
import re
import sys

import pytest

from tests.support.growth import count_work, deadline, grows_linearly


def _pairs(values: list[int]) -> int:
    return sum(one == other for one in values for other in values)


def _distinct_by_search(values: list[int]) -> list[int]:
    """Return the distinct values: each is looked up in a loop on one line, as a comprehension."""
    distinct: list[int] = []
    for value in values:
        if not [known for known in distinct if known == value]:
            distinct.append(value)
    return distinct


def _sorted_in(values: list[int]) -> list[int]:
    result: list[int] = []
    for value in values:
        bisect.insort(result, value)
    return result


def _numbers(count: int) -> list[int]:
    return list(range(count))


def test_linear_work_passes() -> None:
    grows_linearly(_numbers, _sorted_in, 200)
    grows_linearly(_numbers, lambda values: sum(value for value in values), 200)


@pytest.mark.parametrize("work", [_pairs, _distinct_by_search])
def test_quadratic_work_fails_with_its_three_counts(work: object) -> None:
    assert callable(work)
    with pytest.raises(AssertionError, match=r"[\d,]+ lines and calls at size 50, [\d,]+ at 100, [\d,]+ at 200\.$"):
        grows_linearly(_numbers, work, 50)


def test_the_count_is_the_same_each_time() -> None:
    values = _numbers(100)

    assert len({count_work(lambda: _distinct_by_search(values)) for _ in range(5)}) == 1


def test_a_debugger_or_a_measurement_of_coverage_goes_on_afterwards() -> None:
    before = sys.gettrace(), sys.getprofile()

    count_work(lambda: None)

    assert (sys.gettrace(), sys.getprofile()) == before


@pytest.mark.skipif(sys.platform == "win32", reason="there is no alarm")
def test_a_regular_expression_that_backtracks_for_ever_meets_its_deadline() -> None:
    with pytest.raises(pytest.fail.Exception, match="more than 1 seconds"), deadline(1):
        re.fullmatch("(a+)+b", "a" * 60)
