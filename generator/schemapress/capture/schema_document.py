"""An XSD, or the schemas inside of a WSDL, copied with what they import: the simplest capture."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.runtime.document import xml_parser
from schemapress.schema import SHIPPED
from schemapress.schema.load import check
from schemapress.schema.roots import CATALOG, located, roots_around
from schemapress.schema.source import XSD, line_of, read_documents

from .draft import Draft, Written
from .question import Decision

_WSDL = ("{http://schemas.xmlsoap.org/wsdl/}definitions", "{http://www.w3.org/ns/wsdl}description")


def accepts(text: str) -> bool:
    """Whether a text is XML."""
    return text.lstrip().startswith("<")


def drafts(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Draft]:
    """Return a draft for the schema, and for each file that it refers to, in the folders in which they are.

    Raises:
        SchemapressError: this is not XML, neither an XSD nor a WSDL, or the schema is invalid.
    """
    try:
        root = etree.fromstring(text.encode(), xml_parser(doctype=True))
    except etree.XMLSyntaxError as error:
        raise SchemapressError(f"This is not XML: {error.msg}.", place=f"{path}:{error.position[0]}") from None
    except (ValueError, LookupError) as error:
        raise SchemapressError(f"This is not XML: {error}.", place=f"{path}:1") from None
    if root.tag == f"{XSD}schema":
        return _copies([document.real for document in check((path,), limits=limits)])
    if root.tag in _WSDL:
        return list(_of_wsdl(root, path, limits))
    message = f"The root of this document is <{etree.QName(root).localname}>; expected an XSD's <schema> or a WSDL."
    raise SchemapressError(message, place=f"{path}:{root.sourceline}")


def _copies(paths: Iterable[Path]) -> list[Draft]:
    """Return copies of files, which stand to each other as the files do; what comes with this package is there already.

    The catalogs beside them, which say where some of them are, are copied too.
    """
    files = list(dict.fromkeys(path for path in paths if path.parent != SHIPPED))
    top = Path(os.path.commonpath([path.parent for path in files]))
    catalogs = (folder / CATALOG for file in files for folder in file.parents if folder.is_relative_to(top))
    beside = dict.fromkeys(path for path in catalogs if path.is_file())
    return [_copy(path, path.relative_to(top).as_posix()) for path in (*files, *beside)]


def _is_beside(file: str) -> bool:
    """Whether a file is in the folder of the source, or below; the schema of the xml: attributes is this package's."""
    return not file.startswith("..")


def _copy(path: Path, file: str) -> Draft:
    return _draft(file, path.read_text("utf-8-sig"))


def _of_wsdl(root: etree._Element, path: Path, limits: SourceLimits) -> Iterator[Draft]:
    """Yield a draft for each schema in a WSDL, and for each file that one refers to.

    A schema keeps the namespaces that the WSDL has in scope for it. Schemas of one WSDL import each other by their
    namespaces alone; apart from it, they need to know where.
    """
    schemas = list(root.iter(f"{XSD}schema"))
    if not schemas:
        hint = "Capture the XSDs that it refers to."
        raise SchemapressError("This WSDL has no schema inside.", place=str(path), hint=hint)
    names = [f"{path.stem}.xsd"] if len(schemas) == 1 else [f"{path.stem}-{n}.xsd" for n, _ in enumerate(schemas, 1)]
    where = {schema.get("targetNamespace", ""): name for schema, name in zip(schemas, names, strict=True)}
    referred: dict[str, Path] = {}
    for schema, name in zip(schemas, names, strict=True):
        for reference in schema.iterchildren(f"{XSD}import", f"{XSD}include", f"{XSD}redefine"):
            location = reference.get("schemaLocation")
            if location is None and reference.get("namespace", "") in where:
                reference.set("schemaLocation", where[reference.get("namespace", "")])
            elif location is not None:
                target = located(location, path, roots_around([path]), f"{path}:{line_of(reference)}")
                for document in read_documents((target,), roots=roots_around([path]), limits=limits).documents:
                    referred[os.path.relpath(document.path.resolve(), path.parent.resolve())] = document.path
        schema.tail = None
        text = etree.tostring(schema, encoding="unicode")
        yield _draft(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')
    for file, source in sorted(referred.items()):
        if _is_beside(file):
            yield _copy(source, Path(file).as_posix())


def _draft(name: str, text: str) -> Draft:
    def finish(_: Iterable[Decision], __: Mapping[str, str]) -> Written:
        return Written(text)

    return Draft(name, (), finish)
