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
from schemapress.schema.resolution import Resolution
from schemapress.schema.roots import CATALOG, NOTHING, Roots, roots_around, roots_of
from schemapress.schema.source import XSD, line_of, read_documents

from .draft import Draft, Written
from .question import Decision

_WSDL = ("{http://schemas.xmlsoap.org/wsdl/}definitions", "{http://www.w3.org/ns/wsdl}description")


def accepts(text: str) -> bool:
    """Whether a text is XML."""
    return text.lstrip().startswith("<")


def drafts(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS, named: Roots = NOTHING) -> list[Draft]:
    """Return a draft for the schema, and for each file that it refers to, in the folders in which they are.

    `named` has the locations and catalogs of the project; what they give is in the project already, and is not copied.

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
        documents = check((path,), roots=_readable(path, named), limits=limits)
        around = _around(path, path, limits)
        return _copies([document.real for document in documents if document.real in around])
    if root.tag in _WSDL:
        return list(_of_wsdl(root, path, limits, _readable(path, named)))
    message = f"The root of this document is <{etree.QName(root).localname}>; expected an XSD's <schema> or a WSDL."
    raise SchemapressError(message, place=f"{path}:{root.sourceline}")


def _readable(path: Path, named: Roots) -> Roots:
    """Return what may be read for a schema that somebody named: what is around it, and what the project has."""
    around = roots_around([path])
    return roots_of([*around.folders, *named.folders], dict(named.locations), named.catalogs)


def _around(file: Path, path: Path, limits: SourceLimits) -> set[Path]:
    """Return a file and those that it refers to, as they are found around `path` without what the project names."""
    documents = read_documents((file,), strict=False, roots=roots_around([path]), limits=limits).documents
    return {document.real for document in documents}


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


def _of_wsdl(root: etree._Element, path: Path, limits: SourceLimits, roots: Roots) -> Iterator[Draft]:
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
    resolution = Resolution(roots)
    for schema, name in zip(schemas, names, strict=True):
        for reference in schema.iterchildren(f"{XSD}import", f"{XSD}include", f"{XSD}redefine"):
            location = reference.get("schemaLocation")
            if location is None and reference.get("namespace", "") in where:
                reference.set("schemaLocation", where[reference.get("namespace", "")])
            elif location is not None:
                namespace = reference.get("namespace", "") if reference.tag == f"{XSD}import" else None
                target = resolution.find(location, namespace, path, f"{path}:{line_of(reference)}")
                if target is None or _without_project(path, location, namespace) != target:
                    continue
                around = _around(target, path, limits)
                for document in read_documents((target,), roots=roots, limits=limits).documents:
                    if document.real in around:
                        referred[os.path.relpath(document.real, path.parent.resolve())] = document.path
        schema.tail = None
        text = etree.tostring(schema, encoding="unicode")
        yield _draft(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n')
    for file, source in sorted(referred.items()):
        if _is_beside(file):
            yield _copy(source, Path(file).as_posix())


def _without_project(path: Path, location: str, namespace: str | None) -> Path | None:
    """Return the file that a location in a document leads to without what the project names, or None."""
    try:
        return Resolution(roots_around([path])).find(location, namespace, path, str(path))
    except SchemapressError:
        return None


def _draft(name: str, text: str) -> Draft:
    def finish(_: Iterable[Decision], __: Mapping[str, str]) -> Written:
        return Written(text)

    return Draft(name, (), finish)
