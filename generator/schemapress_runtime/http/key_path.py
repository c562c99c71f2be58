"""The value of a key: what a path of attributes leads to in a message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


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
