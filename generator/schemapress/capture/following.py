"""What a document refers to by URL, fetched into a folder that has the layout of the publisher's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from schemapress.errors import SchemapressError, printable
from schemapress.load.resolution import SHIPPED_NAMESPACES, Resolution
from schemapress.load.roots import Roots, is_remote
from schemapress.load.source import XSD_TAG, line_of
from schemapress_runtime.xml.document import xml_parser

from .fetching import Download, Fetcher

_SAVE = "Save them as files of different names, and capture these."
_REFERENCES = (f"{XSD_TAG}include", f"{XSD_TAG}import", f"{XSD_TAG}redefine")


@dataclass(frozen=True)
class Fetched:
    """Files that were fetched: what each came from, the folder that they are in, and the files of URLs.

    In `folder`, the files of a host are below a folder of its name, as they are to each other at the host.
    """

    folder: Path
    downloads: Mapping[Path, Download] = field(default_factory=dict)
    locations: Mapping[str, Path] = field(default_factory=dict)

    def host(self, path: Path) -> Path | None:
        """Return the folder of the host that a file came from; None for one that was not fetched."""
        if not path.is_relative_to(self.folder):
            return None
        return self.folder / path.relative_to(self.folder).parts[0]

    def place_of(self, path: Path, top: Path) -> str:
        """Return where a file is put: as it is below `top`, the folder of its neighbours, or below its host's name."""
        return path.relative_to(top if path.is_relative_to(top) else self.folder).as_posix()


class Following:
    """Fetches a document, or what a document refers to by URL, and what that refers to."""

    def __init__(self, folder: Path, fetcher: Fetcher, roots: Roots) -> None:
        """Take the folder to write into; `roots` are where a file that somebody has named is looked for."""
        self._folder = folder.resolve()
        self._fetcher = fetcher
        self._resolution = Resolution(roots)
        self._downloads: dict[Path, Download] = {}
        self._locations: dict[str, Path] = {}
        self._final: dict[Path, str] = {}

    @property
    def fetched(self) -> Fetched:
        """What was fetched so far."""
        return Fetched(self._folder, dict(self._downloads), dict(self._locations))

    def page(self, url: str) -> Path:
        """Fetch the document that somebody named, and return the file; its ending says what kind it seems to be.

        Raises:
            SchemapressError: it can't be fetched.
        """
        download = self._fetcher.get(url)
        file = self._folder / _host(download.final_url) / _path(download.final_url)
        file = file.with_name(_with_ending(file.name, download))
        self._write(file, download, url)
        self._locations[url] = self._locations[download.final_url] = file
        return file

    def follow(self, path: Path) -> None:
        """Fetch what a document refers to by URL, and so on.

        Raises:
            SchemapressError: something can't be fetched, or two documents would have the same file.
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
                message = f"This refers to {location[:200]!r}, which is no name that a file can have."
                raise SchemapressError(message, place=place, hint="Ask the publisher for the schemas as files.")
            if base is None or is_known:
                return file.parent / local
            return self._get(urljoin(base, location), file.parent / local, place)
        try:
            found = self._resolution.find(location, namespace, file, place)
        except SchemapressError:
            found = None
        if found is not None and found.is_file():
            return found
        try:
            kept = self._folder / _host(location) / _path(location)
        except ValueError as error:
            message = f"This refers to {location[:200]!r}, which is no URL: {printable(str(error))}."
            raise SchemapressError(message, place=place, hint="Correct the location in the document.") from None
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
            raise SchemapressError("This is above the root of its host.", place=url)
        known = self._downloads.get(file)
        if known is not None and known.data != download.data:
            message = f"{url} and {known.url} would both be kept as {file.relative_to(self._folder)}."
            raise SchemapressError(message, place=url, hint=_SAVE)
        if known is None:
            for other, at in self._downloads.items():
                if other.is_relative_to(file) or file.is_relative_to(other):
                    message = printable(
                        f"{url} and {at.url} can't both be kept: one is a file, which the other is below."
                    )
                    raise SchemapressError(message, place=printable(url), hint=_SAVE)
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(download.data)
            except OSError as error:
                message = f"This can't be kept as a file: {error.strerror or error}."
                raise SchemapressError(message, place=printable(url), hint=_SAVE) from None
            self._downloads[file] = download
            self._final[file] = download.final_url


def references_in(file: Path) -> Iterator[etree._Element]:
    """Yield what refers to another document in a file; what is wrong with the file is told when it is read."""
    try:
        root = etree.fromstring(file.read_bytes(), xml_parser(doctype=True))
    except (OSError, etree.XMLSyntaxError, ValueError, LookupError):
        return
    yield from root.iter(*_REFERENCES)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return re.sub(r"[^\w.\-]", "_", (parts.hostname or "host") + (f"_{parts.port}" if parts.port else ""))


def _path(url: str) -> PurePosixPath:
    """Return the path of a URL as that of a file, in which a query is part of the name."""
    parts = urlsplit(url)
    names = [name for name in unquote(parts.path).split("/") if name not in ("", ".", "..")]
    safe = [re.sub(r"[^\w.\- ]", "-", name) for name in names]
    if not safe or parts.path.endswith("/"):
        safe.append("index")
    if parts.query:
        safe[-1] += "-" + re.sub(r"[^\w.\-]", "-", parts.query)[:100]
    return PurePosixPath(*safe)


def _with_ending(name: str, download: Download) -> str:
    """Return the name of a file with the ending that its contents call for, if it has none that says what it is."""
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
