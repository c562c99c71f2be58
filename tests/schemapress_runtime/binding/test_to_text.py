"""Values to texts, and the values that are left to the general way."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from schemapress_runtime.binding import to_text
from schemapress_runtime.verdict import GiveUp


def test_a_text_has_its_markup_as_references() -> None:
    assert to_text.escape_text("a<b>&c\r") == "a&lt;b&gt;&amp;c&#13;"
    assert to_text.attribute_text('"\t\n') == "&quot;&#9;&#10;"
    assert to_text.decimal_text(Decimal("1E+3")) == "1000"
    assert to_text.date_text(XmlDate(2026, 11, 26, -90)) == "2026-11-26-01:30"
    assert to_text.time_text(XmlTime(1, 2, 3, 0, 0)) == "01:02:03Z"
    assert to_text.date_time_text(XmlDateTime(2026, 1, 31, 23, 59, 59, 0, 840)) == "2026-01-31T23:59:59+14:00"


@pytest.mark.parametrize(
    ("write", "value"),
    [
        (to_text.escape_text, 1),
        (to_text.escape_text, "\x00"),
        (to_text.boolean_text, 1),
        (to_text.integer_text, True),
        (to_text.integer_text, 10**19),
        (to_text.decimal_text, Decimal("NaN")),
        (to_text.date_text, XmlDate(2024, 2, 29)),  # which only some years have
        (to_text.date_text, XmlDate(10_000, 1, 1)),
        (to_text.date_text, XmlDate(2024, 13, 1)),
        (to_text.date_text, XmlDate(2024, 1, 1, 841)),
        (to_text.date_text, "2024-01-01"),
        (to_text.time_text, XmlTime(24, 0, 0)),
        (to_text.time_text, XmlTime(1, 0, 0, 5)),
        (to_text.date_time_text, XmlDateTime(2024, 1, 1, 0, 0, 60)),
    ],
)
def test_unusual_values_are_given_up(write: Callable[[object], str], value: object) -> None:
    with pytest.raises(GiveUp):
        write(value)
