"""Dates, times and durations of XML Schema: their lexical forms and their values (XSD 1.0 Part 2 §3.2.6 to §3.2.14).

All that reads or writes a date derives from the forms here: the primitive types, the emitted scanners and encoders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

_FIELDS = {
    "year": "-?([1-9][0-9]{4,}|[0-9]{4})",  # §3.2.7.1: no leading zeros where there are more than four digits
    "month": "0[1-9]|1[0-2]",
    "day": "0[1-9]|[12][0-9]|3[01]",
    "hour": "[01][0-9]|2[0-4]",  # 24:00:00 is the first instant of the next day
    "minute": "[0-5][0-9]",
    "second": r"[0-5][0-9](\.[0-9]+)?",  # §3.2.7.1 has no leap seconds
    "zone": r"Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00",  # §3.2.7.3
}
"""The fields of a date or time, as patterns of XML Schema, whose parentheses are Python's as well."""

_USUAL_FIELDS = {
    **_FIELDS,
    "year": "[1-9][0-9]{3}",
    "hour": "[01][0-9]|2[0-3]",
    "second": r"[0-5][0-9](\.[0-9]{1,9})?+",
}
"""The same as messages write them; xsdata's classes can hold the value of each such text without rounding it."""

_IN_EVERY_YEAR = "(?!02-(?:29|3)|(?:0[469]|11)-31)"
"""Stands before a month and a day, and refuses those that not every year has."""


@dataclass(frozen=True)
class DateForm:
    """The lexical form of a primitive type for dates or times.

    `layout` has the names of its fields in braces. `paragraph` is that of XSD 1.0 Part 2.
    """

    name: str
    paragraph: str
    description: str
    layout: str

    @property
    def xsd_pattern(self) -> str:
        """The form as a pattern of XML Schema (Part 2 appendix F). It admits days that no month has."""
        return self._fill({field: f"({pattern})" for field, pattern in _FIELDS.items()}, "?")

    @property
    def usual(self) -> str:
        """An expression of Python for the usual texts, whose groups are the fields; a zone that is absent gives None.

        Each text that matches is valid: a day that some years do not have is left to `parse`.
        """
        fields = {field: f"({without_groups(pattern)})" for field, pattern in _USUAL_FIELDS.items()}
        return self._fill({**fields, "month": f"{_IN_EVERY_YEAR if self._has_date else ''}{fields['month']}"}, "?+")

    @property
    def usual_without_groups(self) -> str:
        """The same expression without groups."""
        return re.sub(r"\((?!\?)", "(?:", self.usual)

    def parse(self, text: str) -> Instant | None:
        """Return the value of a text, or None where it has none."""
        match = self._match(text)
        return None if match is None else _instant(match)

    @property
    def _has_date(self) -> bool:
        return "{month}-{day}" in self.layout

    def _fill(self, fields: Mapping[str, str], optional: str) -> str:
        return self.layout.format(**{**fields, "zone": fields["zone"] + optional})

    @cached_property
    def _match(self) -> Callable[[str], re.Match[str] | None]:
        named = {field: f"(?P<{field}>{without_groups(pattern)})" for field, pattern in _FIELDS.items()}
        return re.compile(self._fill(named, "?")).fullmatch


def without_groups(pattern: str) -> str:
    """Return a pattern whose parentheses capture nothing in Python."""
    return pattern.replace("(", "(?:")


_TIME = "{hour}:{minute}:{second}{zone}"

FORMS: Mapping[str, DateForm] = {
    form.name: form
    for form in (
        DateForm(
            "dateTime", "§3.2.7", "a date and time such as 2026-11-20T09:30:00Z", f"{{year}}-{{month}}-{{day}}T{_TIME}"
        ),
        DateForm("time", "§3.2.8", "a time such as 09:30:00", _TIME),
        DateForm("date", "§3.2.9", "a date such as 2026-11-20", "{year}-{month}-{day}{zone}"),
        DateForm("gYearMonth", "§3.2.10", "a year and month such as 2026-11", "{year}-{month}{zone}"),
        DateForm("gYear", "§3.2.11", "a year such as 2026", "{year}{zone}"),
        DateForm("gMonthDay", "§3.2.12", "a month and day such as --11-20", "--{month}-{day}{zone}"),
        DateForm("gDay", "§3.2.13", "a day of a month such as ---20", "---{day}{zone}"),
        DateForm("gMonth", "§3.2.14", "a month such as --11", "--{month}{zone}"),
    )
}
"""The primitive types for dates and times, each with its lexical form."""

MAX_OFFSET = 14 * 60
"""Minutes that a time zone may be from UTC, east or west (§3.2.7.3)."""


def _offsets() -> Iterator[tuple[str, int]]:
    yield "Z", 0
    for minutes in range(MAX_OFFSET + 1):
        text = f"{minutes // 60:02}:{minutes % 60:02}"
        yield f"+{text}", minutes
        yield f"-{text}", -minutes


OFFSETS: Mapping[str, int] = dict(_offsets())
"""The minutes east of UTC of each text of a time zone."""

_DAY_SECONDS = 86_400
_FOURTEEN_HOURS = MAX_OFFSET * 60


@dataclass(frozen=True, slots=True)
class Instant:
    """A point on the time line, in seconds; without a time zone it may lie 14 hours either side."""

    seconds: Fraction
    zoned: bool

    def compare(self, other: Instant) -> int | None:
        """Order two instants: -1, 0, 1, or None where they can't be ordered (XSD 1.0 Part 2 §3.2.7.4)."""
        if self.zoned == other.zoned:
            return (self.seconds > other.seconds) - (self.seconds < other.seconds)
        difference = self.seconds - other.seconds
        if difference < -_FOURTEEN_HOURS:
            return -1
        return 1 if difference > _FOURTEEN_HOURS else None


def days_in_month(year: int, month: int) -> int:
    """Return the number of days of a month in the proleptic Gregorian calendar; year 0 is 1 BCE."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days_before(year: int, month: int) -> int:
    """Days from 0001-01-01 to the first of a month, for any year (algorithm of the civil calendar)."""
    shifted = year if month > 2 else year - 1
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 306


def _instant(match: re.Match[str]) -> Instant | None:
    """Return the value of a matched date or time, or None where the fields name no real instant.

    XSD 1.0 has no year 0000 (Part 2 §3.2.7.1), and 24:00:00 is the first instant of the next day.
    """
    fields = match.groupdict()
    year_text = fields.get("year")
    year = int(year_text) if year_text else 2000
    if year == 0:
        return None
    if year < 0:
        year += 1
    month = int(fields.get("month") or 1)
    day = int(fields.get("day") or 1)
    if day > days_in_month(year, month):
        return None
    hour, minute = int(fields.get("hour") or 0), int(fields.get("minute") or 0)
    second = Fraction(fields.get("second") or 0)
    if hour == 24:
        if minute or second:
            return None
        if not year_text:
            hour = 0
    seconds = (_days_before(year, month) + day - 1) * _DAY_SECONDS + hour * 3600 + minute * 60 + second
    zone = fields.get("zone")
    return Instant(seconds - 60 * OFFSETS[zone or "Z"], zone is not None)


_DURATION = re.compile(
    r"(?P<sign>-)?P(?=[0-9T])(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)

_REFERENCE_MONTHS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: months and seconds, which no fixed rate converts into each other."""

    months: int
    seconds: Fraction

    def _after(self, year: int, month: int) -> Fraction:
        years, index = divmod(year * 12 + month - 1 + self.months, 12)
        return _days_before(years, index + 1) * _DAY_SECONDS + self.seconds

    def compare(self, other: Duration) -> int | None:
        """Order two durations: they are ordered if all four reference dates agree (Part 2 §3.2.6.2)."""
        orders = set()
        for year, month in _REFERENCE_MONTHS:
            left, right = self._after(year, month), other._after(year, month)
            orders.add((left > right) - (left < right))
        return orders.pop() if len(orders) == 1 else None


USUAL_DURATION = (
    r"-?+P(?=[0-9T])(?:[0-9]{1,9}+Y)?+(?:[0-9]{1,9}+M)?+(?:[0-9]{1,9}+D)?+"
    r"(?:T(?=[0-9])(?:[0-9]{1,9}+H)?+(?:[0-9]{1,9}+M)?+(?:[0-9]{1,9}+(?:\.[0-9]{1,9}+)?+S)?+)?+"
)
"""An expression of Python for the durations that messages write, without groups."""


def parse_duration(text: str) -> Duration | None:
    """Return the value of a duration, or None where the text has none (Part 2 §3.2.6.1)."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    fields = match.groupdict()
    months = int(fields["years"] or 0) * 12 + int(fields["months"] or 0)
    seconds = (
        int(fields["days"] or 0) * _DAY_SECONDS
        + int(fields["hours"] or 0) * 3600
        + int(fields["minutes"] or 0) * 60
        + Fraction(fields["seconds"] or 0)
    )
    return Duration(-months, -seconds) if fields["sign"] else Duration(months, seconds)
