"""A copy of the documents of a schema, for judges that follow references themselves: they can read nothing else.

The documents of the copy refer to each other by names that only the copy has. They have no document type and no
documentation. Patterns and wide content models that a judge would take long for are set aside: the judge then checks
the elements in such a model, but not the model. A reference to an empty group that libxml2 would crash on is set aside,
too: an empty sequence takes its place.
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

from schemapress.errors import SchemapressError
from schemapress_runtime.names import XSD_NAMESPACE
from schemapress_runtime.xml.document import Element, xml_parser

from .document import XSD_TAG, SchemaDocument, line_of, references
from .global_components import GlobalComponents

if TYPE_CHECKING:
    import xmlschema

_SCHEME = "schema-copy:/"
"""The beginning of all names in the copy; no file and no host has such a name."""

_NOTHING = "nothing.xsd"
"""The document that takes the place of missing ones."""

_NO_SCHEMA = f'<schema xmlns="{XSD_NAMESPACE}"/>'.encode()

_DRIVER = "all.xsd"
_DRIVEN = "urn:schemapress:all"
"""The document that joins several entry documents, and its namespace, which no other document has."""

_UNREAD = (XSD_TAG + "documentation", XSD_TAG + "appinfo")
_GROUPS = (XSD_TAG + "sequence", XSD_TAG + "choice", XSD_TAG + "all", XSD_TAG + "group")
_CONSTRAINTS = (XSD_TAG + "unique", XSD_TAG + "key", XSD_TAG + "keyref")
_DERIVATIONS = (XSD_TAG + "restriction", XSD_TAG + "extension")

_STEP = re.compile(r"(?:[\w.-]+:)?([A-Za-z]+)")
"""A step of a path: the name of an element."""


class SealedCopy:
    """The documents of a schema, as texts that refer only to each other."""

    def __init__(self, documents: Sequence[SchemaDocument], aside: Collection[Element] = ()) -> None:
        """Take the documents, and the complex types, patterns and references to groups to set aside."""
        self._aside = frozenset(aside)
        self._touched = {element.getroottree().getroot() for element in self._aside}
        self._documents: dict[str, SchemaDocument] = {}
        self._files: dict[Path, str] = {}
        self._targets: dict[str, str] = {}
        for document in documents:
            real = document.real
            if real not in self._files:
                self._files[real] = f"{len(self._files)}.xsd"
                self._documents[self._files[real]] = document
                self._targets.setdefault(document.root.get("targetNamespace", ""), self._files[real])

    @property
    def documents(self) -> Iterable[SchemaDocument]:
        """The documents, each file once."""
        return self._documents.values()

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        """The text of each copy."""
        copies = {name: self._copy(document)[0] for name, document in self._documents.items()}
        return {_NOTHING: _NO_SCHEMA, **{name: etree.tostring(root, encoding="utf-8") for name, root in copies.items()}}

    @cached_property
    def _lined(self) -> dict[str, tuple[bytes, list[Element | None]]]:
        """The text of each copy with a line per element, and the original of each of them, in document order.

        Only errors need that.
        """
        return {_NOTHING: (_NO_SCHEMA, []), **{name: self._line(of) for name, of in self._documents.items()}}

    def parse_with_libxml2(self, paths: Sequence[Path], *, lined: bool = False) -> etree.XMLSchema:
        """Return the schema of libxml2 for documents and everything that they refer to.

        `find_by_line` knows the lines of errors if the copy is `lined`.

        Raises:
            etree.XMLSchemaParseError: libxml2 refuses the schema.
        """
        name = self.name(paths[0])
        texts = {name: text for name, (text, _) in self._lined.items()} if lined else self._texts
        if len(paths) > 1:
            drivers = self._make_drivers(paths)
            name, texts = _DRIVER, texts | drivers
        # the parser recovers from namespace names that are not URIs
        parser = xml_parser(doctype=True, recover=True, resolver=_CopyResolver(texts))
        return etree.XMLSchema(etree.fromstring(texts[name], parser, base_url=f"{_SCHEME}{name}"))

    def parse_with_xmlschema(self, paths: Sequence[Path], *, with_constraints: bool = True) -> xmlschema.XMLSchema10:
        """Return the schema of the xmlschema library for documents and everything that they refer to.

        Hundreds of identity constraints take most of its time; it can leave them out.
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

    def collect_reached(self, path: Path) -> set[Path]:
        """Return a document and the files that it refers to, directly or through others."""
        reached: set[Path] = set()
        waiting = [path.resolve()]
        while waiting:
            real = waiting.pop()
            if real not in reached:
                reached.add(real)
                waiting += filter(None, self._documents[self._files[real]].real_targets)
        return reached

    def name(self, path: Path) -> str:
        """Return the name of a document in the copy."""
        return self._files[path.resolve()]

    def document(self, name: str) -> SchemaDocument | None:
        """Return the document of a name in the copy, or None for any other name."""
        return self._documents.get(name.rpartition("/")[2])

    def find_by_line(self, name: str, line: int) -> Element | None:
        """Return the element of a document by its line in the lined copy, where each element has its own line."""
        name = name.rpartition("/")[2]
        for copied, original in zip(self._tree(name).iter(), self._lined.get(name, (b"", []))[1], strict=False):
            if line_of(copied) == line:
                return original
        return None

    def find_by_path(self, name: str, path: str) -> Element | None:
        """Return the element of a document by its path in the copy; prefixes in the path are ignored."""
        by_local_name = _STEP.sub(r"*[local-name()='\1']", path)
        selected = self._tree(name.rpartition("/")[2]).xpath(by_local_name)
        first = selected[0] if isinstance(selected, list) and selected else None
        return self.find_by_line(name, line_of(first)) if isinstance(first, etree._Element) else None

    def _tree(self, name: str) -> Element:
        text, _ = self._lined.get(name, self._lined[_NOTHING])
        return etree.fromstring(text, xml_parser(doctype=True, recover=True))

    def _line(self, document: SchemaDocument) -> tuple[bytes, list[Element | None]]:
        """Return the text of the lined copy of a document, and the original of each of its elements."""
        root, originals = self._copy(document, lined=True)
        return etree.tostring(root, encoding="utf-8"), [originals.get(element) for element in root.iter()]

    def _copy(self, document: SchemaDocument, *, lined: bool = False) -> tuple[Element, dict[Element, Element]]:
        """Return the root of the copy of a document; if it is `lined`, with the original of each of its elements."""
        root = copy.deepcopy(document.root)
        for element in list(root.iter(*_UNREAD)):
            del element[:]
            element.text = None
        originals: dict[Element, Element] = {}
        if lined or document.root in self._touched:
            originals = dict(zip(root.iter(), _readable_elements(document.root), strict=True))
        for element in originals if lined else ():
            element.tail = f"{element.tail or ''}\n"
            element.text = None if element.tag in _UNREAD else f"{element.text or ''}\n"
        aside = [element for element, original in originals.items() if original in self._aside]
        for number, element in enumerate(aside):
            parent = element.getparent()
            if element.tag == XSD_TAG + "pattern" and parent is not None:
                parent.remove(element)
                continue
            if element.tag == XSD_TAG + "group":
                element.tag = XSD_TAG + "sequence"
                del element.attrib["ref"]
                continue
            _set_aside(element, root, f"{self._files[document.real].partition('.')[0]}-{number}")
        for reference, target in zip(references(root), document.real_targets, strict=True):
            self._redirect(reference, target)
        root.tail = None
        return root, originals

    def _redirect(self, reference: Element, target: Path | None) -> None:
        """Point a reference to the copy of its target."""
        is_import = reference.tag == XSD_TAG + "import"
        if target is not None:
            reference.set("schemaLocation", self._files[target])
        elif is_import and reference.get("namespace", "") in self._targets:
            reference.set("schemaLocation", self._targets[reference.get("namespace", "")])
        elif "schemaLocation" in reference.attrib and is_import:
            del reference.attrib["schemaLocation"]
        elif "schemaLocation" in reference.attrib:
            reference.set("schemaLocation", _NOTHING)

    def _make_drivers(self, paths: Sequence[Path]) -> dict[str, bytes]:
        """Return documents that join several entry documents: libxml2 takes one, with one import per namespace.

        The first imports one further document per namespace, which includes the entry documents of the namespace.
        """
        driver = etree.Element(XSD_TAG + "schema", nsmap={"xs": XSD_NAMESPACE}, targetNamespace=_DRIVEN)
        drivers: dict[str, bytes] = {}
        by_namespace: dict[str, list[str]] = {}
        for path in paths:
            name = self.name(path)
            by_namespace.setdefault(self._documents[name].namespace, []).append(name)
        for namespace, names in by_namespace.items():
            imported = etree.SubElement(driver, XSD_TAG + "import", schemaLocation=f"all-{len(drivers)}.xsd")
            of_namespace = etree.Element(XSD_TAG + "schema", nsmap={"xs": XSD_NAMESPACE})
            if namespace:
                imported.set("namespace", namespace)
                of_namespace.set("targetNamespace", namespace)
            for name in names:
                etree.SubElement(of_namespace, XSD_TAG + "include", schemaLocation=name)
            drivers[f"all-{len(drivers)}.xsd"] = etree.tostring(of_namespace)
        return drivers | {_DRIVER: etree.tostring(driver)}


class _CopyResolver(etree.Resolver):
    """Resolves the names of a copy, and refuses all others."""

    def __init__(self, texts: dict[str, bytes]) -> None:
        self._texts = texts

    def resolve(self, system_url: str, public_id: str, context: object = None) -> object:
        name = system_url.rpartition("/")[2]
        if not system_url.startswith(_SCHEME) or name not in self._texts:
            raise LookupError(system_url)
        return self.resolve_string(self._texts[name], context, base_url=system_url)


def find_empty_extensions(documents: Iterable[SchemaDocument], components: GlobalComponents) -> frozenset[Element]:
    """Return the references to an empty group that are an extension's only content: libxml2 may crash on one.

    libxml2 2.14.6 does if the content is mixed and the base refers to such a group at any depth.
    """
    return frozenset(
        reference
        for document in documents
        for extension in document.root.iter(XSD_TAG + "extension")
        for reference in extension.iterchildren(XSD_TAG + "group")
        if _is_bare(reference) and _refers_to_empty(reference, document, components)
    )


def _refers_to_empty(reference: Element, document: SchemaDocument, components: GlobalComponents) -> bool:
    """Whether a reference is to a group that has an empty sequence."""
    try:
        group = components.get("group", document.resolve(reference, reference.get("ref", "")))
    except SchemapressError:  # which the judges report
        return False
    if group is None:
        return False
    models = [child for child in group.element.iterchildren("*") if child.tag != XSD_TAG + "annotation"]
    return len(models) == 1 and models[0].tag == XSD_TAG + "sequence" and _is_bare(models[0])


def _is_bare(particle: Element) -> bool:
    """Whether a particle has nothing inside but documentation."""
    return all(child.tag == XSD_TAG + "annotation" for child in particle.iterchildren("*"))


def _without_constraints(text: bytes) -> bytes:
    """Return the text of a document without its identity constraints."""
    root = etree.fromstring(text, xml_parser(doctype=True, recover=True))
    for constraint in list(root.iter(*_CONSTRAINTS)):
        parent = constraint.getparent()
        assert parent is not None
        parent.remove(constraint)
    return etree.tostring(root, encoding="utf-8")


def _readable_elements(root: Element) -> Iterator[Element]:
    """Yield the elements of a document in document order, without those inside documentation."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        yield element
        if element.tag in _UNREAD:
            walk.skip_subtree()


def _set_aside(element: Element, root: Element, name: str) -> None:
    """Move the content model of a complex type into a group that nothing refers to.

    An optional wildcard takes its place, for a namespace that occurs nowhere else.
    """
    derivations = (child for content in element for child in content if child.tag in _DERIVATIONS)
    holder = next(derivations, element)
    model = next((child for child in holder if child.tag in _GROUPS), None)
    if model is None:
        return
    stand_in = etree.Element(XSD_TAG + "sequence")
    namespace = f"urn:schemapress:aside:{name}"
    etree.SubElement(stand_in, XSD_TAG + "any", namespace=namespace, minOccurs="0", processContents="skip")
    holder.replace(model, stand_in)
    group = etree.SubElement(root, XSD_TAG + "group", name=f"schemapress-aside-{name}")
    if model.tag == XSD_TAG + "all":
        model.attrib.clear()
        group.append(model)
    else:
        etree.SubElement(group, XSD_TAG + "sequence").append(model)
