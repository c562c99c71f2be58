"""Names that two sources would share: nothing is overwritten by what has the same name and is something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemapress.errors import SchemapressError

from .draft import Draft
from .folder import DECISIONS, Folder


@dataclass(frozen=True, slots=True)
class Named:
    """A source by the name that it is kept under, where it was read from, its drafts and its bytes.

    `is_copy` says that it is an XSD; `url` is what it was fetched from, and empty for a file.
    """

    name: str
    origin: str
    drafts: tuple[Draft, ...]
    is_copy: bool
    data: bytes = field(repr=False)
    url: str = ""


def refuse_collisions(sources: Iterable[Named], folder: Folder) -> None:
    """Refuse sources, or files made of them, that have one name and are not the same.

    Raises:
        SchemapressError: two are, with the places of both; or one is in the folder, and of another source.
    """
    listed = list(sources)
    names = {source.name for source in listed}
    pages: dict[str, Named] = {}
    files: dict[str, tuple[str, str | None]] = {}
    for source in listed:
        _refuse_page(source, pages.setdefault(source.name, source), folder)
        for draft in source.drafts:
            text = _copied(draft) if source.is_copy else None
            place = draft.place or source.origin
            other, known = files.setdefault(draft.schema, (place, text))
            if other != place and (text is None or text != known):
                message = f"This would become {draft.schema}, and so would {other}."
                hint = "Capture one of them into another folder; in OpenAPI, another operationId will do."
                raise SchemapressError(message, place=place, hint=hint)
            before = folder.decisions.get(draft.schema)
            if before is None or before.source.page in names or text == folder.last_captured(draft.schema):
                continue
            message = f"This would become {draft.schema}, which was captured from {before.source.page}."
            hint = (
                f"Capture one of them into another folder. If {source.name} is the new name of {before.source.page}, "
                f"write that as `page` in {folder.path / DECISIONS}."
            )
            raise SchemapressError(message, place=place, hint=hint)


def _refuse_page(source: Named, other: Named, folder: Folder) -> None:
    if source.origin != other.origin:
        message = f"This source has the same name as {other.origin}, and both would be kept as {source.name}."
        raise SchemapressError(message, place=source.origin, hint="Rename one of them, or capture one at a time.")
    before = {schema for schema, one in folder.decisions.items() if one.source.page == source.name}
    if before and not source.is_copy and before.isdisjoint(draft.schema for draft in source.drafts):
        gone, made = sorted(before)[0], source.drafts[0].schema
        message = f"{folder.path / source.name} is the source of {gone}; this one has its name, and becomes {made}."
        hint = (
            f"Rename this file. If it is the same page about a new path, delete {gone} and its part of "
            f"{folder.path / DECISIONS} first."
        )
        raise SchemapressError(message, place=source.origin, hint=hint)


def no_longer_captured(source: Named, folder: Folder) -> Iterator[str]:
    """Yield the XSDs in a folder that a source became before, and does not any more."""
    made = {draft.schema for draft in source.drafts}
    for schema, before in sorted(folder.decisions.items()):
        if before.source.page == source.name and schema not in made and (folder.path / schema).is_file():
            yield schema


def _copied(draft: Draft) -> str | None:
    text = draft.finish((), {}).file
    return text if isinstance(text, str) else None
