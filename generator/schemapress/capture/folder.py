"""A folder of `spec/` that captures are written into: the pages, the XSDs, and `decisions.toml`."""

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

from .capture import Capture
from .decisions import Decisions, Source, page_text, read_decisions, refuse_edits_by_nobody, written
from .merge import merge
from .omission import Omission
from .question import Decision

DECISIONS = "decisions.toml"
CAPTURED = ".captured"
"""Has each XSD and the decisions as they were last written: so a person's edits are known from the page's changes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one XSD: its path, the lines of its diff, and how many conflicts with a person's edits it has."""

    path: Path
    diff: tuple[str, ...]
    merged: bool = False
    conflicts: int = 0


class Folder:
    """One folder of `spec/`."""

    def __init__(self, path: Path) -> None:
        """Take a folder, which need not be there.

        Raises:
            SchemapressError: its `decisions.toml` can't be read.
        """
        self.path = path
        self.decisions = read_decisions(path / DECISIONS)
        self._written = read_decisions(path / CAPTURED / DECISIONS)
        self._texts: dict[str, str] = {}
        self._removed: dict[str, None] = {}

    def known(self, schema: str) -> Decisions | None:
        """Return what was decided on an XSD before.

        Raises:
            SchemapressError: an answer was changed, and nobody is said to have changed it.
        """
        known = self.decisions.get(schema)
        if known is not None:
            refuse_edits_by_nobody(known, self._written.get(schema))
        return known

    def last_captured(self, schema: str) -> str | None:
        """Return a file as it was last captured."""
        base = self.path / CAPTURED / schema
        return base.read_text("utf-8") if base.is_file() else None

    def copied(self, into: Path) -> Path:
        """Copy all of the folder, as it is before a capture, and return the copy; it is empty if there is no folder.

        A schema may be read from any of its files: those in folders below, and catalogs.
        """
        if self.path.is_dir():
            shutil.copytree(self.path, into)
        else:
            into.mkdir()
        return into

    def staged(self, into: Path) -> Folder:
        """Return a copy of the folder, to write into what is checked before it is installed."""
        return Folder(self.copied(into))

    def is_edited(self, schema: str) -> bool:
        """Whether a file is not as it was last captured."""
        path = self.path / schema
        return path.is_file() and path.read_text("utf-8", "replace") != self.last_captured(schema)

    def remove(self, schema: str) -> None:
        """Remove an XSD, its base and what was decided on it.

        Raises:
            SchemapressError: the disk refuses.
        """
        self._removed[schema] = None
        _remove(self.path, schema)
        self._write_decisions()

    def install(self, staged: Folder) -> None:
        """Take over every file that another folder has, and this one has otherwise or not; remove what it removed.

        Raises:
            SchemapressError: the disk refuses.
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
        source: Source,
        decisions: Iterable[Decision],
        type_names: Mapping[str, str],
        omissions: Iterable[Omission] = (),
    ) -> None:
        """Keep answers at once, before there is an XSD of them: an interruption does not lose them."""
        self._texts[source.schema] = page_text(source, decisions, type_names, omissions)
        self._write_decisions()

    def write(self, capture: Capture, page: bytes | None) -> Outcome:
        """Write what a page became: the page, if it is not the XSD itself, the XSD and its decisions.

        Edits of a person are merged with; where that gives conflicts, the XSD stays as it is, and the
        merged text stands beside it.

        Raises:
            SchemapressError: there is an XSD of that name that was not captured, or the disk refuses.
        """
        schema = capture.source.schema
        path, base = self.path / schema, self.path / CAPTURED / schema
        before = path.read_text("utf-8") if path.is_file() else ""
        last = base.read_text("utf-8") if base.is_file() else ""
        if before and not last:
            hint = f"Move it away, or capture into another folder; its base would be {CAPTURED}/{schema}."
            raise SchemapressError("This XSD was not captured, and so is not overwritten.", place=str(path), hint=hint)
        text, conflicts = capture.xsd, 0
        if before and before != last:
            merged = merge(last, before, capture.xsd)
            text, conflicts = merged.text, merged.conflicts
        if conflicts:
            conflicting = path.with_suffix(".xsd.conflict")
            conflicting.write_text(text, "utf-8")
            return Outcome(conflicting, tuple(_diff(before, text, schema)), True, conflicts)
        if page is not None:
            _replace(self.path / capture.source.page, page)
        _replace(path, text.encode())
        _replace(base, capture.xsd.encode())
        self._texts[schema] = capture.text
        self._write_decisions()
        return Outcome(path, tuple(_diff(before, text, schema)), before not in ("", last))

    def _write_decisions(self) -> None:
        """Write the decisions on all pages, those as they were that were not captured now."""
        file, base = self.path / DECISIONS, self.path / CAPTURED / DECISIONS
        for path in (file, base):
            kept = _pages(path.read_text("utf-8")) if path.is_file() else {}
            pages = {schema: text for schema, text in {**kept, **self._texts}.items() if schema not in self._removed}
            _replace(path, written(pages[schema] for schema in sorted(pages)).encode())


def _remove(folder: Path, schema: str) -> None:
    """Remove an XSD and its base, and the folders that are empty then."""
    for top in (folder, folder / CAPTURED):
        with writing(top / schema):
            (top / schema).unlink(missing_ok=True)
            for parent in (top / schema).relative_to(top).parents:
                if parent != Path() and (top / parent).is_dir() and not any((top / parent).iterdir()):
                    (top / parent).rmdir()


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step: whoever interrupts leaves the file as it was, or as it is to be.

    Raises:
        SchemapressError: the disk refuses.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(path.stat().st_mode & 0o777 if path.is_file() else 0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _pages(text: str) -> dict[str, str]:
    """Return the parts of a decisions file, by the XSD that each is about."""
    found = {}
    for part in re.split(r"^(?=\[\[page\]\])", text, flags=re.MULTILINE)[1:]:
        schema = re.search(r'^schema = "(.*)"', part, re.MULTILINE)
        if schema is not None:
            found[schema[1]] = part.rstrip() + "\n"
    return found


def _diff(before: str, after: str, name: str) -> Iterator[str]:
    if before:
        names = f"{name} before", f"{name} now"
        yield from difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
