"""The files of a schema: where each component stands, and what is wrong with a file before it is read as a schema."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from lxml import etree

from schemapress.errors import SchemapressError

from .model import XSD_NAMESPACE, Place

_REFERENCES = {f"{{{XSD_NAMESPACE}}}{name}" for name in ("include", "import", "redefine")}


class SourceFiles:
    """Knows the line of every XML element of a set of schema files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lines: dict[int, Place] = {}
        self._roots: list[ElementTree.Element] = []

    def relative(self, url: str) -> str:
        """Return a file's path relative to the folder of the schema, with forward slashes."""
        return Path(os.path.relpath(file_path(url), self.folder)).as_posix()

    def add(self, url: str, root: ElementTree.Element) -> None:
        """Learn the lines of a file; `root` is the tree whose elements will be asked for."""
        file = self.relative(url)
        self._roots.append(root)
        tree = etree.parse(str(file_path(url)))
        lines = (int(element.sourceline or 1) for element in tree.iter("*"))  # type: ignore[arg-type]  # stub: Any
        for element, line in zip(root.iter(), lines, strict=False):
            self._lines[id(element)] = Place(file, line)

    def place(self, element: ElementTree.Element | None) -> Place | None:
        """Return where an element stands, or None for one that was made up."""
        return self._lines.get(id(element))


def file_path(url: str) -> Path:
    """Return the path of a `file:` URL, or of a plain path."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else Path(url)


def check_files(path: Path) -> None:
    """Check that a schema file and all that it refers to are there and are schemas.

    Raises:
        SchemapressError: a file is missing, is not XML or not an XSD; with the line that refers to it.
    """
    seen: set[Path] = set()
    waiting: list[tuple[Path, str | None]] = [(path, None)]
    while waiting:
        file, referrer = waiting.pop()
        if file.resolve() in seen:
            continue
        seen.add(file.resolve())
        root = _root(file, referrer)
        for element in root:
            location = element.get("schemaLocation")
            if element.tag in _REFERENCES and location and "://" not in location:
                waiting.append((file.parent / unquote(location), f"{file}:{element.sourceline}"))


def _root(file: Path, referrer: str | None) -> etree._Element:
    try:
        root = etree.parse(str(file), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except OSError:
        if referrer is None:
            raise SchemapressError("There is no such file.", place=str(file), hint="Check the path.") from None
        raise SchemapressError(
            f"The file that is referred to is missing: {file}", place=referrer, hint="Add it, or mend schemaLocation."
        ) from None
    except etree.XMLSyntaxError as error:
        line = error.position[0] or 1
        message = f"This is not well-formed XML: {error.msg}."
        raise SchemapressError(message, place=f"{file}:{line}", hint="An XSD is an XML document.") from None
    if root.tag != f"{{{XSD_NAMESPACE}}}schema":
        message = f"This is not an XSD: its root element is <{etree.QName(root).localname}>."
        hint = f"Expected <schema> of the namespace {XSD_NAMESPACE}."
        raise SchemapressError(message, place=f"{file}:{root.sourceline}", hint=hint)
    return root
