"""The global components of a set of schema documents, found by kind and name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress_runtime.names import XSD_NAMESPACE, clark

from .resolution import namespaces_of
from .source import XSD, Element, SchemaDocument

KINDS = {
    XSD + "element": "element",
    XSD + "attribute": "attribute",
    XSD + "complexType": "type",
    XSD + "simpleType": "type",
    XSD + "group": "group",
    XSD + "attributeGroup": "attributeGroup",
    XSD + "notation": "notation",
}


@dataclass(frozen=True, eq=False)
class Global:
    """A global component: its element, and its document; `redefined` is the one that it redefines (§4.2.2)."""

    kind: str
    name: str
    element: Element
    document: SchemaDocument
    redefined: Global | None = None

    @property
    def versions(self) -> tuple[Global, ...]:
        """The component and what it redefines, what that redefines, and so on."""
        found = [self]
        while (older := found[-1].redefined) is not None:
            found.append(older)
        return tuple(found)

    def meant_inside(self, element: Element | None) -> Global:
        """Return what a reference to the component means inside of an element: in a redefinition, what it redefines."""
        inside = (one.redefined for one in self.versions if one.element is element and one.redefined is not None)
        return next(inside, self)


class Globals:
    """All global components of a schema."""

    def __init__(self, documents: list[SchemaDocument], *, strict: bool = True) -> None:
        """Take the documents; unless `strict`, what is missing is made up, with no constraint (§5.3)."""
        self._strict = strict
        self._found: dict[tuple[str, str], Global] = {}
        redefinitions: list[tuple[Element, SchemaDocument]] = []
        for document in documents:
            for element in document.root:
                if element.tag == XSD + "redefine":
                    redefinitions += [(child, document) for child in element if child.tag in KINDS]
                else:
                    self._add(element, document)
        for element, document in reversed(redefinitions):  # what redefines stands before what it redefines
            self._redefine(element, document)

    def find(self, kind: str, name: str, user: Element, document: SchemaDocument) -> Global:
        """Return a component that an element refers to.

        Raises:
            SchemapressError: there is none.
        """
        found = self._found.get((kind, name))
        if found is None and not self._strict:
            found = Global(kind, name, _made_up(kind, name, user), document)
            self._found[kind, name] = found
        if found is None:
            what = "xs:" + name.rpartition("}")[2] if name.startswith(XSD) else name
            message = f"The schema refers to the {kind} {what}, which is not there."
            raise SchemapressError(message, place=document.show(user), hint="Define it, or import its schema.")
        return found

    def get(self, kind: str, name: str) -> Global | None:
        """Return a component, or None where there is none."""
        return self._found.get((kind, name))

    def of_kind(self, kind: str) -> Iterator[Global]:
        """Yield all components of a kind, in the order of the source."""
        for (found_kind, _), found in list(self._found.items()):
            if found_kind == kind:
                yield found

    def _add(self, element: Element, document: SchemaDocument) -> None:
        kind, local = KINDS.get(str(element.tag)), element.get("name")
        if kind is not None and local is not None:
            name = clark(document.namespace, local.strip())
            known = self._found.setdefault((kind, name), Global(kind, name, element, document))
            if self._strict and known.document.path != document.path and not _are_alike(known.element, element):
                message = f"{kind} {local.strip()!r} is defined differently at {known.document.show(known.element)}."
                raise SchemapressError(message[0].upper() + message[1:], place=document.show(element), hint=_ONE_SCHEMA)

    def _redefine(self, element: Element, document: SchemaDocument) -> None:
        kind, name = KINDS[str(element.tag)], clark(document.namespace, element.get("name", "").strip())
        original = self._found.get((kind, name))
        if original is None and not self._strict:
            original = Global(kind, name, _made_up(kind, name, element), document)
        self._found[kind, name] = Global(kind, name, element, document, original)


_ONE_SCHEMA = (
    "One schema has one definition of a name. Where these are versions, make a folder of each, or name the documents "
    "that belong together: [tool.schemapress.entries], or --schema for each of them."
)


def _are_alike(one: Element, other: Element) -> bool:
    """Whether two elements say the same, whatever their documentation and white space."""
    pairs: list[tuple[Element, Element]] = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if left.tag != right.tag or sorted(left.items()) != sorted(right.items()):
            return False
        if left.nsmap != right.nsmap and namespaces_of(left) != namespaces_of(right):
            return False
        inside = [[child for child in both if child.tag != XSD + "annotation"] for both in (left, right)]
        if len(inside[0]) != len(inside[1]):
            return False
        pairs += zip(*inside, strict=True)
    return True


_OF_ELEMENTS = (XSD + "element", XSD + "extension", XSD + "complexType")


def _made_up(kind: str, name: str, user: Element) -> Element:
    """Return a component that constrains nothing, for what refers to it."""
    local = name.rpartition("}")[2]
    is_complex = kind == "type" and user.tag in _OF_ELEMENTS
    tag = XSD + ("complexType" if is_complex else "simpleType" if kind == "type" else kind)
    element = etree.Element(tag, name=local, nsmap={"xs": XSD_NAMESPACE})
    if is_complex or kind in ("group", "attributeGroup"):
        if kind != "attributeGroup":
            group = etree.SubElement(element, XSD + "sequence")
            etree.SubElement(group, XSD + "any", processContents="lax", minOccurs="0", maxOccurs="unbounded")
        if kind != "group":
            etree.SubElement(element, XSD + "anyAttribute", processContents="lax")
        if is_complex:
            element.set("mixed", "true")
    elif kind == "type":
        etree.SubElement(element, XSD + "restriction", base="xs:anySimpleType")
    elif kind == "element":
        element.set("type", "xs:anyType")
    return element


def enclosing(element: Element, kind: str) -> Element | None:
    """Return the global component of a kind that an element stands in."""
    return next((one for one in element.iterancestors(XSD + kind) if one.get("name")), None)
