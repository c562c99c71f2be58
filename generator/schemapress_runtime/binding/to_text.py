"""Functions for emitted encoders: each converts a value to text and checks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from math import isfinite

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..limits import MAX_DIGITS, MAX_TEXT
from ..verdict import GiveUp
from ..xsd.dates import OFFSETS, days_in_month

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML document can hold."""
_LARGEST_INTEGER = 10**18
"""The integers that are written at once: those that an emitted scanner reads, of up to 18 digits."""
_LONGEST_TEXT = MAX_TEXT // len(b"&quot;")
"""Characters of a text that is certainly within the bound once it is written."""
_NO_LEAP_YEAR = 2001
_TWO = {number: f"{number:02}" for number in range(60)}
_DAYS = {month: days_in_month(_NO_LEAP_YEAR, month) for month in range(1, 13)}
"""The days of each month that every year has."""
_ZONES = {minutes: text for text, minutes in OFFSETS.items()} | {0: "Z"}


def escape_text(value: object) -> str:
    """Return a string as the content of an element."""
    if type(value) is not str or len(value) > _LONGEST_TEXT:
        raise GiveUp
    if value.isprintable() and "<" not in value and "&" not in value and ">" not in value:
        return value
    return escape(value)


def attribute_text(value: object) -> str:
    """Return a string as the value of an attribute in double quotes."""
    written = escape_text(value)
    return written if written.isalnum() else _quote(written)


def escape(value: str) -> str:
    """Return a text of any length as the content of an element.

    Raises:
        GiveUp: it has a character that XML can't hold.
    """
    if ILLEGAL.search(value):
        raise GiveUp("a text has a character that XML can't hold")
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def escape_attribute(value: str) -> str:
    """Return a text of any length as the value of an attribute in double quotes.

    Raises:
        GiveUp: it has a character that XML can't hold.
    """
    return _quote(escape(value))


def _quote(written: str) -> str:
    return written.replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def bounded_text(value: object, shortest: int, longest: int | None = None) -> str:
    """Return a string as the content of an element, if its length is within the bounds."""
    if type(value) is not str or len(value) < shortest or (longest is not None and len(value) > longest):
        raise GiveUp
    return escape_text(value)


def listed_text(value: object, listed: tuple[str, ...]) -> str:
    """Return a string as the content of an element, if it is one of those listed."""
    if type(value) is not str or value not in listed:
        raise GiveUp
    return escape_text(value)


def member_text(value: object, members: Mapping[str, Enum]) -> str:
    """Return the text of an enumeration's member; `members` are those that are allowed, by their texts."""
    if isinstance(value, Enum):
        written = value.value
        if type(written) is str and members.get(written) is value:
            return escape_text(written)
    raise GiveUp


def boolean_text(value: object) -> str:
    """Return the text of a boolean."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise GiveUp


def integer_text(value: object, lowest: int = -_LARGEST_INTEGER, highest: int = _LARGEST_INTEGER) -> str:
    """Return the text of an integer, if it is within the bounds."""
    if type(value) is not int or not lowest <= value <= highest:
        raise GiveUp
    return str(value)


def decimal_text(value: object) -> str:
    """Return the text of a decimal number."""
    if type(value) is not Decimal or not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS // 4:
        raise GiveUp
    return f"{value:f}"


def float_text(value: object) -> str:
    """Return the text of a finite floating-point number."""
    if type(value) is not float or not isfinite(value):
        raise GiveUp
    return repr(value).upper().replace("E+", "E")


def date_time_text(value: object) -> str:
    """Return the text of a date and time."""
    if type(value) is not XmlDateTime:
        raise GiveUp
    try:
        year, month, day, hour, minute, second, fraction, offset = value
        if (
            type(year) is not int
            or not (1000 <= year <= 9999 and 1 <= day <= _DAYS[month] and 0 <= hour <= 23)
            or fraction
        ):
            raise GiveUp
        start = f"{year}-{_TWO[month]}-{_TWO[day]}T{_TWO[hour]}:{_TWO[minute]}:{_TWO[second]}"
    except (KeyError, TypeError, ValueError):
        raise GiveUp from None
    return start + _zone(offset)


def date_text(value: object) -> str:
    """Return the text of a date."""
    if type(value) is not XmlDate:
        raise GiveUp
    try:
        year, month, day, offset = value
        if type(year) is not int or not (1000 <= year <= 9999 and 1 <= day <= _DAYS[month]):
            raise GiveUp
        return f"{year}-{_TWO[month]}-{_TWO[day]}{_zone(offset)}"
    except (KeyError, TypeError, ValueError):
        raise GiveUp from None


def time_text(value: object) -> str:
    """Return the text of a time."""
    if type(value) is not XmlTime:
        raise GiveUp
    try:
        hour, minute, second, fraction, offset = value
        if not 0 <= hour <= 23 or fraction:
            raise GiveUp
        return f"{_TWO[hour]}:{_TWO[minute]}:{_TWO[second]}{_zone(offset)}"
    except (KeyError, TypeError, ValueError):
        raise GiveUp from None


def _zone(offset: int | None) -> str:
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    written = _ZONES.get(offset) if type(offset) is int else None
    if written is None:
        raise GiveUp
    return written
