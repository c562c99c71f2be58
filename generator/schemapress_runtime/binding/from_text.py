"""Regular expressions for the usual forms of values, and the functions that convert texts that match.

Emitted scanners are made of them, and the table decoder tries them first.
"""

from __future__ import annotations

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..xsd.dates import FORMS, OFFSETS
from ..xsd.primitive import BOOLEANS

TEXT = r"([^<]*+)"
"""Any text; `admit` has seen to its characters."""

NON_EMPTY = r"([^<]++)"
"""Any text but the empty one."""

DATE_TIME = FORMS["dateTime"].usual
DATE = FORMS["date"].usual
TIME = FORMS["time"].usual
BOOLEAN = f"({'|'.join(BOOLEANS)})"
INTEGER = "([+-]?+[0-9]{1,18}+)"
DECIMAL = r"([+-]?+(?:[0-9]{1,100}+(?:\.[0-9]{0,100}+)?+|\.[0-9]{1,100}+))"

_NUMBER = {f"{number:02}": number for number in range(60)}
_OFFSETS: dict[str | None, int | None] = {None: None}
_OFFSETS.update(OFFSETS)

_new = tuple.__new__
"""Makes a named tuple without the call of its Python constructor, which would take half of the time."""


def date_time(year: str, month: str, day: str, hour: str, minute: str, second: str, zone: str | None) -> XmlDateTime:
    """Return the value of a matched DATE_TIME."""
    number = _NUMBER
    fraction = 0
    if len(second) > 2:
        fraction = int(second[3:].ljust(9, "0"))
        second = second[:2]
    return _new(
        XmlDateTime,
        (
            int(year),
            number[month],
            number[day],
            number[hour],
            number[minute],
            number[second],
            fraction,
            _OFFSETS[zone],
        ),
    )


def date(year: str, month: str, day: str, zone: str | None) -> XmlDate:
    """Return the value of a matched DATE."""
    return _new(XmlDate, (int(year), _NUMBER[month], _NUMBER[day], _OFFSETS[zone]))


def time(hour: str, minute: str, second: str, zone: str | None) -> XmlTime:
    """Return the value of a matched TIME."""
    number = _NUMBER
    fraction = int(second[3:].ljust(9, "0")) if len(second) > 2 else 0
    return _new(XmlTime, (number[hour], number[minute], number[second[:2]], fraction, _OFFSETS[zone]))


def boolean(text: str) -> bool:
    """Return the value of a matched BOOLEAN."""
    return BOOLEANS[text]
