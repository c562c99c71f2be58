"""One version of a schema: its files, how the user named them, and the schema that they make."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from schemapress.diff.finding import Location
from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load.entries import find_entries
from schemapress.load.loader import load
from schemapress.load.roots import Roots, roots_around, xsds
from schemapress.load.schema import Schema
from schemapress.load.source import SchemaDocument, read_documents
from schemapress.project import api_of
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.xsd.place import BUILT_IN, NOWHERE, Place

AROUND = 2
"""Lines that are shown before and after the one that a finding is about."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the schemas of versions are read: whether they stay on disk, from which folders, within which limits."""

    is_on_disk: bool = True
    roots: Roots | None = None
    limits: SourceLimits = DEFAULT_LIMITS


USUAL = Reading()


@dataclass(frozen=True)
class Version:
    """One version of a schema. `name` is what the user called it; places in it are shown below `shown`."""

    name: str
    files: tuple[Path, ...]
    shown: str
    reading: Reading = USUAL
    _texts: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def schema(self) -> Schema:
        """The schema.

        Raises:
            SchemapressError: a file is missing, is no XSD, or the schema is invalid.
        """
        try:
            return load(self.files, roots=self.reading.roots, limits=self.reading.limits)
        except SchemapressError as error:
            raise self._named(error) from None

    @cached_property
    def documents(self) -> tuple[SchemaDocument, ...]:
        """The schema documents: those of the version, and all that they include or import.

        Raises:
            SchemapressError: one is missing, or is no XSD.
        """
        try:
            read = read_documents(self.files, roots=self.reading.roots, limits=self.reading.limits)
            return tuple(read.documents)
        except SchemapressError as error:
            raise self._named(error) from None

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """The bytes of each file that the schema is made of."""
        return {document.file: document.data for document in self.documents}

    def _named(self, error: SchemapressError) -> SchemapressError:
        """Return an error as one of this version, with its place as the user knows it."""
        place = None if error.place is None else error.place.replace(str(self.folder), self.shown or ".")
        return SchemapressError(f"{self.name} does not load: {error.message}", place=place, hint=error.hint)

    @cached_property
    def validator(self) -> Validator:
        """What validates documents by the schema."""
        return Validator(self.schema.declarations)

    @property
    def folder(self) -> Path:
        """The folder that the places in the schema are relative to."""
        return self.files[0].resolve().parent

    def place(self, place: Place | None) -> Location | None:
        """Return where a place of the schema is, as it can be shown; None for what is built in."""
        if place in (None, NOWHERE, BUILT_IN):
            return None
        first = max(1, place.line - AROUND)
        excerpt = self._lines(place.file)[first - 1 : place.line + AROUND]
        return Location(self.named(place.file), place.line, first, excerpt)

    def named(self, file: str) -> str:
        """Return the name by which a file of the version is shown."""
        revision, colon, folder = self.shown.rpartition(":")
        return f"{revision}{colon}{posixpath.normpath(posixpath.join(folder, file))}"

    def _lines(self, file: str) -> tuple[str, ...]:
        if file not in self._texts:
            path = self.folder / file
            self._texts[file] = tuple(path.read_text("utf-8", "replace").splitlines()) if path.is_file() else ()
        return self._texts[file]


def version(name: str, path: Path, shown: str, reading: Reading = USUAL) -> Version:
    """Return the version at a path: an XSD, or the XSDs of a folder; of a revision, it is no longer there later.

    Raises:
        SchemapressError: there is no such path, or no XSD in the folder.
    """
    if path.is_file():
        return Version(name, (path,), shown.rpartition("/")[0], reading)
    if not path.is_dir():
        hint = "Name an XSD, a folder of XSDs, or REVISION:PATH with a path from the top of the repository."
        raise SchemapressError("There is no such file or folder.", place=name, hint=hint)
    files = xsds(path)
    if not files:
        raise SchemapressError("There is no .xsd in this folder.", place=name)
    api = api_of(path)
    roots = reading.roots or (roots_around([path / "*.xsd"]) if api is None else api.roots)
    found = find_entries(files, roots) if api is None else api.sources
    inside = Path(os.path.relpath(found[0].resolve().parent, path.resolve())).as_posix()  # where places are relative to
    return Version(name, found, posixpath.normpath(posixpath.join(shown, inside)), replace(reading, roots=roots))
