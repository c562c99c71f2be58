"""Which reader a source is for; a package can add readers (entry point group `schemapress.readers`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond

from . import openapi, redocly_page, schema_document
from .draft import Draft
from .schema_document import NOTHING_FOUND, Found


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one kind of source: `accepts` says of a text whether it is of that kind, `drafts` reads it.

    `endings` are those of files that are of that kind whatever they hold: what is wrong with one is told in its terms.
    """

    name: str
    accepts: Callable[[str], bool]
    drafts: Callable[[str, Path], list[Draft]]
    endings: tuple[str, ...] = ()


def readers(limits: SourceLimits, found: Found = NOTHING_FOUND) -> tuple[Reader, ...]:
    """Return the readers that come with this package, those of one kind of source before those of any."""
    schema = partial(schema_document.drafts, found=found, limits=limits)
    document = partial(openapi.drafts, limits=limits)
    page = partial(redocly_page.drafts, limits=limits)
    return (
        Reader("a schema or WSDL document", schema_document.accepts, schema, (".xsd", ".wsdl", ".xml")),
        Reader("an OpenAPI document", openapi.accepts, document, (".yaml", ".yml", ".json")),
        Reader("a Redocly page", redocly_page.accepts, page, (".md", ".markdown")),
    )


_STRANGE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that no XML document has (XML 1.0 §2.2)."""


_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


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
    strange = _STRANGE.search(text)
    if strange is not None:
        what = "a NUL character" if strange[0] == "\0" else f"the character U+{ord(strange[0]):04X}"
        line = text.count("\n", 0, strange.start()) + 1
        raise SchemapressError(f"This is not a text: it has {what}.", place=f"{name}:{line}", hint=hint)
    return text.replace("\r\n", "\n")


def read_source(
    data: bytes, path: Path, limits: SourceLimits = DEFAULT_LIMITS, found: Found = NOTHING_FOUND
) -> list[Draft]:
    """Return the drafts of a source, by the reader that it is for; `found` is what was fetched for it.

    Raises:
        SchemapressError: the reader that it is for can't read it, or it goes beyond a limit.
    """
    if len(data) > limits.page_bytes:
        raise beyond("page_bytes", limits, "The source", str(path))
    text = decode(data, path.name)
    added: list[Reader] = [point.load() for point in entry_points(group="schemapress.readers")]
    if _HTML.match(text):
        hint = (
            "A Redocly portal serves the page as Markdown at the address that ends in .md, and most portals have a "
            "link to their OpenAPI document."
        )
        raise SchemapressError("This is HTML, which is not read.", place=f"{path.name}:1", hint=hint)
    own = readers(limits, found)
    by_ending = [reader for reader in own if path.suffix.lower() in reader.endings]
    named = " or ".join(f"{reader.name} ({', '.join(reader.endings)})" for reader in own)
    if not by_ending and not any(reader.accepts(text) for reader in (*added, *own[:-1])) and "Endpoint:" not in text:
        message = "This is no source that is known."
        raise SchemapressError(message, place=path.name, hint=f"Expected is {named}.")
    candidates: list[Reader] = [*added, *(by_ending or own)]
    for reader in candidates:
        if reader in by_ending or reader.accepts(text):
            try:
                return reader.drafts(text, path)
            except RecursionError:
                message = f"This is {reader.name} whose parts are nested too deeply, or are parts of themselves."
                raise SchemapressError(message, place=path.name, hint="Flatten it, or take the circle apart.") from None
    raise SchemapressError("This is no source that is known.", place=path.name)
