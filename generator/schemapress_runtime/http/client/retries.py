"""Whether and when a request is sent again, decided without a clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from .outcome import Failure

_REPEATED_STATUSES = frozenset({408, 425, 429})
"""The statuses below 500 that another attempt may change (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4)."""

_FINAL_STATUSES = frozenset({501, 505})
"""The statuses from 500 on that it does not: the server lacks what the request needs (RFC 9110 §15.6.2 and §15.6.6)."""


def is_temporary(status: int) -> bool:
    """Whether another attempt may change the status of an answer. One that is unknown counts as 500 (RFC 9110 §15)."""
    return status in _REPEATED_STATUSES or (500 <= status <= 599 and status not in _FINAL_STATUSES)


@dataclass(frozen=True, slots=True)
class Retries:
    """The budget of a call: attempts in all, and seconds from the first one, after which no other one begins.

    The delay before an attempt is random, up to `first_delay`, doubled with each attempt up to `longest_delay`: see
    `find_longest_delay`. A `Retry-After` of the receiver is the least delay; one that the budget does not have ends the
    call.

    Raises:
        ValueError: there is no attempt, or a number of seconds is negative.
    """

    attempts: int = 5
    seconds: float = 60.0
    first_delay: float = 0.5
    longest_delay: float = 20.0

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"the attempts of a call are 1 or more, not {self.attempts}")
        for name in ("seconds", "first_delay", "longest_delay"):
            if not getattr(self, name) >= 0:  # which is not true of NaN either
                raise ValueError(f"the {name} of retries are 0 or more, not {getattr(self, name)}")


NO_RETRIES = Retries(attempts=1)
"""One attempt."""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """An attempt that was not accepted: its number from 1, the seconds since the first one began, and its outcome.

    The outcome is a failure, or the status of an answer with the seconds of its `Retry-After`.
    """

    number: int
    elapsed: float
    outcome: Failure | int
    retry_after: float | None = None


def choose_delay(retries: Retries, attempt: FailedAttempt, *, is_repeatable: bool, random: float) -> float | None:
    """Return the seconds to wait before the next attempt, or None where there is none.

    A request that is not repeatable is sent again only if it can't have arrived. `random` is from 0 to 1.
    """
    if attempt.number >= retries.attempts or not _may_help(attempt.outcome, is_repeatable=is_repeatable):
        return None
    jittered = random * find_longest_delay(attempt.number, retries.first_delay, retries.longest_delay)
    delay = max(jittered, attempt.retry_after or 0.0)
    return delay if attempt.elapsed + delay <= retries.seconds else None


def find_longest_delay(attempt: int, first: float, longest: float) -> float:
    """Return the longest delay after an attempt (the first is 1): `first`, doubled with each attempt up to `longest`.

    A delay is random, from zero to this one ("full jitter": M. Brooker, Exponential backoff and jitter, 2015).
    """
    return min(longest, first * 2.0 ** min(attempt - 1, 60))


def _may_help(outcome: Failure | int, *, is_repeatable: bool) -> bool:
    if isinstance(outcome, int):
        return is_repeatable and is_temporary(outcome)
    return not outcome.is_lasting and (is_repeatable or not outcome.may_have_arrived)


_SECONDS = re.compile("[0-9]{1,10}")


def read_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds of a `Retry-After` field: a number, or a date after `now` in seconds (RFC 9110 §10.2.3).

    None where there is no field, or none that can be read; a date that has passed is 0.
    """
    if value is None:
        return None
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        date = parsedate_to_datetime(value)
        return max(0.0, date.timestamp() - now) if date.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
