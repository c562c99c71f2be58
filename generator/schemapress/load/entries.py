"""The entry documents of a folder of XSDs: together with everything that they refer to, they make the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import etree

from schemapress.errors import CatalogError, SchemapressError
from schemapress_runtime.xml.document import xml_parser

from .document import XSD_TAG, references
from .resolution import Resolution
from .roots import Roots


def find_entries(files: Iterable[Path], roots: Roots) -> tuple[Path, ...]:
    """Return the documents that no other document includes, imports or redefines.

    If documents refer to each other in a circle, and nothing outside the circle refers to them, all are entries.

    Raises:
        CatalogError: a catalog can't be used, so the targets of references are unknown.
    """
    by_real = {file.resolve(): file for file in files}
    resolution = Resolution(roots)
    targets = {real: _targets(file, resolution) & by_real.keys() for real, file in by_real.items()}
    reached = {real: _collect_reached(real, targets) for real in by_real}
    entries = [
        file
        for real, file in by_real.items()
        if all(other in reached[real] for other in by_real if real in reached[other])
    ]
    return tuple(filter(_has_utf8_name, entries)) or tuple(entries)


def _has_utf8_name(file: Path) -> bool:
    """Whether the name of a file is UTF-8; a location can't name any other file."""
    try:
        str(file).encode()
    except UnicodeEncodeError:
        return False
    return True


def _targets(file: Path, resolution: Resolution) -> set[Path]:
    """Return the files that a document refers to; errors in the document are reported when it is loaded."""
    try:
        root = etree.fromstring(file.read_bytes(), xml_parser(doctype=True))
    except (OSError, etree.XMLSyntaxError, ValueError, LookupError):
        return set()
    targets = set()
    for reference in references(root):
        namespace = reference.get("namespace", "") if reference.tag == XSD_TAG + "import" else None
        try:
            target = resolution.find(reference.get("schemaLocation", ""), namespace, file, str(file))
        except CatalogError:
            raise
        except SchemapressError:
            continue
        if target is not None:
            targets.add(target.resolve())
    return targets - {file.resolve()}


def _collect_reached(start: Path, targets: Mapping[Path, set[Path]]) -> set[Path]:
    """Return the files that a file refers to, directly or through others."""
    reached: set[Path] = set()
    waiting = [*targets[start]]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            reached.add(file)
            waiting += targets[file]
    return reached
