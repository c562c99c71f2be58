"""The built-in types of a Python class, by xsdata's table of types."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from xml.etree.ElementTree import QName

import pytest
from xsdata.models.datatype import XmlDate, XmlPeriod

from schemapress_runtime.binding.value_types import builtins_of, builtins_of_any_text, members_by_text


@pytest.mark.parametrize(
    ("class_", "format_", "expected"),
    [
        (bool, None, {"boolean"}),
        (int, None, {"integer"}),
        (Decimal, None, {"decimal"}),
        (float, None, {"float", "double"}),
        (XmlDate, "%d", {"date"}),
        (XmlPeriod, None, {"gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"}),
        (bytes, "base16", {"hexBinary"}),
        (bytes, "base64", {"base64Binary"}),
        (QName, None, {"QName", "NOTATION"}),
        (set, None, set()),
    ],
)
def test_a_class_has_the_values_of_the_types_that_derive_from_no_other_of_them(
    class_: type, format_: str | None, expected: set[str]
) -> None:
    assert {type_.label for type_ in builtins_of(class_, format_)} == expected


def test_every_text_is_one_of_a_string_or_a_uri() -> None:
    assert {type_.label for type_ in builtins_of_any_text()} == {
        *("string", "normalizedString", "token", "anyURI", "anySimpleType")
    }


class Rate(Enum):
    """An enumeration of numbers."""

    REDUCED = Decimal("0.05")
    FULL = Decimal("23")


class Mixed(Enum):
    """An enumeration of a union."""

    ONE = 1
    TEXT = "1"


class Day(Enum):
    """An enumeration of dates, which have many texts."""

    FIRST = XmlDate(2026, 1, 1)


def test_members_are_known_by_their_usual_texts() -> None:
    assert members_by_text(Rate) == {"0.05": Rate.REDUCED, "23": Rate.FULL}
    assert members_by_text(Mixed) is None
    assert members_by_text(Day) is None
