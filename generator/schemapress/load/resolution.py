"""The document that an include, an import or a redefinition leads to (XSD 1.0 Part 1 §4.2)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from schemapress.errors import CatalogError, SchemapressError
from schemapress_runtime.names import XML_NAMESPACE, XSD_NAMESPACE

from . import SHIPPED
from .catalog import Catalog
from .inputs import Inputs
from .roots import CATALOG, SAVE, Roots, is_remote, locate_file, outside_hint

_XLINK = "http://www.w3.org/1999/xlink"

_SHIPPED = {
    XML_NAMESPACE: "xml.xsd",
    _XLINK: "xlink.xsd",
    "http://www.w3.org/2000/09/xmldsig#": "xmldsig-core-schema.xsd",
}
"""The schemas that come with this package, by namespace: everybody imports them by URL."""

SHIPPED_NAMESPACES = frozenset(_SHIPPED)


def is_shipped(path: Path) -> bool:
    """Whether a document came with this package."""
    return path.parent == SHIPPED


_MOST_CATALOGS = 100
"""Catalogs that one look-up may search."""


class Resolution:
    """Finds documents: by the locations of a project, schemaLocation, catalogs, and among the shipped schemas."""

    def __init__(self, roots: Roots, inputs: Inputs | None = None) -> None:
        """Take the roots, and the inputs in which each question to the file system is noted."""
        self._roots = roots
        self._inputs = Inputs() if inputs is None else inputs
        self._named = dict(roots.locations)
        self._local: dict[tuple[str, Path], Path] = {}
        self._catalogs: dict[Path, Catalog] = {}
        self._nearest_catalogs: dict[Path, list[Path]] = {}

    @property
    def catalogs(self) -> tuple[Path, ...]:
        """The catalogs that were read."""
        return tuple(self._catalogs)

    def find(self, location: str, namespace: str | None, document: Path, place: str) -> Path | None:
        """Return the file that a reference in a document leads to; None for an import that nothing resolves.

        `namespace` is None for an include and a redefinition. The file that is returned need not exist.

        Raises:
            SchemapressError: the location is a URL that nothing resolves, an absolute path, or outside the roots; or
                a catalog can't be read.
        """
        location = location.strip()
        for uri in (location, namespace):
            if uri and uri in self._named:
                return self._named[uri]
        in_folder = (location, document.parent)
        if in_folder in self._local:  # many documents of a folder refer to one file
            return self._local[in_folder]
        is_local = not (location and is_remote(location))
        if is_local:
            file = locate_file(location, document, self._roots, place) if location else None
        else:
            file = self._look_up(location, document, place)
        if file is not None and self._inputs.is_file(file):
            if is_local:
                self._local[in_folder] = file
            return file
        if namespace:
            by_namespace = self._look_up(namespace, document, place)
            if by_namespace is None and namespace in _SHIPPED and not _is_foreign(namespace, location):
                by_namespace = SHIPPED / _SHIPPED[namespace]
            file = by_namespace or file
        if file is None and location and is_remote(location):
            raise _remote_error(location, namespace, place)
        if file is None and location:
            locate_file(location, document, self._roots, place)  # raises the reason
        return file

    def _look_up(self, uri: str, document: Path, place: str) -> Path | None:
        """Return the file for a URI in the nearest catalog, at or above the document, that has the URI."""
        waiting = [*self._nearest(document), *self._roots.catalogs]
        seen: set[Path] = set()
        while waiting and len(seen) < _MOST_CATALOGS:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            catalog = self._catalogs.get(path) or Catalog(path, self._inputs)
            self._catalogs[path] = catalog
            target = catalog.look_up(uri)
            if target is not None:
                file = self._file(target, path, place)
                if self._inputs.is_file(file):
                    return file
                if catalog.names(uri):
                    hint = "Fix the entry in the catalog, or add the file."
                    raise CatalogError(f"This refers to {file}, which does not exist.", place=str(path), hint=hint)
            waiting[:0] = [self._file(url, path, place) for url in catalog.next_catalogs(uri)]
        return None

    def _nearest(self, document: Path) -> list[Path]:
        """Return the catalogs beside a document and in the folders above it, as far as those may be read."""
        folder = document.resolve().parent
        known = self._nearest_catalogs.get(folder)
        if known is None:
            known = self._nearest_catalogs[folder] = [
                parent / CATALOG
                for parent in (folder, *folder.parents)
                if self._roots.holds(parent) and self._inputs.is_file(parent / CATALOG)
            ]
        return known

    def _file(self, url: str, catalog: Path, place: str) -> Path:
        """Return the file of a URL in a catalog.

        Raises:
            SchemapressError: the file is on another machine, or outside the roots.
        """
        if is_remote(url):
            message = f"The catalog {catalog} refers to {url[:200]!r}, which is not on this machine."
            raise SchemapressError(f"{message} Nothing is fetched.", place=place, hint=SAVE)
        file = Path(unquote(urlsplit(url).path))
        if not self._roots.holds(file):
            message = f"The catalog {catalog} refers to {file}, which is outside the folders that may be read."
            raise SchemapressError(message, place=place, hint=outside_hint(self._roots))
        return file


def _is_foreign(namespace: str, location: str) -> bool:
    """Whether a URL leads to somebody else's schema for the namespace, with other components.

    XLink 1.0 had no schema, so the Library of Congress, OGC and others wrote their own.
    """
    host = urlsplit(location).hostname
    return namespace == _XLINK and host is not None and host not in ("www.w3.org", "w3.org")


def _remote_error(location: str, namespace: str | None, place: str) -> SchemapressError:
    """Return the error of a reference to the network that nothing resolves."""
    shown = location if len(location) <= 200 else f"{location[:200]}…"
    verb = f"imports the namespace {namespace!r} from" if namespace else "refers to"
    message = f"This {verb} {shown!r}, which is not on this machine; nothing is fetched."
    return SchemapressError(message, place=place, hint=f"`schemapress capture --fetch` fetches it. Or: {SAVE}")


def missing_document(namespace: str, component: str, place: str) -> SchemapressError:
    """Return the error of a reference to a component whose namespace no document of the schema has."""
    message = f"This refers to {component} in the namespace {namespace!r}, but the schema has no document for it."
    hint = (
        "Import it with a schemaLocation, or map the namespace to a file: [tool.schemapress.locations], or catalog.xml."
    )
    return SchemapressError(message, place=place, hint=hint)


REFERRING = ("ref", "type", "base", "itemType", "memberTypes", "substitutionGroup", "refer")
"""The attributes of schema elements whose values are QNames or lists of QNames."""


def namespaces_of(element: etree._Element) -> dict[str, str]:
    """Return the namespaces of the QNames in the attributes of an element, each with the first such local name."""
    namespaces: dict[str, str] = {}
    for attribute in REFERRING:
        value = element.get(attribute)
        for name in () if value is None else value.split():
            prefix, _, local = name.rpartition(":")
            namespace = XML_NAMESPACE if prefix == "xml" else element.nsmap.get(prefix or None)
            if namespace and namespace != XSD_NAMESPACE:
                namespaces.setdefault(namespace, local)
    return namespaces
