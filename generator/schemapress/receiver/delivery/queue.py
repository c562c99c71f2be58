"""Which message is delivered next: one at a time per line, in the order of arrival."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for its delivery, not before a time in microseconds; `attempts` failed before."""

    id: int
    line: Hashable | None
    attempts: int = 0
    not_before: int = 0


@dataclass(slots=True)
class DeliveryQueue:
    """The messages that wait or are being delivered.

    Messages of one line follow one another: the first is taken, and the next only when it was removed. A message
    without a line waits for no other.
    """

    _lines: dict[object, deque[Waiting]] = field(default_factory=dict)
    _heads: list[tuple[int, int, object]] = field(default_factory=list)
    _taken: dict[int, object] = field(default_factory=dict)
    _known: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        """Return how many messages wait or are being delivered."""
        return len(self._known)

    def __contains__(self, id_: int) -> bool:
        return id_ in self._known

    def add(self, message: Waiting) -> None:
        """Add a message behind those of its line; one that is here already stays where it is."""
        if message.id in self._known:
            return
        self._known.add(message.id)
        line = self._line_of(message)
        if line in self._lines:
            self._lines[line].append(message)
        else:
            self._lines[line] = deque([message])
            self._offer(line, message)

    def take(self, now: int) -> Waiting | None:
        """Return the message whose turn it is and mark it as taken, or None where none may be delivered yet."""
        if not self._heads or self._heads[0][0] > now:
            return None
        _, id_, line = heapq.heappop(self._heads)
        self._taken[id_] = line
        return self._lines[line][0]

    def next_time(self) -> int | None:
        """Return from when on a message may be delivered, or None where none waits for a time."""
        return self._heads[0][0] if self._heads else None

    def remove(self, id_: int) -> None:
        """Remove a taken message; the turn of the next one of its line has come."""
        line = self._taken.pop(id_)
        self._known.discard(id_)
        messages = self._lines[line]
        messages.popleft()
        if messages:
            self._offer(line, messages[0])
        else:
            del self._lines[line]

    def put_back(self, message: Waiting) -> None:
        """Put a taken message back in front of those of its line, for a later attempt."""
        line = self._taken.pop(message.id)
        self._lines[line][0] = message
        self._offer(line, message)

    @staticmethod
    def _line_of(message: Waiting) -> object:
        return (message.id,) if message.line is None else message.line

    def _offer(self, line: object, message: Waiting) -> None:
        heapq.heappush(self._heads, (message.not_before, message.id, line))
