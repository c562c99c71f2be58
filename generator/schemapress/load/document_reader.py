"""Reads the documents of a schema: the files that are named, and all that their references lead to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress_runtime.names import XSD_NAMESPACE
from schemapress_runtime.report.problem import Problem
from schemapress_runtime.xml.document import Element, despite_odd_namespaces, xml_parser

from .document import XSD_TAG, SchemaDocument, line_of, references
from .inputs import Inputs
from .namespace_renaming import rename_namespaces
from .resolution import REFERRING, Resolution, is_shipped, missing_document, namespaces_of
from .roots import Roots, is_remote, outside_hint, roots_around


@dataclass(frozen=True, slots=True)
class SchemaDocuments:
    """The documents of a schema, named ones first, then those that they refer to; the catalogs, and all inputs."""

    documents: list[SchemaDocument]
    catalogs: tuple[Path, ...]
    inputs: Inputs


NO_RENAMING: Mapping[str, str] = MappingProxyType({})


def read_documents(
    paths: tuple[Path, ...],
    *,
    strict: bool = True,
    roots: Roots | None = None,
    limits: SourceLimits = DEFAULT_LIMITS,
    renaming: Mapping[str, str] = NO_RENAMING,
    needs_files: bool = True,
) -> SchemaDocuments:
    """Return the documents of a schema: those named, and all that they include, import or redefine.

    Only files in `roots` are read; without them, in `roots_around` the paths. `renaming` maps namespaces to the names
    that they get in every document; the files are looked for by their own names. If `strict`, these are errors:

    - A file is missing, if it `needs_files`. The specification allows it (§4.2.1), and a component is then missing only
      where it is used.
    - A file is on the network, for nothing is fetched. An import may be, if another document has its namespace:
      schemaLocation is only a hint (§4.2.3).
    - A name refers to a namespace that no document has.

    Raises:
        SchemapressError: a file is missing, is not XML or not an XSD, or may not be read; with the line that refers
            to it. Or the documents are too many or too large for the limits.
    """
    reader = _DocumentReader(paths, strict, roots, limits, renaming, needs_files=strict and needs_files)
    documents = reader.read()
    if strict:
        _check_namespaces(documents)
    return SchemaDocuments(documents, reader.catalogs, reader.inputs)


def _check_namespaces(documents: list[SchemaDocument]) -> None:
    """Check that each namespace that names refer to has a document.

    Raises:
        SchemapressError: a namespace has no document; with the line of its import or, without one, of the name.
    """
    known = {document.namespace for document in documents}
    for document in documents:
        seen: set[str] = set()
        for element in document.root.iter(f"{XSD_TAG}*"):
            if document.scope is not None:  # then a name that was looked at once needs no second look
                names = {str(value) for attribute, value in element.items() if attribute in REFERRING}
                if names <= seen:
                    continue
                seen |= names
            for namespace, local in namespaces_of(element).items():
                if namespace not in known:
                    imports = (
                        reference for reference in references(document.root) if reference.get("namespace") == namespace
                    )
                    place = document.show(next(imports, element))
                    raise missing_document(namespace, f"{local} (line {line_of(element)})", place)


@dataclass(frozen=True, slots=True)
class _File:
    """The root, the bytes and the `scope` of a file, and its includes, imports and redefinitions as it has them."""

    root: Element
    data: bytes
    scope: Mapping[str | None, str] | None
    references: tuple[Element, ...] = ()


_LIKE_ASCII = ("UTF-8", "US-ASCII", "ASCII", "ISO-8859-1")


def _is_plain(root: Element, data: bytes) -> bool:
    """Whether all namespace declarations of a file can be seen in its bytes: a document type may hide some."""
    encoding = root.getroottree().docinfo.encoding or "UTF-8"
    return encoding.upper() in _LIKE_ASCII and b"<!DOCTYPE" not in data


class _DocumentReader:
    """Reads documents, each file once."""

    def __init__(
        self,
        paths: tuple[Path, ...],
        strict: bool,
        roots: Roots | None,
        limits: SourceLimits,
        renaming: Mapping[str, str],
        *,
        needs_files: bool,
    ) -> None:
        self._paths = paths
        self._needs_files = needs_files
        self._renaming = renaming
        self._strict = strict
        self._roots = roots_around(paths) if roots is None else roots
        self._limits = limits
        self._folder = paths[0].resolve().parent
        self._read: dict[Path, _File] = {}
        self._renamed: dict[tuple[Path, bool], _File] = {}
        self._reals: dict[Path, Path] = {}
        self._bytes = 0
        self._remote: list[tuple[str, SchemapressError]] = []
        self.inputs = Inputs()
        self._resolution = Resolution(self._roots, self.inputs)

    @property
    def catalogs(self) -> tuple[Path, ...]:
        """The catalogs that were read."""
        return self._resolution.catalogs

    def read(self) -> list[SchemaDocument]:
        documents: dict[tuple[Path, str], SchemaDocument] = {}
        waiting: list[tuple[Path, str | None, str | None]] = []
        for path in reversed(self._paths):
            if not self._roots.holds(path):
                message = "This file is outside the folders that may be read."
                raise SchemapressError(message, place=str(path), hint=outside_hint(self._roots))
            waiting.append((path, None, None))
        while waiting:
            path, includer, referrer = waiting.pop()
            real = self._reals[path] = self._reals.get(path) or path.resolve()
            file = Path(os.path.relpath(real, self._folder)).as_posix()
            _check_names(path, file, referrer)
            read = self._file(path, real, referrer)
            self.inputs.note(path, real, read.data)
            if self._renaming:
                read = self._rename(real, path, read, includer)
            root = read.root
            own = root.get("targetNamespace", "")
            namespace = includer if not own and includer else own
            if (real, namespace) in documents:
                continue
            document = SchemaDocument(root, path, file, namespace, not own and bool(includer))
            targets = [self._target(document, reference) for reference in read.references]
            documents[real, namespace] = replace(
                document, targets=tuple(targets), data=read.data, real=real, reals=self._reals, scope=read.scope
            )
            if len(documents) > self._limits.schema_documents:
                raise beyond("schema_documents", self._limits, "The schema", referrer)
            for reference, target in reversed([*zip(references(root), targets, strict=True)]):
                if target is not None:
                    included = None if reference.tag == XSD_TAG + "import" else namespace
                    waiting.append((target, included, document.show(reference)))
        namespaces = {document.namespace for document in documents.values()}
        for namespace, refusal in self._remote:
            if namespace not in namespaces:
                raise refusal
        return _drop_shipped(list(documents.values()))

    def _target(self, document: SchemaDocument, reference: Element) -> Path | None:
        """Return the file that a reference leads to, or None for a reference that is ignored."""
        place = document.show(reference)
        location = reference.get("schemaLocation", "")
        namespace = reference.get("namespace", "") if reference.tag == XSD_TAG + "import" else None
        try:
            target = self._resolution.find(location, namespace, document.path, place)
        except SchemapressError as refusal:
            if not is_remote(location):
                raise
            if self._strict and namespace is None:
                raise
            if self._strict:
                self._remote.append((namespace or "", refusal))
            return None
        return target if target is None or self._needs_files or self.inputs.is_file(target) else None

    def _file(self, file: Path, real: Path, referrer: str | None) -> _File:
        if real not in self._read:
            data = self._data(file, referrer)
            root = _parse(data, file, referrer)
            scope = self._check_declarations(root, data, file)
            self._read[real] = _File(root, data, scope, tuple(references(root)))
        return self._read[real]

    def _rename(self, real: Path, path: Path, read: _File, includer: str | None) -> _File:
        """Return a file with renamed namespaces; one without a namespace takes that of its includer, if it has one."""
        renaming = {name: new for name, new in self._renaming.items() if name or not includer}
        known = (real, "" in renaming)
        if known not in self._renamed:
            root, data = rename_namespaces(read.root, renaming)
            scope = self._check_declarations(root, data, path)
            self._renamed[known] = replace(read, root=root, data=data, scope=scope)
        return self._renamed[known]

    def _check_declarations(self, root: Element, data: bytes, file: Path) -> Mapping[str | None, str] | None:
        """Return the `scope` of a document. Check that no namespace name is too long or has braces, and that no scope
        declares too many.

        Raises:
            SchemapressError: the document goes beyond a limit, or a namespace name has braces.
        """
        scope = root.nsmap
        in_scope, longest, is_new = 0, len(root.get("targetNamespace", "")), True
        is_uniform = _is_plain(root, data)
        if any(brace in (root.get("targetNamespace") or "") for brace in "{}"):
            raise _braces_error(f"{file}:{line_of(root)}")
        events: Iterable[tuple[str, Any]] = etree.iterwalk(root, events=("start", "start-ns", "end-ns"))
        if is_uniform and data.count(b"xmlns") == len(scope):  # the root has all declarations
            events = [*(("start-ns", declaration) for declaration in scope.items()), ("start", root)]
        for event, item in events:
            if event == "start":
                for limit, amount in (("namespace_characters", longest), ("namespace_declarations", in_scope)):
                    if is_new and amount > getattr(self._limits, limit):
                        raise beyond(limit, self._limits, "The document", f"{file}:{line_of(item)}")
                is_new = False
                if in_scope > len(scope) and is_uniform:
                    is_uniform = not item.tag.startswith(XSD_TAG)
            elif event == "start-ns":
                in_scope += 1
                is_new = True
                longest = max(longest, len(item[1] or ""))
                if any(brace in (item[1] or "") for brace in "{}"):
                    raise _braces_error(str(file))
            else:
                in_scope -= 1
        return scope if is_uniform else None

    def _data(self, file: Path, referrer: str | None) -> bytes:
        try:
            self._bytes += file.stat().st_size
            if self._bytes > self._limits.schema_bytes:
                raise beyond("schema_bytes", self._limits, "The schema", str(file))
            return file.read_bytes()
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                message = f"The file {file} can't be read: {error.strerror or error}."
                raise SchemapressError(message, place=referrer or str(file)) from None
            if referrer is None:
                raise SchemapressError("There is no such file.", place=str(file), hint="Check the path.") from None
            message = f"This refers to {file}, which does not exist."
            raise SchemapressError(message, place=referrer, hint="Add the file, or fix schemaLocation.") from None


def _drop_shipped(documents: list[SchemaDocument]) -> list[SchemaDocument]:
    """Return documents without shipped ones whose namespace another document has, which takes their place."""
    own = {document.namespace: document.path for document in documents if not is_shipped(document.path)}
    dropped = [document for document in documents if is_shipped(document.path) and document.namespace in own]
    instead = {document.path: own[document.namespace] for document in dropped}
    return [
        replace(document, targets=tuple(target and instead.get(target, target) for target in document.targets))
        for document in documents
        if document.path not in instead
    ]


def _braces_error(place: str) -> SchemapressError:
    message = "A namespace name has braces, which enclose the namespace in the names of components."
    return SchemapressError(message, place=place, hint="Remove the braces; a URI has none.")


def _check_names(path: Path, file: str, referrer: str | None) -> None:
    """Check that messages and generated files can contain a path and the name of its file.

    Raises:
        SchemapressError: one of the two is not UTF-8.
    """
    for name in (str(path), file):
        try:
            name.encode()
        except UnicodeEncodeError:
            message = f"The name of the file is not UTF-8: {_escape_bytes(name)}."
            place = _escape_bytes(str(path)) if referrer is None else referrer
            raise SchemapressError(message, place=place, hint="Rename the file, or its folder.") from None


def _escape_bytes(name: str) -> str:
    """Return a printable name, in which bytes that are not UTF-8 are escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _parse(data: bytes, file: Path, referrer: str | None) -> Element:
    """Return the root of a schema document. If only a `referrer` named the file, errors show none of its content."""
    try:
        root = etree.fromstring(data, xml_parser(doctype=True), base_url=str(file))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        odd = despite_odd_namespaces(data, doctype=True)
        if odd is None or isinstance(odd, Problem):
            line = error.position[0] if isinstance(error, etree.XMLSyntaxError) else 1
            detail = f": {getattr(error, 'msg', error)}" if referrer is None else ""
            message = f"This is not well-formed XML{detail}."
            hint = "An XSD is an XML document. Entities in other files are never read."
            raise SchemapressError(message, place=f"{file}:{line or 1}", hint=hint) from None
        root = odd
    if root.tag != XSD_TAG + "schema":
        detail = f": its root element is <{etree.QName(root).localname}>" if referrer is None else ""
        hint = f"The root element must be <schema> in the namespace {XSD_NAMESPACE}."
        raise SchemapressError(f"This is not an XSD{detail}.", place=f"{file}:{root.sourceline}", hint=hint)
    return root
