"""The folder of a specification that captures are written into: pages, XSDs, and `decisions.toml`."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemapress.errors import SchemapressError, writing
from schemapress.file_mode import apply_umask

from ..ask.question import Decision
from ..decide.decisions import (
    Decisions,
    RecordedSource,
    read_decisions,
    refuse_edits_by_nobody,
    render_decisions,
    render_page,
)
from ..finish import Capture
from ..omission import Omission
from .merge import merge

DECISIONS = "decisions.toml"
CAPTURED = ".captured"
"""Holds each XSD and the decisions as they were last written, to tell edits of a person from changes of the page."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One XSD after writing: its path, the lines of its diff, and the number of conflicts with edits of a person."""

    path: Path
    diff: tuple[str, ...]
    merged: bool = False
    conflicts: int = 0


class Folder:
    """The folder of a specification."""

    def __init__(self, path: Path) -> None:
        """Take a folder, which need not exist.

        Raises:
            SchemapressError: its `decisions.toml` can't be read.
        """
        self.path = path
        self.decisions = read_decisions(path / DECISIONS)
        self._written = read_decisions(path / CAPTURED / DECISIONS)
        self._texts: dict[str, str] = {}
        self._removed: dict[str, None] = {}

    def known(self, schema: str) -> Decisions | None:
        """Return the earlier decisions on an XSD.

        Raises:
            SchemapressError: an answer was edited, but `answered-by` names no person.
        """
        known = self.decisions.get(schema)
        if known is not None:
            refuse_edits_by_nobody(known, self._written.get(schema))
        return known

    def last_captured(self, schema: str) -> str | None:
        """Return the text of a file as it was last captured."""
        base = self.path / CAPTURED / schema
        return base.read_text("utf-8") if base.is_file() else None

    def copy(self, into: Path) -> Path:
        """Copy the whole folder before a capture, and return the copy; it is empty if the folder does not exist.

        The copy includes subfolders and catalogs, since a schema may be read from any of them.
        """
        if self.path.is_dir():
            shutil.copytree(self.path, into)
        else:
            into.mkdir()
        return into

    def stage(self, into: Path) -> Folder:
        """Return a copy of the folder to write into, which is checked before it is installed."""
        return Folder(self.copy(into))

    def is_edited(self, schema: str) -> bool:
        """Whether a file was edited since it was last captured."""
        path = self.path / schema
        return path.is_file() and path.read_text("utf-8", "replace") != self.last_captured(schema)

    def remove(self, schema: str) -> None:
        """Remove an XSD, its base and the decisions on it.

        Raises:
            SchemapressError: a file can't be removed.
        """
        self._removed[schema] = None
        _remove(self.path, schema)
        self._write_decisions()

    def install(self, staged: Folder) -> None:
        """Copy every new and changed file of a staged folder into this one, and remove the files that it removed.

        Raises:
            SchemapressError: a file can't be written.
        """
        with writing(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
        for file in sorted(path for path in staged.path.rglob("*") if path.is_file()):
            target = self.path / file.relative_to(staged.path)
            data = file.read_bytes()
            if not target.is_file() or target.read_bytes() != data:
                _replace(target, data)
        for schema in staged._removed:
            _remove(self.path, schema)

    def keep(
        self,
        source: RecordedSource,
        decisions: Iterable[Decision],
        type_names: Mapping[str, str],
        omissions: Iterable[Omission] = (),
    ) -> None:
        """Save answers at once, before the XSD exists, so that an interruption does not lose them."""
        self._texts[source.schema] = render_page(source, decisions, type_names, omissions)
        self._write_decisions()

    def write(self, capture: Capture, page: bytes | None) -> WrittenFile:
        """Write the XSD of a page, its decisions, and the page itself unless it is the XSD.

        Edits of a person are merged. If there are conflicts, the XSD stays as it is, and the merged text is written
        beside it.

        Raises:
            SchemapressError: an XSD of that name exists that was not captured, or a file can't be written.
        """
        schema = capture.source.schema
        path, base = self.path / schema, self.path / CAPTURED / schema
        before = path.read_text("utf-8") if path.is_file() else ""
        last = base.read_text("utf-8") if base.is_file() else ""
        if before and not last:
            hint = f"Move it away, or capture into another folder. Captured XSDs have a copy at {CAPTURED}/{schema}."
            raise SchemapressError("This XSD was not captured, so it is not overwritten.", place=str(path), hint=hint)
        text, conflicts = capture.xsd, 0
        if before and before != last:
            merged = merge(last, before, capture.xsd)
            text, conflicts = merged.text, merged.conflicts
        if conflicts:
            conflicting = path.with_suffix(".xsd.conflict")
            conflicting.write_text(text, "utf-8")
            return WrittenFile(conflicting, tuple(_diff_lines(before, text, schema)), True, conflicts)
        if page is not None:
            _replace(self.path / capture.source.page, page)
        _replace(path, text.encode())
        _replace(base, capture.xsd.encode())
        self._texts[schema] = capture.text
        self._write_decisions()
        return WrittenFile(path, tuple(_diff_lines(before, text, schema)), before not in ("", last))

    def _write_decisions(self) -> None:
        """Write the decisions on all pages; those on pages that are not captured now stay as they were."""
        file, base = self.path / DECISIONS, self.path / CAPTURED / DECISIONS
        for path in (file, base):
            kept = _split_pages(path.read_text("utf-8")) if path.is_file() else {}
            pages = {schema: text for schema, text in {**kept, **self._texts}.items() if schema not in self._removed}
            _replace(path, render_decisions(pages[schema] for schema in sorted(pages)).encode())


def _remove(folder: Path, schema: str) -> None:
    """Remove an XSD and its base, and the folders that become empty."""
    for top in (folder, folder / CAPTURED):
        with writing(top / schema):
            (top / schema).unlink(missing_ok=True)
            for parent in (top / schema).relative_to(top).parents:
                if parent != Path() and (top / parent).is_dir() and not any((top / parent).iterdir()):
                    (top / parent).rmdir()


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step: after an interruption it has either the old or the new content.

    Raises:
        SchemapressError: the file can't be written.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(path.stat().st_mode & 0o777 if path.is_file() else apply_umask(0o666))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _split_pages(text: str) -> dict[str, str]:
    """Return the parts of decisions.toml, by XSD."""
    parts = {}
    for part in re.split(r"^(?=\[\[page\]\])", text, flags=re.MULTILINE)[1:]:
        schema = re.search(r'^schema = "(.*)"', part, re.MULTILINE)
        if schema is not None:
            parts[schema[1]] = part.rstrip() + "\n"
    return parts


def _diff_lines(before: str, after: str, name: str) -> Iterator[str]:
    if before:
        names = f"{name} before", f"{name} now"
        yield from difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
