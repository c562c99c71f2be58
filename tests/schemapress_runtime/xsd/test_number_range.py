"""Expressions for numbers on one side of a bound: none that matches is beyond it, and plain numbers match."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress_runtime.xsd.number_range import decimal_bound, whole_range

DECIMALS = st.from_regex(r"[+-]?(0{0,2}[0-9]{1,4}(\.[0-9]{0,3})?|\.[0-9]{1,2})", fullmatch=True)
BOUNDS = st.decimals(-2_000, 2_000, places=2) | st.integers(-2_000, 2_000).map(Decimal)


@given(text=DECIMALS, bound=BOUNDS, is_lower=st.booleans(), is_inclusive=st.booleans())
def test_a_number_that_matches_is_not_beyond_the_bound(
    text: str, bound: Decimal, *, is_lower: bool, is_inclusive: bool
) -> None:
    expression = decimal_bound(bound, is_lower=is_lower, is_inclusive=is_inclusive)

    if re.fullmatch(expression, text):
        number = Decimal(text)
        assert number == bound if is_inclusive and number == bound else (number > bound) == is_lower and number != bound


@given(number=st.integers(-3_000, 3_000), bound=st.integers(-2_000, 2_000), is_lower=st.booleans())
def test_every_plain_whole_number_within_the_bound_matches(number: int, bound: int, *, is_lower: bool) -> None:
    inclusive = decimal_bound(Decimal(bound), is_lower=is_lower, is_inclusive=True)
    exclusive = decimal_bound(Decimal(bound), is_lower=is_lower, is_inclusive=False)

    assert (re.fullmatch(inclusive, str(number)) is not None) == (number >= bound if is_lower else number <= bound)
    assert (re.fullmatch(exclusive, str(number)) is not None) == (number > bound if is_lower else number < bound)


@pytest.mark.parametrize(("text", "is_matched"), [("0.01", True), ("0.00", False), ("0", False), ("7", True)])
def test_an_amount_above_zero_matches(text: str, *, is_matched: bool) -> None:
    expression = decimal_bound(Decimal(0), is_lower=True, is_inclusive=False)

    assert (re.fullmatch(expression, text) is not None) == is_matched


def test_a_bound_of_many_digits_lets_shorter_numbers_pass() -> None:
    expression = decimal_bound(Decimal(10) ** 1_000, is_lower=False, is_inclusive=True)

    assert re.fullmatch(expression, "9" * 999)
    assert not re.fullmatch(expression, "9" * 1_001)


@given(number=st.integers(0, 9_999), ends=st.tuples(st.integers(0, 9_999), st.integers(0, 9_999)).map(sorted))
def test_a_range_of_numbers_of_one_length_has_those_between_its_ends(number: int, ends: list[int]) -> None:
    matches = re.fullmatch(whole_range(ends[0], ends[1], 4), f"{number:04}")

    assert (matches is not None) == (ends[0] <= number <= ends[1])
