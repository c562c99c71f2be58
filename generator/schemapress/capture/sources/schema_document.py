"""An XSD, or the schemas inside a WSDL, copied together with the files that they refer to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load import SHIPPED
from schemapress.load.document import XSD_TAG, line_of, references
from schemapress.load.document_reader import read_documents
from schemapress.load.loader import check
from schemapress.load.resolution import Resolution
from schemapress.load.roots import CATALOG, NO_ROOTS, Roots, roots_around, roots_of
from schemapress_runtime.xml.document import xml_parser

from ..ask.question import Decision
from ..draft import Draft, DraftResult
from ..omission import Omission
from ..read import wsdl
from ..read.layout import lay_out
from ..read.reference_fetcher import FetchedFiles
from ..read.soap_binding import add_endpoints, check_supported, find_operations


@dataclass(frozen=True)
class Surroundings:
    """The documents that a source may refer to: fetched files, and the roots of the project.

    Files that the project names are in it already, and are not copied. `kept` has the paths of files of an earlier
    capture, by URL.
    """

    fetched: FetchedFiles
    named: Roots = NO_ROOTS
    kept: Mapping[str, str] = field(default_factory=dict)

    def roots(self, path: Path) -> Roots:
        """Return the roots that the documents of a source may be read from."""
        around, named = self.around(path), self.named
        locations = {**dict(named.locations), **self.fetched.locations}
        return roots_of([*around.folders, *named.folders], locations, named.catalogs)

    def around(self, path: Path) -> Roots:
        """Return the same roots without those of the project."""
        fetched = [self.fetched.folder] if self.fetched.downloads else []
        return roots_of([*roots_around([path]).folders, *fetched], self.fetched.locations)


NO_SURROUNDINGS = Surroundings(FetchedFiles(Path("nothing")))


def accepts(text: str) -> bool:
    """Whether a text is XML."""
    return text.lstrip().startswith("<")


def drafts(
    text: str, path: Path, beside: Surroundings = NO_SURROUNDINGS, limits: SourceLimits = DEFAULT_LIMITS
) -> list[Draft]:
    """Return a draft for the schema and for each file that it refers to, in the layout of the files.

    Raises:
        SchemapressError: the text is not XML, is neither an XSD nor a WSDL, or the schema is invalid.
    """
    try:
        root = etree.fromstring(text.encode(), xml_parser(doctype=True))
    except etree.XMLSyntaxError as error:
        raise SchemapressError(f"This is not XML: {error.msg}.", place=f"{path}:{error.position[0]}") from None
    except (ValueError, LookupError) as error:
        raise SchemapressError(f"This is not XML: {error}.", place=f"{path}:1") from None
    if root.tag == f"{XSD_TAG}schema":
        documents = check((path,), roots=beside.roots(path), limits=limits)
        own = _files_around(path, path, beside, limits)
        return _copies([document.real for document in documents if document.real in own], path, beside)
    if root.tag in wsdl.ROOTS:
        return list(_draft_wsdl(root, path, beside, limits))
    message = f"The root of this document is <{etree.QName(root).localname}>; expected an XSD's <schema> or a WSDL."
    raise SchemapressError(message, place=f"{path}:{root.sourceline}")


def _files_around(file: Path, path: Path, beside: Surroundings, limits: SourceLimits) -> set[Path]:
    """Return a file and the files that it refers to, without the roots of the project."""
    documents = read_documents((file,), strict=False, roots=beside.around(path), limits=limits).documents
    return {document.real for document in documents}


def _copies(paths: Iterable[Path], entry: Path, beside: Surroundings) -> list[Draft]:
    """Return drafts that copy files in their layout, without schemas that come with this package.

    Catalogs beside the files are copied too. Files from another host than the entry document are put into a folder with
    the name of their host.

    Raises:
        SchemapressError: a file can't be placed relative to those of an earlier capture, or is not UTF-8.
    """
    files = [path for path in dict.fromkeys(paths) if path.parent != SHIPPED]
    home = beside.fetched.host(entry.resolve())
    near = [path for path in files if beside.fetched.host(path) == home]
    top = Path(os.path.commonpath([path.parent for path in near or [entry.resolve()]]))
    catalogs = (folder / CATALOG for file in near for folder in file.parents if folder.is_relative_to(top))
    catalog_files = dict.fromkeys(path for path in catalogs if path.is_file())
    layout = lay_out(tuple(dict.fromkeys((*files, *catalog_files))), top, beside.fetched, beside.kept)
    return [_copy(path, place, beside) for path, place in layout.items()]


def _copy(path: Path, file: str, beside: Surroundings) -> Draft:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"This is not UTF-8: byte {error.start + 1} is {error.object[error.start]:#04x}."
        raise SchemapressError(
            message, place=str(path), hint="Convert it to UTF-8, and change its XML declaration."
        ) from None
    return replace(_draft(file, text), download=beside.fetched.downloads.get(path))


def _draft_wsdl(root: etree._Element, path: Path, beside: Surroundings, limits: SourceLimits) -> Iterator[Draft]:
    """Yield a draft for each schema in a WSDL, and for each file that a schema refers to.

    A schema keeps the namespaces in scope in the WSDL.

    Raises:
        SchemapressError: the WSDL has no schema, or its schemas declare no root element.
    """
    schemas = list(root.iter(f"{XSD_TAG}schema"))
    if not schemas:
        hint = "Capture the XSDs or the WSDL that it refers to."
        raise SchemapressError("This WSDL has no schema inside.", place=str(path), hint=hint)
    if not any(
        len(schema.findall(f"{XSD_TAG}{kind}")) for schema in schemas for kind in ("element", "import", "include")
    ):
        message = "The schemas of this WSDL declare no element, so there is no message to capture."
        hint = "Its messages have types only, as in RPC. Ask the partner for a document/literal WSDL."
        raise SchemapressError(message, place=f"{path}:{line_of(schemas[0])}", hint=hint)
    operations = find_operations(root, path.name)
    check_supported(operations, path.name)
    omissions = (*operations.omissions, *wsdl.list_omissions(root, path.name))
    names = [f"{path.stem}.xsd"] if len(schemas) == 1 else [f"{path.stem}-{n}.xsd" for n, _ in enumerate(schemas, 1)]
    referred: dict[Path, None] = {}
    roots = beside.roots(path)
    for schema in schemas:
        for reference in references(schema):
            location, namespace = reference.get("schemaLocation"), reference.get("namespace", "")
            if location is not None:
                is_import = reference.tag == f"{XSD_TAG}import"
                place = f"{path}:{line_of(reference)}"
                target = Resolution(roots).find(location, namespace if is_import else None, path, place)
                if (
                    target is None
                    or _find_without_project(path, location, namespace if is_import else None, beside) != target
                ):
                    continue
                own = _files_around(target, path, beside, limits)
                documents = read_documents((target,), roots=roots, limits=limits).documents
                referred.update(dict.fromkeys(document.real for document in documents if document.real in own))
    wsdl.link_schemas(schemas, names)
    add_endpoints(schemas[0], operations.operations)
    for number, (schema, name) in enumerate(zip(schemas, names, strict=True)):
        schema.tail = None
        text = etree.tostring(schema, encoding="unicode")
        yield _draft(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', () if number else omissions)
    top, home = path.resolve().parent, beside.fetched.host(path.resolve())
    for source in sorted(referred):
        if source.parent == SHIPPED:
            continue
        if beside.fetched.host(source) == home and not source.is_relative_to(top):
            message = f"This WSDL refers to {source}, which is not below its folder."
            hint = "Move the WSDL to a folder above all of these files, and adjust its locations."
            raise SchemapressError(message, place=str(path), hint=hint)
        yield _copy(source, beside.fetched.place_of(source, top), beside)


def _find_without_project(path: Path, location: str, namespace: str | None, beside: Surroundings) -> Path | None:
    """Return the file of a location in a document without the roots of the project, or None."""
    try:
        return Resolution(beside.around(path)).find(location, namespace, path, str(path))
    except SchemapressError:
        return None


def _draft(name: str, text: str, omissions: tuple[Omission, ...] = ()) -> Draft:
    def finish(_: Iterable[Decision], __: Mapping[str, str]) -> DraftResult:
        return DraftResult(text)

    return Draft(name, (), finish, omissions)
