"""The entry documents of a folder of schemas: those that make the schema, with all that they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import etree

from schemapress.errors import CatalogError, SchemapressError
from schemapress_runtime.xml.document import xml_parser

from .resolution import Resolution, is_shipped
from .roots import Roots
from .source import XSD, Element, references


def find_entries(files: Iterable[Path], roots: Roots) -> tuple[Path, ...]:
    """Return the documents that no other one includes, imports or redefines.

    Of documents that refer to each other in a circle, none of which another one refers to, all are entries.

    Raises:
        CatalogError: a catalog can't be used, so that it is not known what a document refers to.
    """
    by_real = {file.resolve(): file for file in files}
    roots_of_files = {real: _root(file) for real, file in by_real.items()}
    by_namespace: dict[str, set[Path]] = {}
    for real, root in roots_of_files.items():
        if root is not None:
            by_namespace.setdefault(root.get("targetNamespace", ""), set()).add(real)
    resolution = Resolution(roots)
    targets = {
        real: _targets(file, roots_of_files[real], resolution, by_namespace) & by_real.keys()
        for real, file in by_real.items()
    }
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


def _root(file: Path) -> Element | None:
    """Return the root of a document; what is wrong with one is told when it is read."""
    try:
        return etree.fromstring(file.read_bytes(), xml_parser(doctype=True))
    except (OSError, etree.XMLSyntaxError, ValueError, LookupError):
        return None


def _targets(
    file: Path, root: Element | None, resolution: Resolution, by_namespace: Mapping[str, set[Path]]
) -> set[Path]:
    """Return the files that a document refers to: for an import that leads nowhere, those of its namespace."""
    found: set[Path] = set()
    for reference in () if root is None else references(root):
        namespace = reference.get("namespace", "") if reference.tag == XSD + "import" else None
        try:
            target = resolution.find(reference.get("schemaLocation", ""), namespace, file, str(file))
        except CatalogError:
            raise
        except SchemapressError:
            target = None
        if namespace is not None and (target is None or is_shipped(target)):
            found |= by_namespace.get(namespace, set())
        elif target is not None:
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
