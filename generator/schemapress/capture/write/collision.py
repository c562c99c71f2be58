"""Refuses sources that would share a file name, so that no file is overwritten by another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemapress.errors import SchemapressError

from ..draft import Draft
from .folder import DECISIONS, Folder


@dataclass(frozen=True, slots=True)
class NamedSource:
    """A source: the name under which it is kept, the file or URL that it was read from, its drafts and its bytes.

    `is_copy` is true for an XSD; `url` is empty for a file.
    """

    name: str
    origin: str
    drafts: tuple[Draft, ...]
    is_copy: bool
    data: bytes = field(repr=False)
    url: str = ""


def refuse_collisions(sources: Iterable[NamedSource], folder: Folder) -> None:
    """Refuse different sources, or files made from them, that have one name.

    Raises:
        SchemapressError: two of them have one name, with both places; or the folder has the name from another source.
    """
    all_sources = list(sources)
    names = {source.name for source in all_sources}
    pages: dict[str, NamedSource] = {}
    files: dict[str, tuple[str, str | None]] = {}
    for source in all_sources:
        _refuse_page(source, pages.setdefault(source.name, source), folder)
        for draft in source.drafts:
            text = _text_of_copy(draft) if source.is_copy else None
            place = draft.place or source.origin
            other, known = files.setdefault(draft.schema, (place, text))
            if other != place and (text is None or text != known):
                message = f"This would become {draft.schema}, and so would {other}."
                hint = "Capture one of them into another folder. In OpenAPI, you can also change an operationId."
                raise SchemapressError(message, place=place, hint=hint)
            before = folder.decisions.get(draft.schema)
            if before is None or before.source.page in names or text == folder.last_captured(draft.schema):
                continue
            message = f"This would become {draft.schema}, which was captured from {before.source.page}."
            hint = (
                f"Capture one of them into another folder. If {source.name} is the new name of {before.source.page}, "
                f"set `page` to it in {folder.path / DECISIONS}."
            )
            raise SchemapressError(message, place=place, hint=hint)


def _refuse_page(source: NamedSource, other: NamedSource, folder: Folder) -> None:
    if source.origin != other.origin:
        message = f"This source has the same name as {other.origin}, and both would be kept as {source.name}."
        raise SchemapressError(message, place=source.origin, hint="Rename one of them, or capture one at a time.")
    before = {schema for schema, known in folder.decisions.items() if known.source.page == source.name}
    if before and not source.is_copy and before.isdisjoint(draft.schema for draft in source.drafts):
        old, new = sorted(before)[0], source.drafts[0].schema
        message = f"{folder.path / source.name} is the source of {old}; this one has its name, but becomes {new}."
        hint = (
            f"Rename this file. If it is the same page about a new path, delete {old} and its part of "
            f"{folder.path / DECISIONS} first."
        )
        raise SchemapressError(message, place=source.origin, hint=hint)


def list_obsolete(source: NamedSource, folder: Folder) -> Iterator[str]:
    """Yield the XSDs in a folder that were captured from a source, but no longer are."""
    captured = {draft.schema for draft in source.drafts}
    for schema, before in sorted(folder.decisions.items()):
        if before.source.page == source.name and schema not in captured and (folder.path / schema).is_file():
            yield schema


def _text_of_copy(draft: Draft) -> str | None:
    text = draft.finish((), {}).file
    return text if isinstance(text, str) else None
