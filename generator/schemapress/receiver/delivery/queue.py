"""Which message is delivered next: one at a time per line, in the order of arrival."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemapress.receiver.inbox.deliveries import Line

_Place = Line | tuple[int]
"""A line, or the number of a message that has none."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for its delivery, not before a time in microseconds; `attempts` failed before."""

    id: int
    line: Line | None
    attempts: int = 0
    not_before: int = 0


MOST_OF_LINE = 100
"""Messages of one line that are queued; more wait in the database, so that one line can't fill the queue."""


@dataclass(slots=True)
class DeliveryQueue:
    """The messages that wait or are being delivered.

    Messages of one line follow one another: the first is taken, and the next only when it was removed. A message
    without a line waits for no other. A line that has `MOST_OF_LINE` messages is cut: it takes no more by `add`, but by
    `refill` when few are left, so that none is before an older one.
    """

    _lines: dict[_Place, deque[Waiting]] = field(default_factory=dict)
    _heads: list[tuple[int, int, _Place]] = field(default_factory=list)
    _due: list[tuple[int, _Place]] = field(default_factory=list)
    _taken: dict[int, _Place] = field(default_factory=dict)
    _known: set[int] = field(default_factory=set)
    _cut: dict[Line, int] = field(default_factory=dict)
    _short: set[Line] = field(default_factory=set)

    def __len__(self) -> int:
        """Return how many messages wait or are being delivered."""
        return len(self._known)

    def add(self, message: Waiting) -> None:
        """Add a message behind those of its line, unless that is cut; one that is here already stays where it is."""
        line = message.line
        if message.id in self._known or line in self._cut:
            return
        messages = () if line is None else self._lines.get(line, ())
        if line is not None and len(messages) >= MOST_OF_LINE:
            self._cut[line] = max(each.id for each in messages)
        else:
            self._append(message)

    def cut_lines(self) -> list[tuple[Line, int]]:
        """Return the lines that are cut and have few messages left, each with the number of its last one."""
        return [(line, self._cut[line]) for line in self._short]

    def refill(self, line: Line, messages: Sequence[Waiting], *, has_more: bool) -> None:
        """Add the messages of a line behind its last one."""
        last = self._cut.pop(line)
        self._short.discard(line)
        for message in messages:
            if message.id not in self._known:
                self._append(message)
        if has_more:
            self._cut[line] = max(last, messages[-1].id)

    def take(self, now: int) -> Waiting | None:
        """Return the message whose turn it is and mark it as taken, or None where none may be delivered yet.

        Of those that may be delivered, it is the oldest, so that new messages do not keep one waiting that failed.
        """
        while self._heads and self._heads[0][0] <= now:
            heapq.heappush(self._due, heapq.heappop(self._heads)[1:])
        if not self._due:
            return None
        id_, line = heapq.heappop(self._due)
        self._taken[id_] = line
        return self._lines[line][0]

    def next_time(self) -> int | None:
        """Return from when on a message may be delivered, or None where none waits for a time."""
        if self._due:
            return 0
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
        if line in self._cut and len(messages) < MOST_OF_LINE // 2:
            self._short.add(line)

    def put_back(self, message: Waiting) -> None:
        """Put a taken message back in front of those of its line, for a later attempt."""
        line = self._taken.pop(message.id)
        self._lines[line][0] = message
        self._offer(line, message)

    def _append(self, message: Waiting) -> None:
        self._known.add(message.id)
        line: _Place = (message.id,) if message.line is None else message.line
        if line in self._lines:
            self._lines[line].append(message)
        else:
            self._lines[line] = deque([message])
            self._offer(line, message)

    def _offer(self, line: _Place, message: Waiting) -> None:
        heapq.heappush(self._heads, (message.not_before, message.id, line))
