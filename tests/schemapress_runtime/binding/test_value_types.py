"""The built-in types of a Python class, by xsdata's table of types."""

from __future__ import annotations

from decimal import Decimal
from xml.etree.ElementTree import QName

import pytest
from xsdata.models.datatype import XmlDate, XmlPeriod

from schemapress_runtime.binding.value_types import builtins_of, builtins_of_any_text


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
