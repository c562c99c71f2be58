"""A global component as the source has it: an element of a document, by the kind and the name that refer to it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from schemapress_runtime.names import XSD_NAMESPACE, local_name
from schemapress_runtime.xml.document import Element

from .document import XSD_TAG, SchemaDocument, SchemaElement

COMPONENT_KINDS = {
    XSD_TAG + "element": "element",
    XSD_TAG + "attribute": "attribute",
    XSD_TAG + "complexType": "type",
    XSD_TAG + "simpleType": "type",
    XSD_TAG + "group": "group",
    XSD_TAG + "attributeGroup": "attributeGroup",
    XSD_TAG + "notation": "notation",
}
"""The kind of component that each element defines; complex and simple types share their names."""


@dataclass(frozen=True, eq=False)
class GlobalComponent:
    """A global component: its element, and its document; `redefined` is the component that it redefines (§4.2.2)."""

    kind: str
    name: str
    element: Element
    document: SchemaDocument
    redefined: GlobalComponent | None = None

    @property
    def source(self) -> SchemaElement:
        """The element, with its document."""
        return SchemaElement(self.element, self.document)


_USERS_OF_COMPLEX_TYPES = (XSD_TAG + "element", XSD_TAG + "extension", XSD_TAG + "complexType")


def make_up(kind: str, name: str, user: Element, document: SchemaDocument) -> GlobalComponent:
    """Return a component that constrains nothing, in place of a missing one that `user` refers to (§5.3)."""
    is_complex = kind == "type" and user.tag in _USERS_OF_COMPLEX_TYPES
    tag = XSD_TAG + ("complexType" if is_complex else "simpleType" if kind == "type" else kind)
    element = etree.Element(tag, name=local_name(name), nsmap={"xs": XSD_NAMESPACE})
    if is_complex or kind in ("group", "attributeGroup"):
        if kind != "attributeGroup":
            group = etree.SubElement(element, XSD_TAG + "sequence")
            etree.SubElement(group, XSD_TAG + "any", processContents="lax", minOccurs="0", maxOccurs="unbounded")
        if kind != "group":
            etree.SubElement(element, XSD_TAG + "anyAttribute", processContents="lax")
        if is_complex:
            element.set("mixed", "true")
    elif kind == "type":
        etree.SubElement(element, XSD_TAG + "restriction", base="xs:anySimpleType")
    elif kind == "element":
        element.set("type", "xs:anyType")
    own_scope = replace(document, scope=None)  # the prefix is that of this element, not of the document
    return GlobalComponent(kind, name, element, own_scope)
