"""The order of elements that the fields of a class do not keep."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from schemapress_runtime.binding.element_order import (
    are_in_rounds,
    are_ordered,
    order_of,
    put_in_order,
    remember_order,
)


@dataclass(frozen=True)
class Field:
    name: str


ITEMS = [(Field("a"), 1), (Field("a"), 2), (Field("b"), 3)]


@pytest.mark.parametrize(
    ("names", "values"),
    [
        ("aab", [1, 2, 3]),
        ("aba", [1, 3, 2]),
        ("baa", [3, 1, 2]),
        ("ab", [1, 2, 3]),  # no longer fits
        ("abb", [1, 2, 3]),
    ],
)
def test_a_remembered_order_is_followed_as_long_as_it_fits(names: str, values: list[int]) -> None:
    assert [value for _, value in put_in_order(names, ITEMS)] == values


@pytest.mark.parametrize(("positions", "ordered"), [([], True), ([0, 0, 2], True), ([1, 0], False)])
def test_fields_are_ordered_where_none_comes_before_an_earlier_one(positions: list[int], ordered: bool) -> None:
    assert are_ordered(positions) == ordered


@pytest.mark.parametrize(("positions", "in_rounds"), [([0, 1], True), ([0, 0, 1], False), ([0, 0, 2], True)])
def test_a_field_with_several_values_breaks_a_round(positions: list[int], in_rounds: bool) -> None:
    assert are_in_rounds(positions, {0: 1, 1: 1}) == in_rounds


def test_an_object_remembers_an_order_beside_its_fields() -> None:
    value, slotted = Field("a"), object()

    remember_order(value, ["b", "a"])
    remember_order(slotted, ["b"])

    assert order_of(value) == ("b", "a")
    assert value == Field("a")
    assert order_of(slotted) is None
