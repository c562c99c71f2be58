"""Fetches the documents that a document refers to by URL, into a folder with the layout of the publisher."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from schemapress.errors import SchemapressError, printable
from schemapress.load.document import XSD_TAG, line_of
from schemapress.load.resolution import SHIPPED_NAMESPACES, Resolution
from schemapress.load.roots import Roots, is_remote
from schemapress_runtime.xml.document import xml_parser

from .fetching import Download, Fetcher

_SAVE = "Save them as files with different names, and capture those."
_REFERENCES = (f"{XSD_TAG}include", f"{XSD_TAG}import", f"{XSD_TAG}redefine")


@dataclass(frozen=True)
class FetchedFiles:
    """Fetched files: their folder, the download of each file, and the file of each URL.

    `folder` has one folder per host, in which the files have the layout of the host.
    """

    folder: Path
    downloads: Mapping[Path, Download] = field(default_factory=dict)
    locations: Mapping[str, Path] = field(default_factory=dict)

    def host(self, path: Path) -> Path | None:
        """Return the folder of the host of a file; None for a file that was not fetched."""
        if not path.is_relative_to(self.folder):
            return None
        return self.folder / path.relative_to(self.folder).parts[0]

    def place_of(self, path: Path, top: Path) -> str:
        """Return the path of a file below `top`, the folder of its neighbours, or else below the name of its host."""
        return path.relative_to(top if path.is_relative_to(top) else self.folder).as_posix()


class ReferenceFetcher:
    """Fetches documents, and everything that documents refer to by URL, directly or through others."""

    def __init__(self, folder: Path, fetcher: Fetcher, roots: Roots) -> None:
        """Take the folder to write into; files that `roots` names for a URL are not fetched."""
        self._folder = folder.resolve()
        self._fetcher = fetcher
        self._resolution = Resolution(roots)
        self._downloads: dict[Path, Download] = {}
        self._locations: dict[str, Path] = {}
        self._final: dict[Path, str] = {}

    @property
    def files(self) -> FetchedFiles:
        """The files that were fetched so far."""
        return FetchedFiles(self._folder, dict(self._downloads), dict(self._locations))

    def fetch_page(self, url: str) -> Path:
        """Fetch a named document and return its file, with an extension for its apparent kind.

        Raises:
            SchemapressError: it can't be fetched.
        """
        download = self._fetcher.get(url)
        file = self._folder / _host(download.final_url) / _path(download.final_url)
        file = file.with_name(_add_extension(file.name, download))
        self._write(file, download, url)
        self._locations[url] = self._locations[download.final_url] = file
        return file

    def fetch_references(self, path: Path) -> None:
        """Fetch everything that a document refers to by URL, directly or through others.

        Raises:
            SchemapressError: a document can't be fetched, or two documents would have the same file.
        """
        waiting, seen = [path.resolve()], set()
        while waiting:
            file = waiting.pop()
            if file in seen:
                continue
            seen.add(file)
            for reference in references_in(file):
                target = self._target(reference, file)
                if target is not None:
                    waiting.append(target.resolve())

    def _target(self, reference: etree._Element, file: Path) -> Path | None:
        location = reference.get("schemaLocation", "").strip()
        namespace = reference.get("namespace", "") if reference.tag == f"{XSD_TAG}import" else None
        if not location or namespace in SHIPPED_NAMESPACES:
            return None
        place = f"{self._downloads[file].url if file in self._downloads else file}:{line_of(reference)}"
        base = self._final.get(file)
        if not is_remote(location):
            local = Path(unquote(urlsplit(location).path))
            is_known = base is None or location in self._locations
            if "\0" in str(local) or ("?" in location and not is_known):
                message = f"This refers to {location[:200]!r}, which can't be a file name."
                raise SchemapressError(message, place=place, hint="Ask the publisher for the schemas as files.")
            if base is None or is_known:
                return file.parent / local
            return self._get(urljoin(base, location), file.parent / local, place)
        try:
            local_copy = self._resolution.find(location, namespace, file, place)
        except SchemapressError:
            local_copy = None
        if local_copy is not None and local_copy.is_file():
            return local_copy
        try:
            kept = self._folder / _host(location) / _path(location)
        except ValueError as error:
            message = f"This refers to {location[:200]!r}, which is not a URL: {printable(str(error))}."
            raise SchemapressError(message, place=place, hint="Fix the location in the document.") from None
        target = self._get(location, kept, place)
        self._locations[location] = target
        return target

    def _get(self, url: str, file: Path, place: str) -> Path:
        known = self._locations.get(url)
        if known is not None:
            return known
        real = file.resolve()
        self._write(real, self._fetcher.get(url, place), url)
        return real

    def _write(self, file: Path, download: Download, url: str) -> None:
        if not file.is_relative_to(self._folder) or file.parent == self._folder:
            raise SchemapressError("This leads above the root of its host.", place=url)
        known = self._downloads.get(file)
        if known is not None and known.data != download.data:
            message = f"{url} and {known.url} would both be saved as {file.relative_to(self._folder)}."
            raise SchemapressError(message, place=url, hint=_SAVE)
        if known is None:
            for other, at in self._downloads.items():
                if other.is_relative_to(file) or file.is_relative_to(other):
                    message = printable(
                        f"{url} and {at.url} can't both be kept: one would be a file, and the other a file below it."
                    )
                    raise SchemapressError(message, place=printable(url), hint=_SAVE)
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(download.data)
            except OSError as error:
                message = f"This can't be written to a file: {error.strerror or error}."
                raise SchemapressError(message, place=printable(url), hint=_SAVE) from None
            self._downloads[file] = download
            self._final[file] = download.final_url


def references_in(file: Path) -> Iterator[etree._Element]:
    """Yield the includes, imports and redefinitions in a file; its errors are reported when it is read."""
    try:
        root = etree.fromstring(file.read_bytes(), xml_parser(doctype=True))
    except (OSError, etree.XMLSyntaxError, ValueError, LookupError):
        return
    yield from root.iter(*_REFERENCES)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return re.sub(r"[^\w.\-]", "_", (parts.hostname or "host") + (f"_{parts.port}" if parts.port else ""))


def _path(url: str) -> PurePosixPath:
    """Return the path of a URL as the path of a file; a query becomes part of the name."""
    parts = urlsplit(url)
    names = [name for name in unquote(parts.path).split("/") if name not in ("", ".", "..")]
    safe = [re.sub(r"[^\w.\- ]", "-", name) for name in names]
    if not safe or parts.path.endswith("/"):
        safe.append("index")
    if parts.query:
        safe[-1] += "-" + re.sub(r"[^\w.\-]", "-", parts.query)[:100]
    return PurePosixPath(*safe)


def _add_extension(name: str, download: Download) -> str:
    """Return a file name, with the extension for its content unless it has a known one."""
    if name.lower().endswith((".xsd", ".wsdl", ".yaml", ".yml", ".json", ".md")):
        return name
    text = download.data[:100_000].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        root = re.search(
            r"<(?:[\w.\-]+:)?([A-Za-z][\w.\-]*)", re.sub(r"<!--.*?-->|<\?.*?\?>", "", text, flags=re.DOTALL)
        )
        return name + {"schema": ".xsd", "definitions": ".wsdl", "description": ".wsdl"}.get(
            root[1] if root else "", ".xml"
        )
    if text.startswith("{"):
        return f"{name}.json"
    return name + (".yaml" if re.search(r"^[\"']?(?:openapi|swagger)[\"']?[ \t]*:", text, re.MULTILINE) else ".md")
