"""Errors that the user can fix: what happened, where, and what to do."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path


class SchemapressError(Exception):
    """The input or the usage is wrong. The command line prints the error and exits with 2.

    `message` is what happened, `place` a file or `file:line`, `hint` what to do.
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
    """A schema declares no root element, so there is nothing to generate."""


class CatalogError(SchemapressError):
    """An XML catalog can't be used."""


_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
"""Characters that end a line, control a terminal, or change the direction of a text."""


def printable(text: str) -> str:
    """Return a text as one line that is safe for a terminal, with Python's escapes for control characters."""
    return _CONTROLS.sub(lambda match: repr(match[0])[1:-1], text)


def nearest_of(name: str, known: Iterable[str]) -> str:
    """Return the hint for an unknown name: the nearest known name or, if none is near, all of them."""
    from difflib import get_close_matches

    names = sorted(known)
    nearest = get_close_matches(name, names, n=1, cutoff=0.5)
    if nearest:
        return f"Did you mean {nearest[0]!r}?"
    return f"Known are {', '.join(names)}." if names else "Remove it."


def write_error(error: OSError, place: Path) -> SchemapressError:
    """Return the error of a file that can't be written; `place` is used if the system names no file."""
    reason = error.strerror or str(error) or type(error).__name__
    return SchemapressError(f"This can't be written: {reason}.", place=str(error.filename or place))


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Raise an OSError inside the block as a SchemapressError; `place` as for `write_error`."""
    try:
        yield
    except OSError as error:
        raise write_error(error, place) from None
