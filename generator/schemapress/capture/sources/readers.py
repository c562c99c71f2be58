"""Chooses the reader of a source; a package can add readers (entry point group `schemapress.readers`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond

from ..draft import Draft
from . import openapi, redocly_page, schema_document
from .schema_document import NO_SURROUNDINGS, Surroundings


@dataclass(frozen=True, slots=True)
class SourceReader:
    """Reads one kind of source: `accepts` returns whether a text is of that kind, `drafts` reads it.

    Files with one of the `endings` always count as that kind, so that their errors are reported in its terms.
    """

    name: str
    accepts: Callable[[str], bool]
    drafts: Callable[[str, Path], list[Draft]]
    endings: tuple[str, ...] = ()


def readers(limits: SourceLimits, beside: Surroundings = NO_SURROUNDINGS) -> tuple[SourceReader, ...]:
    """Return the built-in readers, the most specific ones first."""
    schema = partial(schema_document.drafts, beside=beside, limits=limits)
    document = partial(openapi.drafts, limits=limits)
    page = partial(redocly_page.drafts, limits=limits)
    return (
        SourceReader("a schema or WSDL document", schema_document.accepts, schema, (".xsd", ".wsdl", ".xml")),
        SourceReader("an OpenAPI document", openapi.accepts, document, (".yaml", ".yml", ".json")),
        SourceReader("a Redocly page", redocly_page.accepts, page, (".md", ".markdown")),
    )


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML does not allow (XML 1.0 §2.2)."""


_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


def decode(data: bytes, name: str) -> str:
    """Return the text of a source.

    Raises:
        SchemapressError: it is not text in UTF-8.
    """
    hint = "A source must be text in UTF-8."
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"This is not UTF-8: byte {error.start + 1} is {data[error.start]:#04x}."
        raise SchemapressError(message, place=name, hint=hint) from None
    illegal = _ILLEGAL.search(text)
    if illegal is not None:
        character = "a NUL character" if illegal[0] == "\0" else f"the character U+{ord(illegal[0]):04X}"
        line = text.count("\n", 0, illegal.start()) + 1
        raise SchemapressError(f"This is not text: it has {character}.", place=f"{name}:{line}", hint=hint)
    return text.replace("\r\n", "\n")


def read_source(
    data: bytes, path: Path, limits: SourceLimits = DEFAULT_LIMITS, beside: Surroundings = NO_SURROUNDINGS
) -> list[Draft]:
    """Return the drafts of a source; `beside` has the other documents that it may refer to.

    Raises:
        SchemapressError: no reader accepts the source, its reader can't read it, or it goes beyond a limit.
    """
    if len(data) > limits.page_bytes:
        raise beyond("page_bytes", limits, "The source", str(path))
    text = decode(data, path.name)
    added: list[SourceReader] = [point.load() for point in entry_points(group="schemapress.readers")]
    if _HTML.match(text):
        hint = (
            "A Redocly portal serves the page as Markdown at the address that ends in .md, and most portals link to "
            "their OpenAPI document."
        )
        raise SchemapressError("This is HTML, which can't be captured.", place=f"{path.name}:1", hint=hint)
    own = readers(limits, beside)
    by_ending = [reader for reader in own if path.suffix.lower() in reader.endings]
    known = " or ".join(f"{reader.name} ({', '.join(reader.endings)})" for reader in own)
    if not by_ending and not any(reader.accepts(text) for reader in (*added, *own[:-1])) and "Endpoint:" not in text:
        message = "This is not a known kind of source."
        raise SchemapressError(message, place=path.name, hint=f"Expected: {known}.")
    candidates: list[SourceReader] = [*added, *(by_ending or own)]
    for reader in candidates:
        if reader in by_ending or reader.accepts(text):
            try:
                return reader.drafts(text, path)
            except RecursionError:
                message = f"This is {reader.name} whose parts are nested too deeply, or contain themselves."
                raise SchemapressError(message, place=path.name, hint="Flatten it, or break the circle.") from None
    raise SchemapressError("This is not a known kind of source.", place=path.name)
