"""Which reader a source is for: the readers in a registry that a package can add to (`schemapress.readers`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from schemapress.errors import SchemapressError

from . import openapi, redocly_page, schema_document
from .draft import Draft


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one kind of source: `accepts` says of a text whether it is of that kind, `drafts` reads it."""

    name: str
    accepts: Callable[[str], bool]
    drafts: Callable[[str, Path], list[Draft]]


READERS = (
    Reader("a schema or WSDL document", schema_document.accepts, schema_document.drafts),
    Reader("an OpenAPI document", openapi.accepts, openapi.drafts),
    Reader("a Redocly page", redocly_page.accepts, redocly_page.drafts),
)


def decode(data: bytes, name: str) -> str:
    """Return the text of a source.

    Raises:
        SchemapressError: it is not a text in UTF-8.
    """
    hint = "A source is a text in UTF-8."
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"This is not UTF-8: byte {error.start + 1} is {data[error.start]:#04x}."
        raise SchemapressError(message, place=name, hint=hint) from None
    if "\0" in text:
        raise SchemapressError("This is not a text: it has a NUL character.", place=name, hint=hint)
    return text.replace("\r\n", "\n")


def read_source(data: bytes, path: Path) -> list[Draft]:
    """Return the drafts of a source, by the reader that it is for.

    Raises:
        SchemapressError: the reader that it is for can't read it.
    """
    text = decode(data, path.name)
    added: list[Reader] = [point.load() for point in entry_points(group="schemapress.readers")]
    for reader in (*added, *READERS):
        if reader.accepts(text):
            return reader.drafts(text, path)
    raise SchemapressError("This is no source that is known.", place=path.name)
