"""Which document an include, an import or a redefinition leads to (XSD 1.0 Part 1 §4.2)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from schemapress.errors import CatalogError, SchemapressError
from schemapress_runtime.names import XSD_NAMESPACE

from . import SHIPPED
from .catalog import Catalog
from .roots import CATALOG, SAVE, Roots, is_remote, located, outside_hint

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

_XLINK = "http://www.w3.org/1999/xlink"

_SHIPPED = {
    XML_NAMESPACE: "xml.xsd",
    _XLINK: "xlink.xsd",
    "http://www.w3.org/2000/09/xmldsig#": "xmldsig-core-schema.xsd",
}
"""The schemas that come with this package, by their namespaces: everybody imports them by URL."""

SHIPPED_NAMESPACES = frozenset(_SHIPPED)


def is_shipped(path: Path) -> bool:
    """Whether a document came with this package."""
    return path.parent == SHIPPED


_MOST_CATALOGS = 100
"""Catalogs that one look-up goes through."""


class Resolution:
    """Finds documents: as the project names them, as they name each other, by catalogs, and among those shipped."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self._named = dict(roots.locations)
        self._catalogs: dict[Path, Catalog] = {}

    @property
    def catalogs(self) -> tuple[Path, ...]:
        """The catalogs that were read."""
        return tuple(self._catalogs)

    def find(self, location: str, namespace: str | None, document: Path, place: str) -> Path | None:
        """Return the file that a reference in a document leads to; None for an import that nothing resolves.

        `namespace` is None for what is no import. A file that is returned need not be there.

        Raises:
            SchemapressError: the location is a URL that nothing resolves, an absolute path, or outside of the roots; or
                a catalog can't be read.
        """
        location = location.strip()
        for uri in (location, namespace):
            if uri and uri in self._named:
                return self._named[uri]
        if location and is_remote(location):
            found = self._by_catalogs(location, document, place)
        else:
            found = located(location, document, self._roots, place) if location else None
        if found is not None and found.is_file():
            return found
        if namespace:
            by_namespace = self._by_catalogs(namespace, document, place)
            if by_namespace is None and namespace in _SHIPPED and not _is_of_others(namespace, location):
                by_namespace = SHIPPED / _SHIPPED[namespace]
            found = by_namespace or found
        if found is None and location and is_remote(location):
            raise _not_fetched(location, namespace, place)
        if found is None and location:
            located(location, document, self._roots, place)  # says why it is refused
        return found

    def _by_catalogs(self, uri: str, document: Path, place: str) -> Path | None:
        """Return the file that a catalog gives for a URI: the nearest one, above the document, that has it."""
        waiting = [*self._nearest(document), *self._roots.catalogs]
        seen: set[Path] = set()
        while waiting and len(seen) < _MOST_CATALOGS:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            catalog = self._catalogs.get(path) or Catalog(path)
            self._catalogs[path] = catalog
            given = catalog.entry(uri)
            if given is not None:
                file = self._file(given, path, place)
                if file.is_file():
                    return file
                if catalog.names(uri):
                    hint = "Correct the entry of the catalog, or put the file there."
                    raise CatalogError(f"This refers to {file}, which is not there.", place=str(path), hint=hint)
            waiting[:0] = [self._file(one, path, place) for one in catalog.further(uri)]
        return None

    def _nearest(self, document: Path) -> list[Path]:
        """Return the catalogs beside a document and in the folders above it, up to the end of what may be read."""
        real = document.resolve()
        return [
            folder / CATALOG for folder in real.parents if self._roots.holds(folder) and (folder / CATALOG).is_file()
        ]

    def _file(self, url: str, catalog: Path, place: str) -> Path:
        """Return the file of a URL that a catalog gives.

        Raises:
            SchemapressError: it is on another machine, or outside of the roots.
        """
        if is_remote(url):
            message = f"The catalog {catalog} refers to {url[:200]!r}, which is no file on this machine."
            raise SchemapressError(f"{message} Nothing is fetched.", place=place, hint=SAVE)
        file = Path(unquote(urlsplit(url).path))
        if not self._roots.holds(file):
            message = f"The catalog {catalog} refers to {file}, which is outside of the folders that may be read."
            raise SchemapressError(message, place=place, hint=outside_hint(self._roots))
        return file


def _is_of_others(namespace: str, location: str) -> bool:
    """Whether a URL is that of a schema of somebody else for the namespace, with other components.

    XLink 1.0 had no schema, so that the Library of Congress, OGC and others made their own ones.
    """
    host = urlsplit(location).hostname
    return namespace == _XLINK and host is not None and host not in ("www.w3.org", "w3.org")


def _not_fetched(location: str, namespace: str | None, place: str) -> SchemapressError:
    """Return the error of a reference to the network that nothing resolves."""
    shown = location if len(location) <= 200 else f"{location[:200]}…"
    what = f"imports the namespace {namespace!r} from" if namespace else "refers to"
    message = f"This {what} {shown!r}, which is no file on this machine; nothing is fetched."
    return SchemapressError(message, place=place, hint=f"`schemapress capture --fetch` fetches it. Or: {SAVE}")


def unresolved(namespace: str, what: str, place: str) -> SchemapressError:
    """Return the error of a reference to a component of a namespace that no document of the schema has."""
    message = f"This refers to {what} of the namespace {namespace!r}, of which the schema has no document."
    hint = (
        "Import it with a schemaLocation, or name its file for the namespace: [tool.schemapress.locations], or a "
        "catalog.xml."
    )
    return SchemapressError(message, place=place, hint=hint)


_REFERRING = ("ref", "type", "base", "itemType", "memberTypes", "substitutionGroup", "refer")
"""The attributes of schema elements whose values are QNames, or lists of them."""


def namespaces_of(element: etree._Element) -> dict[str, str]:
    """Return the namespaces that the QNames in an element's attributes are in, each with one of those names."""
    found: dict[str, str] = {}
    for attribute in _REFERRING:
        for name in (element.get(attribute) or "").split():
            prefix, _, local = name.rpartition(":")
            namespace = XML_NAMESPACE if prefix == "xml" else element.nsmap.get(prefix or None)
            if namespace and namespace != XSD_NAMESPACE:
                found.setdefault(namespace, local)
    return found
