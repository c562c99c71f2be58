"""One version of a schema: its files, their names in reports, and the schema."""

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
from schemapress_runtime.xsd.place import BUILT_IN_PLACE, NOWHERE, Place

AROUND = 2
"""Lines of an excerpt before and after the line of a finding."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings for reading the schemas of a version: disk or revision, readable folders, limits."""

    is_on_disk: bool = True
    roots: Roots | None = None
    limits: SourceLimits = DEFAULT_LIMITS


DEFAULT_READING = Reading()


@dataclass(frozen=True)
class Version:
    """One version of a schema. `name` is the user's name for it; reports name places below `folder_name`."""

    name: str
    files: tuple[Path, ...]
    folder_name: str
    reading: Reading = DEFAULT_READING
    _texts: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def schema(self) -> Schema:
        """The schema.

        Raises:
            SchemapressError: a file is missing or not an XSD, or the schema is invalid.
        """
        try:
            return load(self.files, roots=self.reading.roots, limits=self.reading.limits)
        except SchemapressError as error:
            raise self._locate_error(error) from None

    @cached_property
    def documents(self) -> tuple[SchemaDocument, ...]:
        """The schema documents: the files of the version, and everything that they include or import.

        Raises:
            SchemapressError: a document is missing or not an XSD.
        """
        try:
            read = read_documents(self.files, roots=self.reading.roots, limits=self.reading.limits)
            return tuple(read.documents)
        except SchemapressError as error:
            raise self._locate_error(error) from None

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """The bytes of each file of the schema."""
        return {document.file: document.data for document in self.documents}

    def _locate_error(self, error: SchemapressError) -> SchemapressError:
        """Return an error of loading this version, with its place as the user knows it."""
        place = None if error.place is None else error.place.replace(str(self.folder), self.folder_name or ".")
        return SchemapressError(f"{self.name} does not load: {error.message}", place=place, hint=error.hint)

    @cached_property
    def validator(self) -> Validator:
        """The validator of the schema."""
        return Validator(self.schema.declarations)

    @property
    def folder(self) -> Path:
        """The folder to which the places of the schema are relative."""
        return self.files[0].resolve().parent

    def place(self, place: Place | None) -> Location | None:
        """Return the location of a place for a report; None for a built-in component."""
        if place in (None, NOWHERE, BUILT_IN_PLACE):
            return None
        first = max(1, place.line - AROUND)
        excerpt = self._read_lines(place.file)[first - 1 : place.line + AROUND]
        return Location(self.name_file(place.file), place.line, first, excerpt)

    def name_file(self, file: str) -> str:
        """Return the name of a file of the version in reports."""
        revision, colon, folder = self.folder_name.rpartition(":")
        return f"{revision}{colon}{posixpath.normpath(posixpath.join(folder, file))}"

    def _read_lines(self, file: str) -> tuple[str, ...]:
        if file not in self._texts:
            path = self.folder / file
            self._texts[file] = tuple(path.read_text("utf-8", "replace").splitlines()) if path.is_file() else ()
        return self._texts[file]


def find_version(name: str, path: Path, folder_name: str, reading: Reading = DEFAULT_READING) -> Version:
    """Return the version at a path: an XSD, or the XSDs of a folder.

    Raises:
        SchemapressError: the path does not exist, or the folder has no XSD.
    """
    if path.is_file():
        return Version(name, (path,), folder_name.rpartition("/")[0], reading)
    if not path.is_dir():
        hint = "Name an XSD, a folder of XSDs, or REVISION:PATH with a path from the top of the repository."
        raise SchemapressError("The file or folder does not exist.", place=name, hint=hint)
    files = xsds(path)
    if not files:
        raise SchemapressError("The folder has no .xsd file.", place=name, hint="Name a folder of XSDs.")
    api = api_of(path)
    roots = reading.roots or (roots_around([path / "*.xsd"]) if api is None else api.roots)
    entries = find_entries(files, roots) if api is None else api.sources
    inside = Path(os.path.relpath(entries[0].resolve().parent, path.resolve())).as_posix()  # places are relative to it
    return Version(
        name, entries, posixpath.normpath(posixpath.join(folder_name, inside)), replace(reading, roots=roots)
    )
