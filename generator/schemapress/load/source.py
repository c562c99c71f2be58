"""The files of a schema: which documents it is made of, and where each of their elements stands."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits, beyond
from schemapress_runtime.names import XSD_NAMESPACE, clark
from schemapress_runtime.report.problem import Problem
from schemapress_runtime.xml.document import despite_odd_namespaces, xml_parser
from schemapress_runtime.xsd.place import Place

from .resolution import XML_NAMESPACE, Resolution, is_shipped, namespaces_of, unresolved
from .roots import Roots, is_remote, outside_hint, roots_around

XSD = f"{{{XSD_NAMESPACE}}}"
_REFERENCES = {XSD + name for name in ("include", "import", "redefine")}

Element = etree._Element


@dataclass(frozen=True)
class SchemaDocument:
    """A schema document, as part of a schema. `namespace` is what its components belong to.

    That is its own target namespace, or, for a document without one, the namespace of the document that
    includes it (Part 1 §4.2.1, a chameleon). `targets` has the file for each of the `references` of the root,
    or None for one that is passed over. `data` are the bytes that the root was read from, and `real` is where they
    were: the path without links.
    """

    root: Element
    path: Path
    file: str
    namespace: str
    chameleon: bool = False
    targets: tuple[Path | None, ...] = ()
    data: bytes = field(default=b"", compare=False, repr=False)
    real: Path = Path()

    @property
    def referred(self) -> tuple[tuple[str, Path | None], ...]:
        """What the document refers to, in its order: `include`, `import` or `redefine`, and the real path."""
        kinds = (str(etree.QName(reference).localname) for reference in references(self.root))
        real = (target and target.resolve() for target in self.targets)
        return tuple(zip(kinds, real, strict=True))

    def place(self, element: Element) -> Place:
        """Return where an element of the document stands."""
        return Place(self.file, line_of(element))

    def attribute(self, name: str, default: str) -> str:
        """Return an attribute of the root, such as `elementFormDefault`."""
        return self.root.get(name, default)

    def resolve(self, element: Element, name: str) -> str:
        """Return the name that a QName in an attribute of an element stands for, in Clark notation.

        Raises:
            SchemapressError: its prefix is not declared.
        """
        prefix, _, local = name.strip().rpartition(":")
        if not prefix:
            namespace = element.nsmap.get(None, "") or ""
            return clark(self.namespace if self.chameleon and not namespace else namespace, local)
        namespace = XML_NAMESPACE if prefix == "xml" else element.nsmap.get(prefix, "") or ""
        if not namespace:
            message = f"The prefix of {name!r} is not declared."
            raise SchemapressError(message, place=self.show(element), hint="Declare it with xmlns.")
        return clark(namespace, local)

    def show(self, element: Element) -> str:
        """Return the place of an element for a message: the path of the file as it can be opened, and the line."""
        return f"{self.path}:{line_of(element)}"


def line_of(element: Element) -> int:
    """Return the line of an element, from 1."""
    line = element.sourceline
    return line if isinstance(line, int) else 1


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a schema: those named first, then what they refer to; and the catalogs that were read."""

    documents: list[SchemaDocument]
    catalogs: tuple[Path, ...]


def read_documents(
    paths: tuple[Path, ...], *, strict: bool = True, roots: Roots | None = None, limits: SourceLimits = DEFAULT_LIMITS
) -> Documents:
    """Return the documents of a schema: those named, and all that they include, import or redefine.

    Nothing is read from outside of `roots`; without them, `roots_around` says what may be read. What is referred to
    and missing is an error if `strict`; the specification lets it pass (§4.2.1), and what is then missing from the
    schema shows only where it is needed. So is what is on the network, which is never fetched, unless it is imported
    and another document has its namespace, for schemaLocation is a hint alone (§4.2.3). So is what refers to a
    namespace that no document has.

    Raises:
        SchemapressError: a file is missing, is not XML or not an XSD, or may not be read; with the line that refers
            to it. Or there are more documents, or larger ones, than the limits allow.
    """
    reading = _Reading(paths, strict, roots, limits)
    documents = reading.documents()
    if strict:
        _check_namespaces(documents)
    return Documents(documents, reading.catalogs)


def _check_namespaces(documents: list[SchemaDocument]) -> None:
    """Check that each namespace that is referred to has a document.

    Raises:
        SchemapressError: one has none, with where it is imported, or else where it is referred to.
    """
    known = {document.namespace for document in documents}
    for document in documents:
        for element in document.root.iter(f"{XSD}*"):
            for namespace, local in namespaces_of(element).items():
                if namespace not in known:
                    imports = (one for one in references(document.root) if one.get("namespace") == namespace)
                    place = document.show(next(imports, element))
                    raise unresolved(namespace, f"{local} (line {line_of(element)})", place)


class _Reading:
    """Reads documents, each file once."""

    def __init__(self, paths: tuple[Path, ...], strict: bool, roots: Roots | None, limits: SourceLimits) -> None:
        self._paths = paths
        self._strict = strict
        self._roots = roots_around(paths) if roots is None else roots
        self._limits = limits
        self._folder = paths[0].resolve().parent
        self._read: dict[Path, tuple[Element, bytes]] = {}
        self._bytes = 0
        self._remote: list[tuple[str, SchemapressError]] = []
        self._resolution = Resolution(self._roots)

    @property
    def catalogs(self) -> tuple[Path, ...]:
        """The catalogs that were read."""
        return self._resolution.catalogs

    def documents(self) -> list[SchemaDocument]:
        found: dict[tuple[Path, str], SchemaDocument] = {}
        waiting: list[tuple[Path, str | None, str | None]] = []
        for path in reversed(self._paths):
            if not self._roots.holds(path):
                message = "This file is outside of the folders that may be read."
                raise SchemapressError(message, place=str(path), hint=outside_hint(self._roots))
            waiting.append((path, None, None))
        while waiting:
            path, includer, referrer = waiting.pop()
            real = path.resolve()
            file = Path(os.path.relpath(real, self._folder)).as_posix()
            _check_names(path, file, referrer)
            root, data = self._root(path, real, referrer)
            own = root.get("targetNamespace", "")
            namespace = includer if not own and includer else own
            if (real, namespace) in found:
                continue
            document = SchemaDocument(root, path, file, namespace, not own and bool(includer))
            targets = [self._target(document, reference) for reference in references(root)]
            found[real, namespace] = replace(document, targets=tuple(targets), data=data, real=real)
            if len(found) > self._limits.schema_documents:
                raise beyond("schema_documents", self._limits, "The schema", referrer)
            for reference, target in reversed([*zip(references(root), targets, strict=True)]):
                if target is not None:
                    included = None if reference.tag == XSD + "import" else namespace
                    waiting.append((target, included, document.show(reference)))
        namespaces = {document.namespace for document in found.values()}
        for namespace, refusal in self._remote:
            if namespace not in namespaces:
                raise refusal
        return _without_shipped_ones(list(found.values()))

    def _target(self, document: SchemaDocument, reference: Element) -> Path | None:
        """Return the file that is referred to, or None where there is none."""
        place = document.show(reference)
        location = reference.get("schemaLocation", "")
        namespace = reference.get("namespace", "") if reference.tag == XSD + "import" else None
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
        return target if target is None or self._strict or target.is_file() else None

    def _root(self, file: Path, real: Path, referrer: str | None) -> tuple[Element, bytes]:
        if real not in self._read:
            data = self._data(file, referrer)
            root = _parsed(data, file, referrer)
            self._check_declarations(root, file)
            self._read[real] = root, data
        return self._read[real]

    def _check_declarations(self, root: Element, file: Path) -> None:
        """Check that no namespace name of a document is too long, and not too many are declared in one scope.

        Raises:
            SchemapressError: it goes beyond a limit.
        """
        in_scope, longest = 0, len(root.get("targetNamespace", ""))
        if any(brace in (root.get("targetNamespace") or "") for brace in "{}"):
            raise _braces(f"{file}:{line_of(root)}")
        for event, item in etree.iterwalk(root, events=("start", "start-ns", "end-ns")):
            if event == "start":
                for limit, found in (("namespace_characters", longest), ("namespace_declarations", in_scope)):
                    if found > getattr(self._limits, limit):
                        raise beyond(limit, self._limits, "The document", f"{file}:{line_of(item)}")
            elif event == "start-ns":
                in_scope += 1
                longest = max(longest, len(item[1] or ""))
                if any(brace in (item[1] or "") for brace in "{}"):
                    raise _braces(str(file))
            else:
                in_scope -= 1

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
            message = f"The file that is referred to is missing: {file}."
            raise SchemapressError(
                message,
                place=referrer,
                hint="Add it, or fix schemaLocation.",
            ) from None


def _without_shipped_ones(documents: list[SchemaDocument]) -> list[SchemaDocument]:
    """Return documents without those of this package for whose namespace there is another one."""
    own = {one.namespace: one.path for one in documents if not is_shipped(one.path)}
    dropped = {one.path for one in documents if is_shipped(one.path) and one.namespace in own}
    instead = {one.path: own[one.namespace] for one in documents if one.path in dropped}
    return [
        replace(one, targets=tuple(None if target is None else instead.get(target, target) for target in one.targets))
        for one in documents
        if one.path not in dropped
    ]


def _braces(place: str) -> SchemapressError:
    message = "A namespace name has braces, which stand around namespaces in the names of components."
    return SchemapressError(message, place=place, hint="Take them out; no URI has any.")


def _check_names(path: Path, file: str, referrer: str | None) -> None:
    """Check that a path, and the name of the file that it leads to, can stand in messages and in generated files.

    Raises:
        SchemapressError: one has bytes that are no UTF-8.
    """
    for name in (str(path), file):
        try:
            name.encode()
        except UnicodeEncodeError:
            shown = _with_bytes(name)
            message = f"The name of the file is not UTF-8: {shown}."
            place = _with_bytes(str(path)) if referrer is None else referrer
            raise SchemapressError(message, place=place, hint="Rename it, or the folder that it is in.") from None


def _with_bytes(name: str) -> str:
    """Return a name as it can be printed, with those bytes as numbers that are no UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def references(root: Element) -> list[Element]:
    """Return the elements of a document that refer to another one (Part 1 §4.2)."""
    return [element for element in root if element.tag in _REFERENCES]


def _parsed(data: bytes, file: Path, referrer: str | None) -> Element:
    """Return the root of a schema document; of a file that nobody named, a message never has any content."""
    try:
        root = etree.fromstring(data, xml_parser(doctype=True), base_url=str(file))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        odd = despite_odd_namespaces(data, doctype=True)
        if odd is None or isinstance(odd, Problem):
            line = error.position[0] if isinstance(error, etree.XMLSyntaxError) else 1
            said = f": {getattr(error, 'msg', error)}" if referrer is None else ""
            message = f"This is not well-formed XML{said}."
            hint = "An XSD is an XML document; entities of other files are never read."
            raise SchemapressError(message, place=f"{file}:{line or 1}", hint=hint) from None
        root = odd
    if root.tag != XSD + "schema":
        said = f": its root element is <{etree.QName(root).localname}>" if referrer is None else ""
        hint = f"Expected <schema> of the namespace {XSD_NAMESPACE}."
        raise SchemapressError(f"This is not an XSD{said}.", place=f"{file}:{root.sourceline}", hint=hint)
    return root


def documentation(element: Element) -> str:
    """Return the text of the first xs:documentation of a component, on one line."""
    found = element.find(f"{XSD}annotation/{XSD}documentation")
    return "" if found is None else " ".join("".join(str(text) for text in found.itertext()).split())
