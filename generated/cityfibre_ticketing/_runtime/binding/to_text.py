"""What emitted encoders are made of: values to texts, each checked on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..limits import MAX_DIGITS, MAX_TEXT

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML document can hold."""
_LARGEST_INTEGER = 10**18
_LONGEST_TEXT = MAX_TEXT // len(b"&quot;")
"""Characters of a text that is certainly within the bound once it is written."""
_TWO = {number: f"{number:02}" for number in range(60)}
_DAYS = {month: 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31 for month in range(1, 13)}


class NotPlainValue(Exception):
    """A value that the encoder does not write at once: it is invalid, or out of the ordinary."""


def text(value: object) -> str:
    """Return a string as the content of an element."""
    if type(value) is not str or len(value) > _LONGEST_TEXT:
        raise NotPlainValue
    if value.isprintable() and "<" not in value and "&" not in value and ">" not in value:
        return value
    return escaped(value)


def attribute_text(value: object) -> str:
    """Return a string as the value of an attribute in double quotes."""
    written = text(value)
    return written if written.isalnum() else _quoted(written)


def escaped(value: str) -> str:
    """Return a text of any length as the content of an element.

    Raises:
        NotPlainValue: it has a character that XML can't hold.
    """
    if ILLEGAL.search(value):
        raise NotPlainValue("a text has a character that XML can't hold")
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def escaped_attribute(value: str) -> str:
    """Return a text of any length as the value of an attribute in double quotes.

    Raises:
        NotPlainValue: it has a character that XML can't hold.
    """
    return _quoted(escaped(value))


def _quoted(written: str) -> str:
    return written.replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def bounded_text(value: object, shortest: int, longest: int | None = None) -> str:
    """Return a string as the content of an element, if its length is within the bounds."""
    if type(value) is not str or len(value) < shortest or (longest is not None and len(value) > longest):
        raise NotPlainValue
    return text(value)


def listed_text(value: object, listed: tuple[str, ...]) -> str:
    """Return a string as the content of an element, if it is one of those listed."""
    if type(value) is not str or value not in listed:
        raise NotPlainValue
    return text(value)


def member_text(value: object, members: Mapping[str, Enum]) -> str:
    """Return the text of an enumeration's member; `members` are those that are allowed, by their texts."""
    if isinstance(value, Enum):
        written = value.value
        if type(written) is str and members.get(written) is value:
            return text(written)
    raise NotPlainValue


def boolean_text(value: object) -> str:
    """Return the text of a boolean."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    raise NotPlainValue


def integer_text(value: object, lowest: int = -_LARGEST_INTEGER, highest: int = _LARGEST_INTEGER) -> str:
    """Return the text of an integer, if it is within the bounds."""
    if type(value) is not int or not lowest <= value <= highest:
        raise NotPlainValue
    return str(value)


def decimal_text(value: object) -> str:
    """Return the text of a decimal number."""
    if type(value) is not Decimal or not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS // 4:
        raise NotPlainValue
    return f"{value:f}"


def date_time_text(value: object) -> str:
    """Return the text of a date and time."""
    if type(value) is not XmlDateTime:
        raise NotPlainValue
    try:
        year, month, day, hour, minute, second, fraction, offset = value
        if (
            type(year) is not int
            or not (1000 <= year <= 9999 and 1 <= day <= _DAYS[month] and 0 <= hour <= 23)
            or fraction
        ):
            raise NotPlainValue
        start = f"{year}-{_TWO[month]}-{_TWO[day]}T{_TWO[hour]}:{_TWO[minute]}:{_TWO[second]}"
    except (KeyError, TypeError, ValueError):
        raise NotPlainValue from None
    return start + _zone(offset)


def date_text(value: object) -> str:
    """Return the text of a date."""
    if type(value) is not XmlDate:
        raise NotPlainValue
    try:
        year, month, day, offset = value
        if type(year) is not int or not (1000 <= year <= 9999 and 1 <= day <= _DAYS[month]):
            raise NotPlainValue
        return f"{year}-{_TWO[month]}-{_TWO[day]}{_zone(offset)}"
    except (KeyError, TypeError, ValueError):
        raise NotPlainValue from None


def time_text(value: object) -> str:
    """Return the text of a time."""
    if type(value) is not XmlTime:
        raise NotPlainValue
    try:
        hour, minute, second, fraction, offset = value
        if not 0 <= hour <= 23 or fraction:
            raise NotPlainValue
        return f"{_TWO[hour]}:{_TWO[minute]}:{_TWO[second]}{_zone(offset)}"
    except (KeyError, TypeError, ValueError):
        raise NotPlainValue from None


def _zone(offset: int | None) -> str:
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    if type(offset) is not int or not -840 <= offset <= 840:
        raise NotPlainValue
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{_TWO[hours]}:{_TWO[minutes]}"
