"""A folder of `spec/` that captures are written into: the pages, the XSDs, and `decisions.toml`."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemapress.errors import SchemapressError, writing

from .capture import Capture
from .decisions import Decisions, read_decisions, written
from .merge import merge

DECISIONS = "decisions.toml"
CAPTURED = ".captured"
"""Has each XSD as it was last captured, so that a person's edits are known from the page's changes."""


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
        self.path = path
        self.decisions = read_decisions(path / DECISIONS)
        self._texts: dict[str, str] = {}

    def known(self, schema: str) -> Decisions | None:
        """Return what was decided on an XSD before."""
        return self.decisions.get(schema)

    def copied(self, into: Path) -> tuple[Path, ...]:
        """Copy the XSDs into another folder, as they are before a capture, and return the copies."""
        return tuple(Path(shutil.copy(file, into)) for file in sorted(self.path.glob("*.xsd")))

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
        diff = tuple(_diff(before, text, schema))
        with writing(path):
            if conflicts:
                conflicting = path.with_suffix(".xsd.conflict")
                conflicting.write_text(text, "utf-8")
                return Outcome(conflicting, diff, True, conflicts)
            for file in (path, base):
                file.parent.mkdir(parents=True, exist_ok=True)
            if page is not None:
                (self.path / capture.source.page).write_bytes(page)
            path.write_text(text, "utf-8")
            base.write_text(capture.xsd, "utf-8")
            self._texts[schema] = capture.text
            self._write_decisions()
        return Outcome(path, diff, before not in ("", last))

    def _write_decisions(self) -> None:
        """Write the decisions on all pages, those as they were that were not captured now."""
        file = self.path / DECISIONS
        kept = _pages(file.read_text("utf-8")) if file.is_file() else {}
        pages = {**{schema: kept[schema] for schema in self.decisions if schema in kept}, **self._texts}
        file.write_text(written(pages[schema] for schema in sorted(pages)), "utf-8")


def _pages(text: str) -> dict[str, str]:
    """Return the parts of a decisions file, by the XSD that each is about."""
    parts = [f"[[page]]{part}" for part in text.split("[[page]]")[1:]]
    found = {}
    for part in parts:
        for line in part.splitlines():
            if line.startswith("schema = "):
                found[line.removeprefix("schema = ").strip().strip('"')] = part.rstrip() + "\n"
                break
    return found


def _diff(before: str, after: str, name: str) -> Iterator[str]:
    if before:
        names = f"{name} before", f"{name} now"
        yield from difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
