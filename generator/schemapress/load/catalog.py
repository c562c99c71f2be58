"""OASIS XML catalogs (1.1): which file a URL or a namespace stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin

from lxml import etree

from schemapress.errors import CatalogError
from schemapress_runtime.xml.document import xml_parser

_NAMESPACE = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"

_EXACT = {"uri": "name", "system": "systemId"}
_REWRITE = {"rewriteURI": "uriStartString", "rewriteSystem": "systemIdStartString"}
_SUFFIX = {"uriSuffix": "uriSuffix", "systemSuffix": "systemIdSuffix"}
_DELEGATE = {"delegateURI": "uriStartString", "delegateSystem": "systemIdStartString"}
"""The entries, each with the attribute that has what it is about (§6.5); public identifiers do not occur in schemas."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry: its kind, what it is about, and the URL that it gives, which may be that of another catalog."""

    kind: str
    about: str
    gives: str


class Catalog:
    """The entries of one catalog file; those of further catalogs are read once they are needed."""

    def __init__(self, path: Path) -> None:
        """Read a catalog.

        Raises:
            CatalogError: it is no catalog, or can't be read.
        """
        self.path = path
        try:
            root = etree.fromstring(path.read_bytes(), xml_parser(doctype=True))
        except OSError as error:
            raise CatalogError(f"The catalog can't be read: {error.strerror}.", place=str(path)) from None
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            raise CatalogError(f"The catalog is not well-formed XML: {error}.", place=str(path)) from None
        if root.tag != f"{_NAMESPACE}catalog":
            hint = f"Expected <catalog> of the namespace {_NAMESPACE[1:-1]}."
            raise CatalogError("This is no XML catalog.", place=f"{path}:{root.sourceline}", hint=hint)
        self._entries = list(_entries(root, path.resolve().as_uri()))

    def names(self, uri: str) -> bool:
        """Whether an entry is about this very URI."""
        return any(one.kind in _EXACT and one.about == _normalized(uri) for one in self._entries)

    def entry(self, uri: str) -> str | None:
        """Return the URL that the catalog itself gives for a URI (§7.2.2): exact, rewritten, or by its end."""
        uri = _normalized(uri)
        for one in self._entries:
            if one.kind in _EXACT and one.about == uri:
                return one.gives
        rewriting = [one for one in self._entries if one.kind in _REWRITE and uri.startswith(one.about)]
        if rewriting:
            best = max(rewriting, key=lambda one: len(one.about))
            return best.gives + uri[len(best.about) :]
        ending = [one for one in self._entries if one.kind in _SUFFIX and uri.endswith(one.about)]
        return max(ending, key=lambda one: len(one.about)).gives if ending else None

    def further(self, uri: str) -> list[str]:
        """Return the URLs of the catalogs that are asked next: those that a URI is delegated to, or all next ones."""
        uri = _normalized(uri)
        delegated = [one for one in self._entries if one.kind in _DELEGATE and uri.startswith(one.about)]
        if delegated:
            return [one.gives for one in sorted(delegated, key=lambda one: -len(one.about))]
        return [one.gives for one in self._entries if one.kind == "nextCatalog"]


def _entries(element: etree._Element, base: str) -> Iterator[_Entry]:
    """Yield the entries inside of an element, which URLs in it are relative to a base."""
    base = urljoin(base, element.get(_BASE, ""))
    for child in element.iterchildren(f"{_NAMESPACE}*"):
        kind = etree.QName(child).localname
        own = urljoin(base, child.get(_BASE, ""))
        if kind == "group":
            yield from _entries(child, base)
        elif kind == "nextCatalog":
            yield _Entry(kind, "", urljoin(own, child.get("catalog", "")))
        elif kind in _EXACT:
            yield _Entry(kind, _normalized(child.get(_EXACT[kind], "")), urljoin(own, child.get("uri", "")))
        elif kind in _REWRITE:
            yield _Entry(kind, _normalized(child.get(_REWRITE[kind], "")), urljoin(own, child.get("rewritePrefix", "")))
        elif kind in _SUFFIX:
            yield _Entry(kind, _normalized(child.get(_SUFFIX[kind], "")), urljoin(own, child.get("uri", "")))
        elif kind in _DELEGATE:
            yield _Entry(kind, _normalized(child.get(_DELEGATE[kind], "")), urljoin(own, child.get("catalog", "")))


def _normalized(uri: str) -> str:
    """Return a URI as catalogs compare it (§6.3): characters that no URI has are escaped in UTF-8."""
    return quote(" ".join(uri.split()), safe="!#$%&'()*+,/:;=?@[]~-._")
