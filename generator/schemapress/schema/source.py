"""The files of a schema: which documents it is made of, and where each of their elements stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.runtime.document import despite_odd_namespaces

from .model import XSD_NAMESPACE, Place, clark

XSD = f"{{{XSD_NAMESPACE}}}"
_REFERENCES = {XSD + name for name in ("include", "import", "redefine")}

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_XML_SCHEMA = Path(__file__).with_name("xml.xsd")

Element = etree._Element


@dataclass(frozen=True)
class SchemaDocument:
    """A schema document, as part of a schema. `namespace` is what its components belong to.

    That is its own target namespace, or, for a document without one, the namespace of the document that
    includes it (Part 1 §4.2.1, a chameleon).
    """

    root: Element
    path: Path
    file: str
    namespace: str
    chameleon: bool = False

    def place(self, element: Element) -> Place:
        """Return where an element of the document stands."""
        return Place(self.file, line_of(element))

    def attribute(self, name: str, default: str) -> str:
        """Return an attribute of the root, such as `elementFormDefault`."""
        return self.root.get(name, default)

    def resolve(self, element: Element, name: str) -> str:
        """Return the name that a QName in an attribute of an element stands for, in Clark notation.

        Raises:
            SchemapressError: its prefix is not declared.
        """
        prefix, _, local = name.strip().rpartition(":")
        if not prefix:
            namespace = element.nsmap.get(None, "") or ""
            return clark(self.namespace if self.chameleon and not namespace else namespace, local)
        namespace = XML_NAMESPACE if prefix == "xml" else element.nsmap.get(prefix, "") or ""
        if not namespace:
            message = f"The prefix of {name!r} is not declared."
            raise SchemapressError(message, place=self.show(element), hint="Declare it with xmlns.")
        return clark(namespace, local)

    def show(self, element: Element) -> str:
        """Return the place of an element for a message: the path of the file as it can be opened, and the line."""
        return f"{self.path}:{line_of(element)}"


def line_of(element: Element) -> int:
    """Return the line of an element, from 1."""
    line = element.sourceline
    return line if isinstance(line, int) else 1


def read_documents(paths: tuple[Path, ...], *, strict: bool = True) -> list[SchemaDocument]:
    """Return the documents of a schema: those named, and all that they include, import or redefine.

    What is referred to and missing is an error if `strict`; the specification lets it pass (§4.2.1), and
    what is then missing from the schema shows only where it is needed.

    Raises:
        SchemapressError: a file is missing, is not XML or not an XSD; with the line that refers to it.
    """
    folder = paths[0].resolve().parent
    found: dict[tuple[Path, str], SchemaDocument] = {}
    roots: dict[Path, Element] = {}
    waiting: list[tuple[Path, str | None, str | None]] = [(path, None, None) for path in reversed(paths)]
    while waiting:
        path, includer, referrer = waiting.pop()
        real = path.resolve()
        if real not in roots:
            roots[real] = _root(path, referrer)
        root = roots[real]
        own = root.get("targetNamespace", "")
        chameleon = not own and bool(includer)
        namespace = includer if chameleon and includer else own
        if (real, namespace) in found:
            continue
        file = Path(os.path.relpath(real, folder)).as_posix()
        document = SchemaDocument(root, path, file, namespace, chameleon)
        found[real, namespace] = document
        for reference in reversed(list(_references(root))):
            including = reference.tag != XSD + "import"
            target = _target(path, reference)
            if not strict and not target.is_file():
                continue
            waiting.append((target, namespace if including else None, document.show(reference)))
    return list(found.values())


def _references(root: Element) -> Iterator[Element]:
    """Yield what refers to another document that is on this machine."""
    for element in root:
        if element.tag not in _REFERENCES:
            continue
        location = element.get("schemaLocation")
        local = bool(location) and urlsplit(location or "").scheme in ("", "file")
        if local or element.get("namespace") == XML_NAMESPACE:
            yield element


def _target(path: Path, reference: Element) -> Path:
    """Return the file that is referred to; the schema of the xml: attributes comes with this package."""
    location = reference.get("schemaLocation", "")
    file = path.parent / unquote(urlsplit(location).path)
    if reference.get("namespace") == XML_NAMESPACE and (not location or not file.is_file()):
        return _XML_SCHEMA
    return file


def _root(file: Path, referrer: str | None) -> Element:
    try:
        parser = etree.XMLParser(resolve_entities=True, no_network=True, remove_comments=True, remove_pis=True)
        root = etree.fromstring(file.read_bytes(), parser, base_url=str(file))
    except OSError:
        if referrer is None:
            raise SchemapressError("There is no such file.", place=str(file), hint="Check the path.") from None
        message = f"The file that is referred to is missing: {file}."
        raise SchemapressError(message, place=referrer, hint="Add it, or mend schemaLocation.") from None
    except etree.XMLSyntaxError as error:
        odd = despite_odd_namespaces(file.read_bytes())
        if odd is not None:
            return odd
        message = f"This is not well-formed XML: {error.msg}."
        hint = "An XSD is an XML document."
        raise SchemapressError(message, place=f"{file}:{error.position[0] or 1}", hint=hint) from None
    if root.tag != XSD + "schema":
        message = f"This is not an XSD: its root element is <{etree.QName(root).localname}>."
        hint = f"Expected <schema> of the namespace {XSD_NAMESPACE}."
        raise SchemapressError(message, place=f"{file}:{root.sourceline}", hint=hint)
    return root


def documentation(element: Element) -> str:
    """Return the text of the first xs:documentation of a component, on one line."""
    found = element.find(f"{XSD}annotation/{XSD}documentation")
    return "" if found is None else " ".join("".join(str(text) for text in found.itertext()).split())
