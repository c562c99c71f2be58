"""An XSD, or the schemas inside of a WSDL, copied with what they import: the simplest capture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.schema.judge import check_schema
from schemapress.schema.source import XSD, read_documents

from .draft import Draft, Written
from .question import Decision

_WSDL = ("{http://schemas.xmlsoap.org/wsdl/}definitions", "{http://www.w3.org/ns/wsdl}description")


def accepts(text: str) -> bool:
    """Whether a text is XML."""
    return text.lstrip().startswith("<")


def drafts(text: str, path: Path) -> list[Draft]:
    """Return a draft for the schema, and for each file that it refers to.

    Raises:
        SchemapressError: this is not XML, neither an XSD nor a WSDL, or the schema is invalid.
    """
    try:
        root = etree.fromstring(text.encode())
    except etree.XMLSyntaxError as error:
        raise SchemapressError(f"This is not XML: {error.msg}.", place=f"{path}:{error.position[0]}") from None
    if root.tag == f"{XSD}schema":
        check_schema((path,))
        return [
            _copy(document.path, document.file) for document in read_documents((path,)) if _is_beside(document.file)
        ]
    if root.tag in _WSDL:
        return list(_of_wsdl(root, path))
    message = f"The root of this document is <{etree.QName(root).localname}>; expected an XSD's <schema> or a WSDL."
    raise SchemapressError(message, place=f"{path}:{root.sourceline}")


def _is_beside(file: str) -> bool:
    """Whether a file is in the folder of the source, or below; the schema of the xml: attributes is this package's."""
    return not file.startswith("..")


def _copy(path: Path, file: str) -> Draft:
    return _draft(file, path.read_text("utf-8-sig"))


def _of_wsdl(root: etree._Element, path: Path) -> Iterable[Draft]:
    """Yield a draft for each schema in a WSDL, with the namespaces that the WSDL has in scope for it."""
    schemas = list(root.iter(f"{XSD}schema"))
    if not schemas:
        hint = "Capture the XSDs that it refers to."
        raise SchemapressError("This WSDL has no schema inside.", place=str(path), hint=hint)
    for number, schema in enumerate(schemas, start=1):
        name = f"{path.stem}.xsd" if len(schemas) == 1 else f"{path.stem}-{number}.xsd"
        schema.tail = None
        text = etree.tostring(schema, encoding="unicode")  # with the namespaces that are in scope for it
        yield _draft(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')


def _draft(name: str, text: str) -> Draft:
    def finish(_: Iterable[Decision], __: Mapping[str, str]) -> Written:
        return Written(text)

    return Draft(name, (), finish)
