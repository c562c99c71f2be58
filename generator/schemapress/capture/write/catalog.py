"""The XML catalog of a folder with fetched documents: the file for each URL."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lxml import etree

from schemapress.load.roots import CATALOG
from schemapress_runtime.xml.document import xml_parser

from .folder import Folder

_NAMESPACE = "urn:oasis:names:tc:entity:xmlns:xml:catalog"
_MARK = "schemapress capture writes this file: which file each URL stands for, so that a build fetches nothing."


def add_to_catalog(folder: Folder, files: Mapping[str, str], removed: Collection[str] = ()) -> bool:
    """Add the files of URLs to the catalog of a folder, and remove the files that were removed.

    Return whether the catalog was written: a catalog of the publisher stays as it is.
    """
    path = folder.path / CATALOG
    known: dict[str, str] = {}
    if path.is_file():
        data = path.read_bytes()
        if _MARK.encode() not in data:
            return False
        root = etree.fromstring(data, xml_parser(doctype=True))
        listed = {entry.get("name", ""): entry.get("uri", "") for entry in root.iter(f"{{{_NAMESPACE}}}uri")}
        known = {url: file for url, file in listed.items() if file not in removed}
    elif not files:
        return True
    catalog = etree.Element(f"{{{_NAMESPACE}}}catalog", nsmap={None: _NAMESPACE})  # type: ignore[dict-item]  # the stubs know no default namespace
    catalog.append(etree.Comment(f" {_MARK} "))
    for url, file in sorted({**known, **files}.items()):
        etree.SubElement(catalog, f"{{{_NAMESPACE}}}uri", name=url, uri=file)
    etree.indent(catalog, space="  ")
    text = etree.tostring(catalog, encoding="unicode")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', "utf-8")
    return True
