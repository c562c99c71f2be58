"""Components as the text of an XSD: documented, in a stable order, one line per element so that diffs are readable.

Capture makes the components. What it never makes, and an XSD of one namespace can't say as it stands, is refused:
derived complex types, which a loaded schema holds with all that they inherit, and identity constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.load.document import ENDPOINT_NAMESPACE as ENDPOINT
from schemapress.load.document import PERSONAL
from schemapress.load.schema import EndpointFacts
from schemapress_runtime.names import XSD_NAMESPACE, local_name
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.components import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ModelGroup,
    Particle,
    Type,
)
from schemapress_runtime.xsd.place import BUILT_IN_PLACE, Place
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, Union
from schemapress_runtime.xsd.wildcard import Wildcard

CAPTURE = "urn:schemapress:capture"


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """The content of one XSD: its global elements and named types; `includes` are the names of other files.

    Elements inside types are in the target namespace, attributes are in no namespace.
    """

    namespace: str = ""
    elements: tuple[ElementDeclaration, ...] = ()
    types: tuple[Type, ...] = ()
    endpoint: EndpointFacts | None = None
    documentation: str = ""
    includes: tuple[str, ...] = ()


def write_xsd(file: SchemaFile, provenance: Iterable[tuple[str, str]]) -> str:
    """Return the text of an XSD; `provenance` are the attributes of the element that names its source.

    Raises:
        SchemapressError: a text has a character that XML does not allow, or a namespace is not a URI.
    """
    try:
        return _Writer(file).schema(provenance)
    except (UnicodeEncodeError, ValueError) as error:
        message = f"A text of this source can't be written in an XSD: {error}."
        raise SchemapressError(message, place=dict(provenance).get("page"), hint="Fix the source.") from None


class _Writer:
    def __init__(self, file: SchemaFile) -> None:
        self._file = file
        self._prefix = "tns:" if file.namespace else ""

    def schema(self, provenance: Iterable[tuple[str, str]]) -> str:
        file = self._file
        nsmap = {"xs": XSD_NAMESPACE, **({"tns": file.namespace} if file.namespace else {})}
        root = etree.Element(f"{{{XSD_NAMESPACE}}}schema", nsmap=nsmap)
        if file.namespace:
            root.set("targetNamespace", file.namespace)
        root.set("elementFormDefault", "qualified")
        self._annotation(root, provenance)
        for included in file.includes:
            _add(root, "include", schemaLocation=included)
        for element in file.elements:
            self._element(root, element)
        for type_ in file.types:
            self._type(root, type_)
        etree.indent(root, space="  ")
        for child in root:
            child.tail = "\n\n" + ("" if child is root[-1] else "  ")
        root.text = "\n\n  "
        text = etree.tostring(root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'

    def _annotation(self, parent: Element, provenance: Iterable[tuple[str, str]]) -> None:
        annotation = _add(parent, "annotation")
        if self._file.documentation:
            _add(annotation, "documentation").text = self._file.documentation
        info = _add(annotation, "appinfo")
        if self._file.endpoint is not None:
            _write_endpoint(info, self._file.endpoint, self._reference)
        source = etree.SubElement(info, f"{{{CAPTURE}}}source", nsmap=_default_namespace(CAPTURE))
        for name, value in provenance:
            source.set(name, value)

    def _element(self, parent: Element, element: ElementDeclaration, minimum: int = 1, maximum: int | None = 1) -> None:
        if element.constraints:
            raise _refuse("an identity constraint", element.place)
        node = _add(parent, "element", name=local_name(element.name))
        self._refer(node, element.type)
        _write_occurrence(node, minimum, maximum)
        if element.substitution_group is not None:
            node.set("substitutionGroup", self._prefix + local_name(element.substitution_group))
        for name, is_true in (("nillable", element.nillable), ("abstract", element.abstract)):
            if is_true:
                node.set(name, "true")
        _write_value(node, element)
        if element.block:
            node.set("block", " ".join(element.block))
        _document(node, element.documentation, element.personal)
        self._inline(node, element.type)

    def _attribute(self, parent: Element, name: str, use: AttributeUse) -> None:
        node = _add(parent, "attribute", name=name)
        self._refer(node, use.type)
        if use.required:
            node.set("use", "required")
        _write_value(node, use)
        _document(node, use.documentation)
        self._inline(node, use.type)

    # Types

    def _refer(self, node: Element, type_: Type) -> None:
        if type_.source.name is not None:
            node.set("type", self._reference(type_))

    def _inline(self, node: Element, type_: Type) -> None:
        """Write an anonymous type inside of its element or attribute."""
        if type_.source.name is None:
            self._type(node, type_)

    def _reference(self, type_: Type) -> str:
        return f"xs:{type_.label}" if type_.source.place is BUILT_IN_PLACE else self._prefix + type_.label

    def _type(self, parent: Element, type_: Type) -> None:
        node = _add(parent, "simpleType" if isinstance(type_, SimpleType) else "complexType")
        if type_.source.name is not None:
            node.set("name", local_name(type_.source.name))
        _document(node, type_.source.documentation, type_.source.personal)
        if isinstance(type_, ComplexType):
            self._complex(node, type_)
        elif isinstance(type_, Union):
            named = [self._reference(member) for member in type_.members if member.source.name is not None]
            union = _add(node, "union", **({"memberTypes": " ".join(named)} if named else {}))
            for member in type_.members:
                self._inline(union, member)
        elif isinstance(type_, List):
            node = _add(node, "list")
            if type_.item.source.name is not None:
                node.set("itemType", self._reference(type_.item))
            self._inline(node, type_.item)
        elif isinstance(type_, Restriction) and type_.base is not None:
            restriction = _add(node, "restriction")
            if type_.base.source.name is not None:
                restriction.set("base", self._reference(type_.base))
            self._inline(restriction, type_.base)
            for facet in type_.facets:
                _document(_add(restriction, facet.name, value=facet.value), facet.documentation)

    def _complex(self, node: Element, type_: ComplexType) -> None:
        if type_.base is not None and type_.simple is None:
            raise _refuse("a complex type that is derived from another one", type_.source.place)
        for name, is_true in (("mixed", type_.mixed), ("abstract", type_.abstract)):
            if is_true:
                node.set(name, "true")
        if type_.block:
            node.set("block", " ".join(type_.block))
        if type_.simple is not None:
            if type_.simple.source.name is None:
                raise _refuse("simple content of an anonymous type", type_.source.place)
            node = _add(_add(node, "simpleContent"), "extension", base=self._reference(type_.simple))
        if type_.particle is not None:
            self._particle(node, type_.particle)
        for name, use in type_.attributes.items():
            self._attribute(node, name, use)
        if type_.wildcard is not None:
            self._wildcard(_add(node, "anyAttribute"), type_.wildcard)

    def _particle(self, parent: Element, particle: Particle) -> None:
        term, minimum, maximum = particle.term, particle.minimum, particle.maximum
        if particle.is_reference and isinstance(term, ElementDeclaration):
            _write_occurrence(_add(parent, "element", ref=self._prefix + local_name(term.name)), minimum, maximum)
        elif isinstance(term, ElementDeclaration):
            self._element(parent, term, minimum, maximum)
        elif isinstance(term, ModelGroup):
            group = _add(parent, term.kind)
            _write_occurrence(group, minimum, maximum)
            for child in term.particles:
                self._particle(group, child)
        else:
            node = _add(parent, "any")
            _write_occurrence(node, minimum, maximum)
            self._wildcard(node, term)

    def _wildcard(self, node: Element, wildcard: Wildcard) -> None:
        """Write which namespaces a wildcard admits (XSD 1.0 Part 1 §3.10.2), and how it is processed."""
        own = self._file.namespace
        if wildcard.kind == "not":
            if wildcard.namespaces != (own,):
                raise _refuse("a wildcard for all namespaces but another one", wildcard.place)
            node.set("namespace", "##other")
        elif wildcard.kind == "enumeration":
            words = {"": "##local", own: "##targetNamespace" if own else "##local"}
            node.set("namespace", " ".join(words.get(namespace, namespace) for namespace in wildcard.namespaces))
        node.set("processContents", wildcard.process)


def _refuse(what: str, place: Place) -> SchemapressError:
    return SchemapressError(f"This schema has {what}, which is not written as an XSD.", place=str(place))


def _write_value(node: Element, component: ElementDeclaration | AttributeUse) -> None:
    if component.fixed is not None:
        node.set("fixed", component.fixed)
    elif component.default is not None:
        node.set("default", component.default)


def _write_occurrence(node: Element, minimum: int, maximum: int | None) -> None:
    if minimum != 1:
        node.set("minOccurs", str(minimum))
    if maximum != 1:
        node.set("maxOccurs", "unbounded" if maximum is None else str(maximum))


def _write_endpoint(parent: Element, endpoint: EndpointFacts, type_name: Callable[[SimpleType], str]) -> None:
    node = etree.SubElement(parent, f"{{{ENDPOINT}}}endpoint", nsmap=_default_namespace(ENDPOINT))
    node.set("name", endpoint.name)
    node.set("summary", endpoint.summary)
    node.set("method", endpoint.method)
    node.set("path", endpoint.path)
    node.set("direction", endpoint.direction)
    node.set("security", endpoint.security)
    for name, key in endpoint.keys.items():
        if key is not None:
            node.set(name, key)
    for parameter in endpoint.parameters:
        parameter_node = etree.SubElement(node, f"{{{ENDPOINT}}}parameter", name=parameter.name)
        parameter_node.set("in", parameter.location)
        parameter_node.set("type", type_name(parameter.type))
        parameter_node.set("required", "true" if parameter.required else "false")
    if endpoint.request is not None:
        request = etree.SubElement(node, f"{{{ENDPOINT}}}request")
        request.set("element", local_name(endpoint.request))
        request.set("media-type", endpoint.media_type)
    for response in endpoint.responses:
        response_node = etree.SubElement(node, f"{{{ENDPOINT}}}response", status=str(response.status))
        if response.element is not None:
            response_node.set("element", local_name(response.element))
        if response.media_type is not None:
            response_node.set("media-type", response.media_type)


def _add(parent: Element, kind: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{XSD_NAMESPACE}}}{kind}", attributes)


def _document(element: Element, text: str, personal: bool = False) -> None:
    if not text and not personal:
        return
    annotation = _add(element, "annotation")
    if text:
        _add(annotation, "documentation").text = text
    if personal:
        etree.SubElement(_add(annotation, "appinfo"), PERSONAL, nsmap=_default_namespace(ENDPOINT))


def _default_namespace(namespace: str) -> dict[str, str]:
    """Return a namespace map with a default namespace."""
    return {None: namespace}  # type: ignore[dict-item]  # lxml's stubs know no default namespace
