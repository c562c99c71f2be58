"""Sets of characters, as sorted ranges of code points."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress_runtime.xsd.character_class import (
    ALL,
    LAST,
    category,
    complement,
    difference,
    escape_class,
    expression,
    join_ranges,
    overlap,
    property_class,
)

pairs = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda ends: (min(ends), max(ends))))


def members(ranges: object) -> set[int]:
    assert isinstance(ranges, tuple | list)
    return {code for first, last in ranges for code in range(first, min(last, 60) + 1)}


@given(pairs, pairs)
def test_sets_are_those_of_their_members(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    first, second = join_ranges(one), join_ranges(other)

    assert members(first) == members(one)
    assert complement(complement(first)) == first
    assert members(difference(first, second)) == members(one) - members(other)
    assert overlap(first, second) == bool(members(one) & members(other))
    matches = re.compile(expression(first)).fullmatch
    assert {code for code in range(61) if matches(chr(code))} == members(one)


@pytest.mark.parametrize("letter", "sdwic")
def test_a_capital_letter_is_the_opposite_escape(letter: str) -> None:
    small, capital = escape_class(letter), escape_class(letter.upper())

    assert small is not None
    assert capital == complement(small)
    assert escape_class("e") is None


def test_properties_are_categories_and_blocks() -> None:
    upper = property_class("Lu")
    assert upper is not None
    assert all(unicodedata.category(chr(first)) == "Lu" for first, _ in upper)
    assert property_class("IsBasicLatin") == ((0, 127),)
    assert (property_class("IsNothing"), property_class("X"), category("Xx")) == (None, None, None)
    assert expression(ALL) == r"[\s\S]"


def test_a_category_has_the_code_points_that_unicode_gives_it() -> None:
    expected: dict[str, list[tuple[int, int]]] = {}
    for code in range(LAST + 1):
        expected.setdefault(unicodedata.category(chr(code)), []).append((code, code))
    assert {name: category(name) for name in expected} == {name: join_ranges(of) for name, of in expected.items()}
