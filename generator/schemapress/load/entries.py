"""The entry documents of a folder of schemas: those that make the schema, with all that they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import etree

from schemapress.errors import CatalogError, SchemapressError
from schemapress_runtime.xml.document import xml_parser

from .resolution import Resolution
from .roots import Roots
from .source import XSD, references


def find_entries(files: Iterable[Path], roots: Roots) -> tuple[Path, ...]:
    """Return the documents that no other one includes, imports or redefines.

    Of documents that refer to each other in a circle, none of which another one refers to, all are entries.

    Raises:
        CatalogError: a catalog can't be used, so that it is not known what a document refers to.
    """
    by_real = {file.resolve(): file for file in files}
    resolution = Resolution(roots)
    targets = {real: _targets(file, resolution) & by_real.keys() for real, file in by_real.items()}
    reached = {real: _reached(real, targets) for real in by_real}
    entries = [
        file
        for real, file in by_real.items()
        if all(other in reached[real] for other in by_real if real in reached[other])
    ]
    return tuple(filter(_has_a_text_as_name, entries)) or tuple(entries)


def _has_a_text_as_name(file: Path) -> bool:
    """Whether the name of a file is UTF-8; no location can name another one."""
    try:
        str(file).encode()
    except UnicodeEncodeError:
        return False
    return True


def _targets(file: Path, resolution: Resolution) -> set[Path]:
    """Return the files that a document refers to; what is wrong with the document is told when it is read."""
    try:
        root = etree.fromstring(file.read_bytes(), xml_parser(doctype=True))
    except (OSError, etree.XMLSyntaxError, ValueError, LookupError):
        return set()
    found = set()
    for reference in references(root):
        namespace = reference.get("namespace", "") if reference.tag == XSD + "import" else None
        try:
            target = resolution.find(reference.get("schemaLocation", ""), namespace, file, str(file))
        except CatalogError:
            raise
        except SchemapressError:
            continue
        if target is not None:
            found.add(target.resolve())
    return found - {file.resolve()}


def _reached(start: Path, targets: Mapping[Path, set[Path]]) -> set[Path]:
    """Return the files that one leads to, itself or through others."""
    found: set[Path] = set()
    waiting = [*targets[start]]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += targets[file]
    return found
