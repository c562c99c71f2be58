"""Which reader a source is for: the readers in a registry that a package can add to (`schemapress.readers`)."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from schemapress.errors import SchemapressError

from .endpoint import Page
from .redocly import read_redocly

Reader = Callable[[str, str], Page]
"""Takes the text of a source and its name; returns what it says."""


def decode(data: bytes, name: str) -> str:
    """Return the text of a source.

    Raises:
        SchemapressError: it is not a text in UTF-8.
    """
    hint = "A page is a text in UTF-8."
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"This is not UTF-8: byte {error.start + 1} is {data[error.start]:#04x}."
        raise SchemapressError(message, place=name, hint=hint) from None
    if "\0" in text:
        raise SchemapressError("This is not a text: it has a NUL character.", place=name, hint=hint)
    return text.replace("\r\n", "\n")


def read_page(data: bytes, name: str) -> Page:
    """Return what a source says, by the reader that it is for.

    Raises:
        SchemapressError: no reader is for it, or the one that is can't read it.
    """
    text = decode(data, name)
    for point in entry_points(group="schemapress.readers"):
        accepts, read = point.load()
        if accepts(text, name):
            page: Page = read(text, name)
            return page
    return read_redocly(text, name)
