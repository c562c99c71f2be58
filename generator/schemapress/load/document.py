"""A document of a schema and its elements: their places, their names, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress_runtime.names import XML_NAMESPACE, XSD_NAMESPACE, clark, local_name
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.place import Place

XSD_TAG = f"{{{XSD_NAMESPACE}}}"
ENDPOINT_NAMESPACE = "urn:schemapress:endpoint"
"""The namespace of endpoint facts."""
PERSONAL = f"{{{ENDPOINT_NAMESPACE}}}personal"
"""The fact, in xs:appinfo of an element or a type, that its content is about a person."""
_ANNOTATION, _DOCUMENTATION = XSD_TAG + "annotation", XSD_TAG + "documentation"
_REFERENCES = {XSD_TAG + name for name in ("include", "import", "redefine")}


@dataclass(frozen=True)
class SchemaDocument:
    """A schema document, as part of a schema.

    `namespace` is the namespace of its components: its own target namespace or, for a document without one, that of
    the document that includes it (Part 1 §4.2.1, a chameleon). `targets` has the file for each of the `references` of
    the root, or None for a reference that is ignored. `data` are the bytes that the root was read from, and `real` is
    their path without links. `reals` are real paths that are known. `scope` has the namespaces by prefix that are in
    scope at all elements of XML Schema, if it is the same ones everywhere; otherwise it is None.
    """

    root: Element
    path: Path
    file: str
    namespace: str
    chameleon: bool = False
    targets: tuple[Path | None, ...] = ()
    data: bytes = field(default=b"", compare=False, repr=False)
    real: Path = Path()
    reals: Mapping[Path, Path] = field(default_factory=dict, compare=False, repr=False)
    scope: Mapping[str | None, str] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def real_targets(self) -> tuple[Path | None, ...]:
        """The `targets` without links."""
        return tuple(target and (self.reals.get(target) or target.resolve()) for target in self.targets)

    @property
    def dependencies(self) -> tuple[tuple[str, Path | None], ...]:
        """The references of the document, in its order: `include`, `import` or `redefine`, and the real path."""
        kinds = (str(etree.QName(reference).localname) for reference in references(self.root))
        return tuple(zip(kinds, self.real_targets, strict=True))

    def place(self, element: Element) -> Place:
        """Return the place of an element of the document."""
        return Place(self.file, line_of(element))

    def attribute(self, name: str, default: str) -> str:
        """Return an attribute of the root, such as `elementFormDefault`."""
        return self.root.get(name, default)

    def resolve(self, element: Element, name: str) -> str:
        """Return the expanded name of a QName in an attribute of an element, in Clark notation.

        Raises:
            SchemapressError: its prefix is not declared.
        """
        if self.scope is None:
            return self._resolve(element, name, element.nsmap)
        known = self._resolved.get(name)
        if known is None:
            known = self._resolved[name] = self._resolve(element, name, self.scope)
        return known

    @cached_property
    def _resolved(self) -> dict[str, str]:
        """The expanded names so far, in a document where a QName has one meaning everywhere."""
        return {}

    def _resolve(self, element: Element, name: str, scope: Mapping[str | None, str]) -> str:
        prefix, _, local = name.strip().rpartition(":")
        if not prefix:
            namespace = scope.get(None, "") or ""
            return clark(self.namespace if self.chameleon and not namespace else namespace, local)
        namespace = XML_NAMESPACE if prefix == "xml" else scope.get(prefix, "") or ""
        if not namespace:
            message = f"The prefix of {name!r} is not declared."
            raise SchemapressError(message, place=self.show(element), hint="Declare the prefix with xmlns.")
        return clark(namespace, local)

    def show(self, element: Element) -> str:
        """Return the place of an element for a message: the path that opens the file, and the line."""
        return f"{self.path}:{line_of(element)}"


@dataclass(frozen=True, slots=True, eq=False)
class SchemaElement:
    """An element of XML Schema in its document, which gives it its place and the namespaces of its names."""

    element: Element
    document: SchemaDocument

    @property
    def kind(self) -> str:
        """The local name, such as `complexType`."""
        return _kind(self.element.tag)

    @property
    def place(self) -> Place:
        """The file and the line."""
        return self.document.place(self.element)

    @property
    def documentation(self) -> str:
        """The text of the first xs:documentation, on one line."""
        return documentation(self.element)

    @property
    def is_personal(self) -> bool:
        """Whether its xs:appinfo says that its content is about a person."""
        return any(
            fact.tag == PERSONAL
            for annotation in self.element
            if annotation.tag == _ANNOTATION
            for appinfo in annotation
            for fact in appinfo
        )

    def get(self, attribute: str, default: str = "") -> str:
        """Return the value of an attribute, or the default where it is missing."""
        return self.element.get(attribute, default)

    def optional(self, attribute: str) -> str | None:
        """Return the value of an attribute, or None where it is missing."""
        return self.element.get(attribute)

    def is_true(self, attribute: str, *, default: bool = False) -> bool:
        """Whether an attribute of type xs:boolean is true."""
        value = self.element.get(attribute)
        return default if value is None else value.strip() in ("true", "1")

    def resolve(self, name: str) -> str:
        """Return the expanded name of a QName in an attribute, as `SchemaDocument.resolve` does, with its errors."""
        return self.document.resolve(self.element, name)

    def children(self, *kinds: str) -> Iterator[SchemaElement]:
        """Yield the children of these kinds, in their order."""
        if len(self.element):  # most elements have no children
            tags = _tags(kinds)
            for child in self.element:
                if child.tag in tags:
                    yield SchemaElement(child, self.document)

    def children_but(self, kind: str) -> Iterator[SchemaElement]:
        """Yield the children of all other kinds, in their order."""
        tag = XSD_TAG + kind
        for child in self.element:
            if child.tag != tag:
                yield SchemaElement(child, self.document)

    def child(self, *kinds: str) -> SchemaElement | None:
        """Return the first child of these kinds, or None."""
        if len(self.element):  # most elements have no children
            tags = _tags(kinds)
            for child in self.element:
                if child.tag in tags:
                    return SchemaElement(child, self.document)
        return None

    def error(self, message: str, hint: str) -> SchemapressError:
        """Return an error at the place of this element."""
        return SchemapressError(message, place=self.document.show(self.element), hint=hint)


_kind = cache(lambda tag: local_name(str(tag)))


@cache
def _tags(kinds: tuple[str, ...]) -> frozenset[str]:
    """Return the tags of some kinds of elements; the loader asks for few different ones."""
    return frozenset(XSD_TAG + kind for kind in kinds)


def line_of(element: Element) -> int:
    """Return the line of an element, from 1."""
    line = element.sourceline
    return line if isinstance(line, int) else 1


def references(root: Element) -> list[Element]:
    """Return the includes, imports and redefinitions of a document (Part 1 §4.2)."""
    return [element for element in root if element.tag in _REFERENCES]


def show_place(place: Place, documents: Iterable[SchemaDocument]) -> str:
    """Return the place of a component as errors print it, with the path of its document."""
    paths = {document.file: document.path for document in documents}
    return f"{paths.get(place.file, place.file)}:{place.line}"


def documentation(element: Element) -> str:
    """Return the text of the first xs:documentation of a component, on one line."""
    if not len(element):  # most elements have no children
        return ""
    for annotation in element:
        if annotation.tag == _ANNOTATION:
            for first in annotation:
                if first.tag == _DOCUMENTATION:
                    texts = [first.text or ""] if not len(first) else [str(text) for text in first.itertext()]
                    return " ".join("".join(texts).split())
    return ""
