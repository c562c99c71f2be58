"""OASIS XML catalogs (1.1): the file for a URL or a namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin

from lxml import etree

from schemapress.errors import CatalogError
from schemapress_runtime.names import XML_NAMESPACE, clark
from schemapress_runtime.xml.document import xml_parser

from .inputs import Inputs

_NAMESPACE = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"
_BASE = clark(XML_NAMESPACE, "base")

_EXACT = {"uri": "name", "system": "systemId"}
_REWRITE = {"rewriteURI": "uriStartString", "rewriteSystem": "systemIdStartString"}
_SUFFIX = {"uriSuffix": "uriSuffix", "systemSuffix": "systemIdSuffix"}
_DELEGATE = {"delegateURI": "uriStartString", "delegateSystem": "systemIdStartString"}
"""The kinds of entries, each with the attribute that holds its URI (§6.5). Schemas have no public identifiers."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry: its kind, the URI that it matches, and the URL that it maps it to, which may be another catalog."""

    kind: str
    uri: str
    target: str


class Catalog:
    """The entries of one catalog file; further catalogs are read when they are needed."""

    def __init__(self, path: Path, inputs: Inputs) -> None:
        """Read a catalog, and note that in the inputs.

        Raises:
            CatalogError: the file is not a catalog, or can't be read.
        """
        self.path = path
        try:
            root = etree.fromstring(inputs.read(path), xml_parser(doctype=True))
        except OSError as error:
            raise CatalogError(f"The catalog can't be read: {error.strerror}.", place=str(path)) from None
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            raise CatalogError(f"The catalog is not well-formed XML: {error}.", place=str(path)) from None
        if root.tag != f"{_NAMESPACE}catalog":
            hint = f"The root element must be <catalog> in the namespace {_NAMESPACE[1:-1]}."
            raise CatalogError("This is not an XML catalog.", place=f"{path}:{root.sourceline}", hint=hint)
        self._entries = list(_read_entries(root, path.resolve().as_uri()))

    @property
    def targets(self) -> tuple[str, ...]:
        """The URLs of the files, of the folders and of the further catalogs that its entries lead to."""
        return tuple(entry.target for entry in self._entries)

    def names(self, uri: str) -> bool:
        """Whether an entry names exactly this URI."""
        return any(entry.kind in _EXACT and entry.uri == _normalize(uri) for entry in self._entries)

    def look_up(self, uri: str) -> str | None:
        """Return the URL that the catalog itself maps a URI to (§7.2.2): by an exact, a rewrite or a suffix entry."""
        uri = _normalize(uri)
        for entry in self._entries:
            if entry.kind in _EXACT and entry.uri == uri:
                return entry.target
        rewriting = [entry for entry in self._entries if entry.kind in _REWRITE and uri.startswith(entry.uri)]
        if rewriting:
            longest = max(rewriting, key=_length)
            return longest.target + uri[len(longest.uri) :]
        ending = [entry for entry in self._entries if entry.kind in _SUFFIX and uri.endswith(entry.uri)]
        return max(ending, key=_length).target if ending else None

    def next_catalogs(self, uri: str) -> list[str]:
        """Return the URLs of the catalogs to read next: the delegates of a URI, or else every nextCatalog."""
        uri = _normalize(uri)
        delegating = [entry for entry in self._entries if entry.kind in _DELEGATE and uri.startswith(entry.uri)]
        if delegating:
            return [entry.target for entry in sorted(delegating, key=_length, reverse=True)]
        return [entry.target for entry in self._entries if entry.kind == "nextCatalog"]


def _length(entry: _Entry) -> int:
    return len(entry.uri)


def _read_entries(element: etree._Element, base: str) -> Iterator[_Entry]:
    """Yield the entries inside of an element, with their URLs resolved against a base."""
    base = urljoin(base, element.get(_BASE, ""))
    for child in element.iterchildren(f"{_NAMESPACE}*"):
        kind = etree.QName(child).localname
        own = urljoin(base, child.get(_BASE, ""))
        if kind == "group":
            yield from _read_entries(child, base)
        elif kind == "nextCatalog":
            yield _Entry(kind, "", urljoin(own, child.get("catalog", "")))
        elif kind in _EXACT:
            yield _Entry(kind, _normalize(child.get(_EXACT[kind], "")), urljoin(own, child.get("uri", "")))
        elif kind in _REWRITE:
            yield _Entry(kind, _normalize(child.get(_REWRITE[kind], "")), urljoin(own, child.get("rewritePrefix", "")))
        elif kind in _SUFFIX:
            yield _Entry(kind, _normalize(child.get(_SUFFIX[kind], "")), urljoin(own, child.get("uri", "")))
        elif kind in _DELEGATE:
            yield _Entry(kind, _normalize(child.get(_DELEGATE[kind], "")), urljoin(own, child.get("catalog", "")))


def _normalize(uri: str) -> str:
    """Return a URI as catalogs compare it (§6.3): characters that a URI can't contain are percent-encoded."""
    return quote(" ".join(uri.split()), safe="!#$%&'()*+,/:;=?@[]~-._")
