"""When a delivery that failed is tried again: exponential backoff with full jitter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schemapress_runtime.http.client.retries import find_longest_delay


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and when a delivery is tried again: after a random time of up to `first`, then of up to twice that.

    Times are in seconds, and none is over `longest`. After `attempts` the message is dead: it is kept, and tried again
    only when somebody asks.
    """

    attempts: int = 12
    first: float = 1.0
    longest: float = 3_600.0

    def pause(self, attempt: int, random: Callable[[], float]) -> float | None:
        """Return the seconds to wait after an attempt (the first is 1), or None where it was the last."""
        if attempt >= self.attempts:
            return None
        return find_longest_delay(attempt, self.first, self.longest) * random()
