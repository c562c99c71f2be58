"""Room for the calls that xsdata's serializer nests for a deep document."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from ..limits import MAX_DEPTH

_FRAMES_PER_LEVEL = 20
"""Frames that xsdata's serializer takes for one level of elements, and some more."""


@dataclass(slots=True)
class _RaisedLimit:
    """The recursion limit of the process while threads need a higher one: their number, and the previous limit."""

    lock: Lock = field(default_factory=Lock)
    inside: int = 0
    before: int = 0


_RAISED_LIMIT: _RaisedLimit = sys.__dict__.setdefault("_schemapress_raised_limit", _RaisedLimit())
"""The one of the process, which all packages share, though each has a runtime of its own."""


@contextmanager
def room_for_depth() -> Iterator[None]:
    """Let calls nest as deep as xsdata's serializer needs it for `MAX_DEPTH` levels of elements.

    The first thread that comes in raises the limit, and the last that leaves sets it back, unless somebody else has
    set another one meanwhile.
    """
    enough, limit = MAX_DEPTH * _FRAMES_PER_LEVEL, _RAISED_LIMIT
    with limit.lock:
        if limit.inside == 0:
            limit.before = sys.getrecursionlimit()
        if sys.getrecursionlimit() < enough:
            sys.setrecursionlimit(enough)
        limit.inside += 1
    try:
        yield
    finally:
        with limit.lock:
            limit.inside -= 1
            if limit.inside == 0 and limit.before < sys.getrecursionlimit() == enough:
                sys.setrecursionlimit(limit.before)
