"""Errors that the user can fix: each names the thing, the place and the next step."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path


class SchemapressError(Exception):
    """The input or the usage is wrong; the command line prints it and exits with 2.

    `place` is a file, or `file:line`; `hint` is what to do next.
    """

    def __init__(self, message: str, *, place: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        text = self.message if self.place is None else f"{self.place}: {self.message}"
        return text if self.hint is None else f"{text}\n  {self.hint}"


class NoMessages(SchemapressError):
    """A schema declares no element that a message could have as its root, so there is nothing to generate."""


class CatalogError(SchemapressError):
    """An XML catalog can't be used."""


_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
"""What ends a line, drives a terminal, or turns the direction of a text."""


def printable(text: str) -> str:
    """Return a text from outside as one line of a terminal, with Python's escapes for its control characters."""
    return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], text)


def nearest_of(name: str, known: Iterable[str]) -> str:
    """Return the hint for a name that is not known: the nearest one that is, or else all of them."""
    from difflib import get_close_matches

    names = sorted(known)
    nearest = get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        return f"Did you mean {nearest[0]!r}?"
    return f"Known are {', '.join(names)}." if names else "Remove it."


def write_error(error: OSError, place: Path) -> SchemapressError:
    """Return the error of a file that can't be written; `place` is where, if the system does not say."""
    reason = error.strerror or str(error) or type(error).__name__
    return SchemapressError(f"This can't be written: {reason}.", place=str(error.filename or place))


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Raise the error of a disk that refuses as one that the user can act on; `place` as for `write_error`."""
    try:
        yield
    except OSError as error:
        raise write_error(error, place) from None
