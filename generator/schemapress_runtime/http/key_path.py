"""The value of a key: what a path of attributes leads to in a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def read_key(key: Callable[[Any], object] | None, message: object) -> str | None:
    """Return the text of a key of a message; None where there is none. An empty key is none: it tells nothing apart."""
    value = None if key is None else key(message)
    return None if value is None else str(value) or None


def path_getter(*names: str) -> Callable[[Any], object]:
    """Return a function that follows attributes from a message, and gives None if an object on the way is absent."""

    def get(message: Any) -> object:  # of any class
        value = message
        for name in names:
            if value is None:
                return None
            value = getattr(value, name)
        return value

    return get
