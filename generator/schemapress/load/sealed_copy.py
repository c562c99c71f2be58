"""A copy of the documents of a schema for judges that follow references themselves: it holds all that they may read.

The documents of the copy refer to each other, by names that only the copy has. They have no document type and no
documentation, and what a judge would take long for is set aside: wide content models, of which it then checks what is
in them but not the models, and patterns.
"""

from __future__ import annotations

import copy
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from schemapress_runtime.names import XSD_NAMESPACE
from schemapress_runtime.xml.document import xml_parser

from .source import XSD, Element, SchemaDocument, line_of, references

if TYPE_CHECKING:
    import xmlschema

_SCHEME = "schema-copy:/"
"""What the names of the copy begin with; no file and no host has such a name."""

_NOTHING = "nothing.xsd"
"""The document that stands for those that are missing."""

_DRIVER = "all.xsd"
_DRIVEN = "urn:schemapress:all"
"""The document that has several ones, and its namespace, which no other has."""

_UNREAD = (XSD + "documentation", XSD + "appinfo")
_GROUPS = (XSD + "sequence", XSD + "choice", XSD + "all", XSD + "group")
_CONSTRAINTS = (XSD + "unique", XSD + "key", XSD + "keyref")
_DERIVATIONS = (XSD + "restriction", XSD + "extension")


_STEP = re.compile(r"(?:[\w.-]+:)?([A-Za-z]+)")
"""A step of a path: the name of an element."""


class SealedCopy:
    """The documents of a schema, as texts that refer to each other alone."""

    def __init__(self, documents: Sequence[SchemaDocument], aside: Collection[Element] = ()) -> None:
        """Take the documents, the complex types whose content models are set aside, and the patterns that are."""
        self._aside = frozenset(aside)
        self._documents: dict[str, SchemaDocument] = {}
        self._files: dict[Path, str] = {}
        self._targets: dict[str, str] = {}
        for document in documents:
            real = document.path.resolve()
            if real not in self._files:
                self._files[real] = f"{len(self._files)}.xsd"
                self._documents[self._files[real]] = document
                self._targets.setdefault(document.root.get("targetNamespace", ""), self._files[real])

    @property
    def documents(self) -> Iterable[SchemaDocument]:
        """The documents, each file once."""
        return self._documents.values()

    @cached_property
    def _copies(self) -> dict[str, tuple[bytes, list[Element | None]]]:
        """The text of each copy, and the originals of its elements in their order."""
        nothing: tuple[bytes, list[Element | None]] = (f'<schema xmlns="{XSD_NAMESPACE}"/>'.encode(), [])
        return {_NOTHING: nothing, **{name: self._copied(document) for name, document in self._documents.items()}}

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        return {name: text for name, (text, _) in self._copies.items()}

    def libxml2(self, paths: Sequence[Path]) -> etree.XMLSchema:
        """Return the schema that libxml2 makes of documents, and of all that they refer to.

        Raises:
            etree.XMLSchemaParseError: it finds the schema invalid.
        """
        name, texts = self.name(paths[0]), self._texts
        if len(paths) > 1:
            drivers = self._drivers(paths)
            name, texts = _DRIVER, texts | drivers
        # names of namespaces need not be URIs, for which the parser recovers
        parser = xml_parser(doctype=True, recover=True, resolver=_Copied(texts))
        return etree.XMLSchema(etree.fromstring(texts[name], parser, base_url=f"{_SCHEME}{name}"))

    def xmlschema(self, paths: Sequence[Path], *, with_constraints: bool = True) -> xmlschema.XMLSchema10:
        """Return the schema that the xmlschema library makes of documents, and of all that they refer to.

        Identity constraints take most of its time where there are hundreds of them; it can go without.
        """
        import xmlschema

        with tempfile.TemporaryDirectory(prefix="schemapress-judge-") as temporary:
            folder = Path(temporary).resolve()
            for name, text in self._texts.items():
                (folder / name).write_bytes(text if with_constraints else _without_constraints(text))
            first, *others = [str(folder / self.name(path)) for path in paths]
            return xmlschema.XMLSchema10(
                [first, *others] if others else first, base_url=str(folder), allow="sandbox", use_fallback=False
            )

    def reached(self, path: Path) -> set[Path]:
        """Return the files that a document refers to, itself or through others; itself among them."""
        found: set[Path] = set()
        waiting = [path.resolve()]
        while waiting:
            real = waiting.pop()
            if real not in found:
                found.add(real)
                waiting += [target.resolve() for target in self._documents[self._files[real]].targets if target]
        return found

    def name(self, path: Path) -> str:
        """Return the name that a document has in the copy."""
        return self._files[path.resolve()]

    def document(self, name: str) -> SchemaDocument | None:
        """Return the document that a judge calls by a name of the copy; None where it is not one of them."""
        return self._documents.get(name.rpartition("/")[2])

    def element(self, name: str, line: int) -> Element | None:
        """Return the element of a document that stands on a line of its copy; there each has a line of its own."""
        name = name.rpartition("/")[2]
        for copied, original in zip(self._tree(name).iter(), self._copies.get(name, (b"", []))[1], strict=False):
            if line_of(copied) == line:
                return original
        return None

    def at(self, name: str, path: str) -> Element | None:
        """Return the element of a document to which a path in its copy leads, whatever prefix its names have."""
        by_local_name = _STEP.sub(r"*[local-name()='\1']", path)
        found = self._tree(name.rpartition("/")[2]).xpath(by_local_name)
        first = found[0] if isinstance(found, list) and found else None
        return self.element(name, line_of(first)) if isinstance(first, etree._Element) else None

    def _tree(self, name: str) -> Element:
        return etree.fromstring(self._texts.get(name, self._texts[_NOTHING]), xml_parser(doctype=True, recover=True))

    def _copied(self, document: SchemaDocument) -> tuple[bytes, list[Element | None]]:
        """Return the text of the copy of a document, and the original of each of its elements, in their order."""
        root = copy.deepcopy(document.root)
        for element in list(root.iter(*_UNREAD)):
            del element[:]
        originals = dict(zip(root.iter(), _read(document.root), strict=True))
        for element in originals:
            element.tail = f"{element.tail or ''}\n"
            element.text = None if element.tag in _UNREAD else f"{element.text or ''}\n"
        aside = [element for element, original in originals.items() if original in self._aside]
        for number, element in enumerate(aside):
            parent = element.getparent()
            if element.tag == XSD + "pattern" and parent is not None:
                parent.remove(element)
                continue
            _set_aside(element, root, f"{self.name(document.path).partition('.')[0]}-{number}")
        for reference, target in zip(references(root), document.targets, strict=True):
            self._refer(reference, target)
        root.tail = None
        return etree.tostring(root, encoding="utf-8"), [originals.get(element) for element in root.iter()]

    def _refer(self, reference: Element, target: Path | None) -> None:
        """Let a reference lead to the copy of what it led to, if to anything."""
        is_import = reference.tag == XSD + "import"
        if target is not None:
            reference.set("schemaLocation", self._files[target.resolve()])
        elif is_import and reference.get("namespace", "") in self._targets:
            reference.set("schemaLocation", self._targets[reference.get("namespace", "")])
        elif "schemaLocation" in reference.attrib and is_import:
            del reference.attrib["schemaLocation"]
        elif "schemaLocation" in reference.attrib:
            reference.set("schemaLocation", _NOTHING)

    def _drivers(self, paths: Sequence[Path]) -> dict[str, bytes]:
        """Return documents that have several ones, for libxml2 takes one, and one import of each namespace.

        The one that it takes imports one for each namespace, which includes the documents of that.
        """
        driver = etree.Element(XSD + "schema", nsmap={"xs": XSD_NAMESPACE}, targetNamespace=_DRIVEN)
        drivers: dict[str, bytes] = {}
        by_namespace: dict[str, list[str]] = {}
        for path in paths:
            name = self.name(path)
            by_namespace.setdefault(self._documents[name].namespace, []).append(name)
        for namespace, names in by_namespace.items():
            imported = etree.SubElement(driver, XSD + "import", schemaLocation=f"all-{len(drivers)}.xsd")
            of_namespace = etree.Element(XSD + "schema", nsmap={"xs": XSD_NAMESPACE})
            if namespace:
                imported.set("namespace", namespace)
                of_namespace.set("targetNamespace", namespace)
            for name in names:
                etree.SubElement(of_namespace, XSD + "include", schemaLocation=name)
            drivers[f"all-{len(drivers)}.xsd"] = etree.tostring(of_namespace)
        return drivers | {_DRIVER: etree.tostring(driver)}


class _Copied(etree.Resolver):
    """Answers with documents of a copy, and refuses all others."""

    def __init__(self, texts: dict[str, bytes]) -> None:
        self._texts = texts

    def resolve(self, system_url: str, public_id: str, context: object = None) -> object:
        name = system_url.rpartition("/")[2]
        if not system_url.startswith(_SCHEME) or name not in self._texts:
            raise LookupError(system_url)
        return self.resolve_string(self._texts[name], context, base_url=system_url)


def _without_constraints(text: bytes) -> bytes:
    """Return the text of a document without its identity constraints."""
    root = etree.fromstring(text, xml_parser(doctype=True, recover=True))
    for constraint in list(root.iter(*_CONSTRAINTS)):
        parent = constraint.getparent()
        assert parent is not None
        parent.remove(constraint)
    return etree.tostring(root, encoding="utf-8")


def _read(root: Element) -> Iterator[Element]:
    """Yield the elements of a document in their order, but those inside of documentation."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        yield element
        if element.tag in _UNREAD:
            walk.skip_subtree()


def _set_aside(element: Element, root: Element, name: str) -> None:
    """Move the content model of a complex type into a group that nothing refers to.

    In its place stands an element that no other model has, and that need not be there.
    """
    holder = next((one for content in element for one in content if one.tag in _DERIVATIONS), element)
    model = next((child for child in holder if child.tag in _GROUPS), None)
    if model is None:
        return
    stand_in = etree.Element(XSD + "sequence")
    namespace = f"urn:schemapress:aside:{name}"
    etree.SubElement(stand_in, XSD + "any", namespace=namespace, minOccurs="0", processContents="skip")
    holder.replace(model, stand_in)
    group = etree.SubElement(root, XSD + "group", name=f"schemapress-aside-{name}")
    if model.tag == XSD + "all":
        model.attrib.clear()
        group.append(model)
    else:
        etree.SubElement(group, XSD + "sequence").append(model)
