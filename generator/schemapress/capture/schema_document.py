"""An XSD, or the schemas inside of a WSDL, copied with what they import: the simplest capture."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load import SHIPPED
from schemapress.load.loader import check
from schemapress.load.resolution import Resolution
from schemapress.load.roots import CATALOG, NOTHING, Roots, roots_around, roots_of
from schemapress.load.source import XSD_TAG, line_of, read_documents, references
from schemapress_runtime.xml.document import xml_parser

from . import wsdl
from .draft import Draft, Written
from .following import Fetched
from .layout import places
from .omission import Omission
from .question import Decision


@dataclass(frozen=True)
class Found:
    """What documents beside the source stand for: those that were fetched, and what the project names.

    What the project names is in it already, and is not copied. `kept` has where an earlier capture put files, by URL.
    """

    fetched: Fetched
    named: Roots = NOTHING
    kept: Mapping[str, str] = field(default_factory=dict)

    def roots(self, path: Path) -> Roots:
        """Return where the documents of a source may be read from."""
        around, named = self.around(path), self.named
        locations = {**dict(named.locations), **self.fetched.locations}
        return roots_of([*around.folders, *named.folders], locations, named.catalogs)

    def around(self, path: Path) -> Roots:
        """Return where its documents may be read from without what the project names."""
        fetched = [self.fetched.folder] if self.fetched.downloads else []
        return roots_of([*roots_around([path]).folders, *fetched], self.fetched.locations)


NOTHING_FOUND = Found(Fetched(Path("nothing")))


def accepts(text: str) -> bool:
    """Whether a text is XML."""
    return text.lstrip().startswith("<")


def drafts(text: str, path: Path, found: Found = NOTHING_FOUND, limits: SourceLimits = DEFAULT_LIMITS) -> list[Draft]:
    """Return a draft for the schema, and for each file that it refers to, in the folders in which they are.

    `found` is what was fetched for it, and where the project has files that are not copied.

    Raises:
        SchemapressError: this is not XML, neither an XSD nor a WSDL, or the schema is invalid.
    """
    try:
        root = etree.fromstring(text.encode(), xml_parser(doctype=True))
    except etree.XMLSyntaxError as error:
        raise SchemapressError(f"This is not XML: {error.msg}.", place=f"{path}:{error.position[0]}") from None
    except (ValueError, LookupError) as error:
        raise SchemapressError(f"This is not XML: {error}.", place=f"{path}:1") from None
    if root.tag == f"{XSD_TAG}schema":
        documents = check((path,), roots=found.roots(path), limits=limits)
        around = _around(path, path, found, limits)
        return _copies([document.real for document in documents if document.real in around], path, found)
    if root.tag in wsdl.ROOTS:
        return list(_of_wsdl(root, path, found, limits))
    message = f"The root of this document is <{etree.QName(root).localname}>; expected an XSD's <schema> or a WSDL."
    raise SchemapressError(message, place=f"{path}:{root.sourceline}")


def _around(file: Path, path: Path, found: Found, limits: SourceLimits) -> set[Path]:
    """Return a file and those that it refers to, as they are found around `path` without what the project names."""
    documents = read_documents((file,), strict=False, roots=found.around(path), limits=limits).documents
    return {document.real for document in documents}


def _copies(paths: Iterable[Path], entry: Path, found: Found) -> list[Draft]:
    """Return copies of files, which stand to each other as the files do; what comes with this package is there already.

    The catalogs beside them, which say where some of them are, are copied too. Files of another host than that of the
    entry document, or fetched for one that was not, are below a folder that has the name of their host.

    Raises:
        SchemapressError: a file can't be put beside those of an earlier capture, or is not UTF-8.
    """
    files = [path for path in dict.fromkeys(paths) if path.parent != SHIPPED]
    home = found.fetched.host(entry.resolve())
    near = [path for path in files if found.fetched.host(path) == home]
    top = Path(os.path.commonpath([path.parent for path in near or [entry.resolve()]]))
    catalogs = (folder / CATALOG for file in near for folder in file.parents if folder.is_relative_to(top))
    beside = dict.fromkeys(path for path in catalogs if path.is_file())
    put = places(tuple(dict.fromkeys((*files, *beside))), top, found.fetched, found.kept)
    return [_copy(path, place, found) for path, place in put.items()]


def _copy(path: Path, file: str, found: Found) -> Draft:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"This is not UTF-8: byte {error.start + 1} is {error.object[error.start]:#04x}."
        raise SchemapressError(
            message, place=str(path), hint="Convert it to UTF-8, with its XML declaration."
        ) from None
    return replace(_draft(file, text), download=found.fetched.downloads.get(path))


def _of_wsdl(root: etree._Element, path: Path, found: Found, limits: SourceLimits) -> Iterator[Draft]:
    """Yield a draft for each schema in a WSDL, and for each file that one refers to.

    A schema keeps the namespaces that the WSDL has in scope for it.

    Raises:
        SchemapressError: it has no schema, or its schemas have no element that a message could have as its root.
    """
    schemas = list(root.iter(f"{XSD_TAG}schema"))
    if not schemas:
        hint = "Capture the XSDs or the WSDL that it refers to."
        raise SchemapressError("This WSDL has no schema inside.", place=str(path), hint=hint)
    if not any(
        len(schema.findall(f"{XSD_TAG}{kind}")) for schema in schemas for kind in ("element", "import", "include")
    ):
        message = "The schemas of this WSDL declare no element, so there is no message to capture."
        hint = "Parts of messages have types alone, as in RPC; ask the partner for a document/literal WSDL."
        raise SchemapressError(message, place=f"{path}:{line_of(schemas[0])}", hint=hint)
    omissions = tuple(wsdl.omissions(root, path.name))
    names = [f"{path.stem}.xsd"] if len(schemas) == 1 else [f"{path.stem}-{n}.xsd" for n, _ in enumerate(schemas, 1)]
    referred: dict[Path, None] = {}
    roots = found.roots(path)
    for schema in schemas:
        for reference in references(schema):
            location, namespace = reference.get("schemaLocation"), reference.get("namespace", "")
            if location is not None:
                is_import = reference.tag == f"{XSD_TAG}import"
                place = f"{path}:{line_of(reference)}"
                target = Resolution(roots).find(location, namespace if is_import else None, path, place)
                if (
                    target is None
                    or _without_project(path, location, namespace if is_import else None, found) != target
                ):
                    continue
                around = _around(target, path, found, limits)
                documents = read_documents((target,), roots=roots, limits=limits).documents
                referred.update(dict.fromkeys(one.real for one in documents if one.real in around))
    wsdl.join(schemas, names)
    for number, (schema, name) in enumerate(zip(schemas, names, strict=True)):
        schema.tail = None
        text = etree.tostring(schema, encoding="unicode")
        yield _draft(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', () if number else omissions)
    top, home = path.resolve().parent, found.fetched.host(path.resolve())
    for source in sorted(referred):
        if source.parent == SHIPPED:
            continue
        if found.fetched.host(source) == home and not source.is_relative_to(top):
            message = f"This WSDL refers to {source}, which is not below its own folder."
            hint = "Move the WSDL up to the folder that has all of them, with the locations that this needs."
            raise SchemapressError(message, place=str(path), hint=hint)
        yield _copy(source, found.fetched.place_of(source, top), found)


def _without_project(path: Path, location: str, namespace: str | None, found: Found) -> Path | None:
    """Return the file that a location in a document leads to without what the project names, or None."""
    try:
        return Resolution(found.around(path)).find(location, namespace, path, str(path))
    except SchemapressError:
        return None


def _draft(name: str, text: str, omissions: tuple[Omission, ...] = ()) -> Draft:
    def finish(_: Iterable[Decision], __: Mapping[str, str]) -> Written:
        return Written(text)

    return Draft(name, (), finish, omissions)
