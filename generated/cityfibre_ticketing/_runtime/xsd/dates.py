"""Dates and times of XML Schema: lexical forms to comparable values (XSD 1.0 Part 2 §3.2.7 to §3.2.14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_YEAR = r"(?P<year>-?(?:[1-9][0-9]{4,}|[0-9]{4}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?P<hour>[01][0-9]|2[0-4]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
_ZONE = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"

DATE_TIME = re.compile(f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}")
DATE = re.compile(f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}")
TIME = re.compile(f"{_TIME}{_ZONE}")
YEAR_MONTH = re.compile(f"{_YEAR}-{_MONTH}{_ZONE}")
YEAR = re.compile(f"{_YEAR}{_ZONE}")
MONTH_DAY = re.compile(f"--{_MONTH}-{_DAY}{_ZONE}")
DAY = re.compile(f"---{_DAY}{_ZONE}")
MONTH = re.compile(f"--{_MONTH}{_ZONE}")

_DAY_SECONDS = 86_400
_FOURTEEN_HOURS = 14 * 3600


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


def instant(match: re.Match[str]) -> Instant | None:
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
    return Instant(seconds - _offset(zone), zone is not None)


def _offset(zone: str | None) -> int:
    """Seconds east of Greenwich."""
    if zone is None or zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


DURATION = re.compile(
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


def duration(match: re.Match[str]) -> Duration:
    """Return the value of a matched duration."""
    fields = match.groupdict()
    months = int(fields["years"] or 0) * 12 + int(fields["months"] or 0)
    seconds = (
        int(fields["days"] or 0) * _DAY_SECONDS
        + int(fields["hours"] or 0) * 3600
        + int(fields["minutes"] or 0) * 60
        + Fraction(fields["seconds"] or 0)
    )
    return Duration(-months, -seconds) if fields["sign"] else Duration(months, seconds)
