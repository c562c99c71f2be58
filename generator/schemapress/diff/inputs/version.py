"""One version of a schema: its files, their names in reports, and the schema."""

from __future__ import annotations

import contextlib
import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from schemapress.diff.finding import Location
from schemapress.diff.inputs.resources import NO_RESOURCES, Resources, find_project, make_roots
from schemapress.diff.lifecycle import Lifecycles, read_lifecycles
from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load.document import SchemaDocument
from schemapress.load.document_reader import read_documents
from schemapress.load.endpoint_file import EndpointFile, read_endpoint_file
from schemapress.load.entries import find_entries
from schemapress.load.inputs import Inputs
from schemapress.load.loader import load
from schemapress.load.resolution import is_shipped
from schemapress.load.roots import ENDPOINT_FILE, Roots, find_endpoint_file, xsds
from schemapress.load.schema import Schema
from schemapress.project import api_of
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.xsd.place import BUILT_IN_PLACE, NOWHERE, Place

AROUND = 2
"""Lines of an excerpt before and after the line of a finding."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings for reading the schemas of a version.

    - `top` is the folder that a revision is checked out in; None for a version on disk.
    - Files are read from `roots`, within `limits`; `resources` resolve imports.
    - `renaming` maps namespaces to the names that they get in every document.
    - If `is_lenient`, a version that breaks rules of XSD is loaded as far as its components can be made.
    """

    top: Path | None = None
    roots: Roots | None = None
    limits: SourceLimits = DEFAULT_LIMITS
    resources: Resources = NO_RESOURCES
    renaming: Mapping[str, str] = field(default_factory=dict)
    is_lenient: bool = False

    @property
    def is_on_disk(self) -> bool:
        """Whether the files are the user's own."""
        return self.top is None


DEFAULT_READING = Reading()


@dataclass(frozen=True)
class Version:
    """One version of a schema. `name` is the user's name for it; reports name places below `folder_name`.

    `endpoint_file` has endpoint facts beside those in the XSDs.
    """

    name: str
    files: tuple[Path, ...]
    folder_name: str
    reading: Reading = DEFAULT_READING
    endpoint_file: Path | None = None
    _texts: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def schema(self) -> Schema:
        """The schema.

        Raises:
            SchemapressError: a file is missing or not an XSD, or the schema is invalid and this reading is not lenient.
        """
        return self._loaded[0]

    @property
    def faults(self) -> tuple[SchemapressError, ...]:
        """The rules of XSD that the version breaks, each with its place on disk; the schema is loaded in spite of them.

        Raises:
            SchemapressError: as `schema` does.
        """
        return self._loaded[1]

    @cached_property
    def _loaded(self) -> tuple[Schema, tuple[SchemapressError, ...]]:
        try:
            return self._load(None), ()
        except SchemapressError as error:
            broken = self._load_leniently(error) if self.reading.is_lenient else None
            if broken is None:
                raise self._locate_error(error) from None
            return broken

    def _load_leniently(self, error: SchemapressError) -> tuple[Schema, tuple[SchemapressError, ...]] | None:
        """Return the schema and the rules that it breaks; None if there is no schema in spite of them."""
        for needs_files in (True, False):
            faults: list[SchemapressError] = [] if needs_files else [error]
            try:
                schema = self._load(faults, needs_files=needs_files)
            except Exception:  # an invalid schema may have anything; then the error that names its fault is raised
                continue
            if faults:
                return schema, tuple(faults)
        return None

    def _load(self, faults: list[SchemapressError] | None, *, needs_files: bool = True) -> Schema:
        reading = self.reading
        return load(
            self.files,
            roots=reading.roots,
            limits=reading.limits,
            renaming=reading.renaming,
            faults=faults,
            needs_files=needs_files,
            endpoint_file=self.endpoint_file,
        )

    @cached_property
    def documents(self) -> tuple[SchemaDocument, ...]:
        """The schema documents: the files of the version, and everything that they include or import.

        Raises:
            SchemapressError: a document is missing or not an XSD.
        """
        try:
            return self._read_documents(needs_files=True)
        except SchemapressError as error:
            if self.reading.is_lenient:
                with contextlib.suppress(SchemapressError):
                    return self._read_documents(needs_files=False)
            raise self._locate_error(error) from None

    def _read_documents(self, *, needs_files: bool) -> tuple[SchemaDocument, ...]:
        reading = self.reading
        read = read_documents(
            self.files,
            roots=reading.roots,
            limits=reading.limits,
            renaming=reading.renaming,
            needs_files=needs_files,
        )
        return tuple(read.documents)

    def with_renaming(self, renaming: Mapping[str, str]) -> Version:
        """Return the version with renamed namespaces, "" being none; its places stay the same.

        Two namespaces that become one may declare the same name: then the first declaration counts.

        Raises:
            SchemapressError: no document has one of the namespaces.
        """
        if not renaming:
            return self
        known = {document.namespace for document in self.documents}
        for namespace in renaming:
            if namespace not in known:
                hint = f"Its namespaces are {', '.join(map(repr, sorted(known)))}."
                raise SchemapressError(f"{self.name} has no namespace {namespace!r} to map.", hint=hint)
        renamed_twice = {name: renaming.get(new, new) for name, new in self.reading.renaming.items()}
        reading = replace(self.reading, renaming={**renaming, **renamed_twice}, is_lenient=True)
        renamed = replace(self, reading=reading)
        renamed.__dict__["as_published"] = self.as_published
        return renamed

    @cached_property
    def as_published(self) -> Version:
        """The version with the namespaces that its documents have."""
        return self

    @cached_property
    def lifecycles(self) -> Lifecycles:
        """The marks of experimental and deprecated parts.

        Raises:
            SchemapressError: a mark is invalid.
        """
        try:
            return read_lifecycles(self.documents, self._endpoint_facts)
        except SchemapressError as error:
            raise self._locate_error(error) from None

    @cached_property
    def _endpoint_facts(self) -> EndpointFile | None:
        """The endpoint facts beside the XSDs, if there are any."""
        reading = self.reading
        if self.endpoint_file is None:
            return None
        return read_endpoint_file(
            self.endpoint_file, self.folder, Inputs(), reading.roots, reading.limits, reading.renaming
        )

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """The bytes of each file of the schema, and of its endpoint facts.

        Raises:
            SchemapressError: one can't be read.
        """
        contents = {document.file: document.data for document in self.documents}
        if self.endpoint_file is not None:
            try:
                contents[ENDPOINT_FILE] = self.endpoint_file.read_bytes()
            except OSError as error:
                place = str(self.endpoint_file)
                raise SchemapressError(f"The file can't be read: {error.strerror}.", place=place) from None
        return contents

    def _locate_error(self, error: SchemapressError) -> SchemapressError:
        """Return an error of loading this version, with its place as the user knows it."""
        hint = error.hint
        if hint is not None and "[tool.schemapress" in hint:
            hint = f"{hint} Or pass --location or --catalog, or these with --old- or --new- for one version."
        message = f"{self.name} does not load: {self.name_paths(error.message)}"
        return SchemapressError(message, place=self.show(error), hint=hint)

    def name_paths(self, text: str) -> str:
        """Return a text about this version with the paths in it as the user knows them."""
        top, revision = self.reading.top, self.folder_name.rpartition(":")[0]
        return text if top is None else text.replace(f"{top}/", f"{revision}:")

    def show(self, error: SchemapressError) -> str | None:
        """Return the place of an error of this version as the user knows it."""
        if error.place is None:
            return None
        location = self.locate(error)
        return error.place.replace(str(self.folder), self.folder_name or ".") if location is None else str(location)

    def locate(self, error: SchemapressError) -> Location | None:
        """Return the place of an error of this version for a report; None if it has none with a line."""
        path, _, line = (error.place or "").rpartition(":")
        if not path or not line.isdecimal():
            return None
        return self.place(Place(Path(os.path.relpath(Path(path).resolve(), self.folder)).as_posix(), int(line)))

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
        return Location(self.name_file(place.file), place.line, first, excerpt, self._name_in_repository(place.file))

    def name_file(self, file: str) -> str:
        """Return the name of a file of the version in reports; of a schema that comes with schemapress, its own."""
        if is_shipped((self.folder / file).resolve()):
            return posixpath.basename(file)
        revision, colon, folder = self.folder_name.rpartition(":")
        return f"{revision}{colon}{posixpath.normpath(posixpath.join(folder, file))}"

    def _name_in_repository(self, file: str) -> str | None:
        """Return the path of a file from the top of its repository; None outside of one."""
        real = (self.folder / file).resolve()
        top = self.reading.top
        if top is None:
            top = next((folder for folder in real.parents if (folder / ".git").exists()), None)
        return real.relative_to(top).as_posix() if top is not None and real.is_relative_to(top) else None

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
    top = reading.top
    if path.is_file():
        roots = reading.roots or make_roots(path, reading.resources, top)
        revision, colon, inside = folder_name.partition(":") if top is not None else ("", "", folder_name)
        return Version(name, (path,), revision + colon + inside.rpartition("/")[0], replace(reading, roots=roots))
    if not path.is_dir():
        hint = "Name an XSD, a folder of XSDs, or REVISION:PATH with a path from the top of the repository."
        raise SchemapressError("The file or folder does not exist.", place=name, hint=hint)
    files = xsds(path)
    if not files:
        raise SchemapressError("The folder has no .xsd file.", place=name, hint="Name a folder of XSDs.")
    roots = reading.roots or make_roots(path / "*.xsd", reading.resources, top)
    entries = (_find_named_entries(path, top) if is_api(path, top) else None) or find_entries(files, roots)
    inside = Path(os.path.relpath(entries[0].resolve().parent, path.resolve())).as_posix()  # places are relative to it
    return Version(
        name,
        entries,
        posixpath.normpath(posixpath.join(folder_name, inside)),
        replace(reading, roots=roots),
        find_endpoint_file(path),
    )


def is_api(folder: Path, top: Path | None) -> bool:
    """Whether a folder is an API of a project, on disk or in the check-out `top`.

    Raises:
        SchemapressError: the settings of a project on disk are invalid.
    """
    if top is None:
        return api_of(folder) is not None
    project = find_project(folder, top)
    return project is not None and (project.root / project.settings.spec).resolve() == folder.resolve().parent


def _find_named_entries(folder: Path, top: Path | None) -> tuple[Path, ...] | None:
    """Return the entry documents that the settings name for an API; None if they name none."""
    if top is None:
        api = api_of(folder)
        return None if api is None else api.named
    project = find_project(folder, top)
    return None if project is None else project.entries(folder)
