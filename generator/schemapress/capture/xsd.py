"""A schema file as the text of an XSD: documented, in a stable order, and laid out so that changes show in a diff."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.load.endpoint_facts import NAMESPACE as ENDPOINT

from .components import Child, Complex, Facts, Root, SchemaFile, Simple

XSD = "http://www.w3.org/2001/XMLSchema"
CAPTURE = "urn:schemapress:capture"

Node = etree._Element


def write_xsd(file: SchemaFile, provenance: Iterable[tuple[str, str]]) -> str:
    """Return the text of an XSD; `provenance` are the attributes of what says where it comes from.

    Raises:
        SchemapressError: a text has a character that no XML document has, or a namespace is no URI.
    """
    try:
        return _Writer(file).schema(provenance)
    except (UnicodeEncodeError, ValueError) as error:
        message = f"A text of this source can't stand in an XSD: {error}."
        raise SchemapressError(message, place=dict(provenance).get("page"), hint="Correct the source.") from None


class _Writer:
    def __init__(self, file: SchemaFile) -> None:
        self.file = file
        self.prefix = "tns:" if file.namespace else ""

    def schema(self, provenance: Iterable[tuple[str, str]]) -> str:
        file = self.file
        nsmap = {"xs": XSD, **({"tns": file.namespace} if file.namespace else {})}
        root = etree.Element(f"{{{XSD}}}schema", nsmap=nsmap)
        if file.namespace:
            root.set("targetNamespace", file.namespace)
        root.set("elementFormDefault", "qualified")
        self._annotation(root, provenance)
        for included in file.includes:
            _add(root, "include", schemaLocation=included)
        for declared in file.roots:
            self._root(root, declared)
        for complex_type in file.complex_types:
            element = _add(root, "complexType", name=complex_type.name)
            _document(element, complex_type.documentation)
            self._complex(element, complex_type)
        for simple_type in file.simple_types:
            self._simple(_add(root, "simpleType", name=simple_type.name), simple_type)
        etree.indent(root, space="  ")
        for child in root:
            child.tail = "\n\n" + ("" if child is root[-1] else "  ")
        root.text = "\n\n  "
        text = etree.tostring(root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'

    def _annotation(self, parent: Node, provenance: Iterable[tuple[str, str]]) -> None:
        annotation = _add(parent, "annotation")
        if self.file.documentation:
            _add(annotation, "documentation").text = self.file.documentation
        info = _add(annotation, "appinfo")
        if self.file.facts is not None:
            self._facts(info, self.file.facts)
        source = etree.SubElement(info, f"{{{CAPTURE}}}source", nsmap=_own(CAPTURE))
        for name, value in provenance:
            source.set(name, value)

    def _facts(self, parent: Node, facts: Facts) -> None:
        endpoint = etree.SubElement(parent, f"{{{ENDPOINT}}}endpoint", nsmap=_own(ENDPOINT))
        endpoint.set("name", facts.name)
        endpoint.set("summary", facts.title)
        endpoint.set("method", facts.method)
        endpoint.set("path", facts.path)
        endpoint.set("direction", facts.direction)
        endpoint.set("security", facts.security)
        if facts.idempotency_key is not None:
            endpoint.set("idempotency-key", facts.idempotency_key)
        if facts.request is not None:
            request = etree.SubElement(endpoint, f"{{{ENDPOINT}}}request")
            request.set("element", facts.request[0])
            request.set("media-type", facts.request[1])
        for status, element, media_type in facts.responses:
            answer = etree.SubElement(endpoint, f"{{{ENDPOINT}}}response", status=str(status))
            if element is not None:
                answer.set("element", element)
            if media_type is not None:
                answer.set("media-type", media_type)

    def _root(self, parent: Node, root: Root) -> None:
        element = _add(parent, "element", name=root.name)
        if isinstance(root.type, str):
            element.set("type", self._reference(root.type))
        _document(element, root.documentation)
        if isinstance(root.type, Complex):
            self._complex(_add(element, "complexType"), root.type)
        elif isinstance(root.type, Simple):
            self._simple(_add(element, "simpleType"), root.type)

    def _complex(self, element: Node, type_: Complex) -> None:
        elements = tuple(child for child in type_.children if not child.is_attribute)
        if type_.anything:
            element.set("mixed", "true")
            group = _add(element, "sequence")
            _add(group, "any", minOccurs="0", maxOccurs="unbounded", processContents="skip")
        elif elements or type_.alternatives:
            self._group(element, elements, type_.alternatives)
        for child in type_.children:
            if child.is_attribute:
                self._attribute(element, child)

    def _group(
        self,
        parent: Node,
        children: tuple[Child, ...],
        alternatives: tuple[tuple[Child, ...], ...] = (),
        inside: bool = False,
    ) -> None:
        repeats = any(child.maximum != 1 for child in children)
        unordered = self.file.order == "all" and not (repeats or alternatives or inside)
        group = _add(parent, "all" if unordered else "sequence")
        for child in children:
            self._child(group, child)
        if alternatives:
            choice = _add(group, "choice")
            for alternative in alternatives:
                self._group(choice, alternative, inside=True)

    def _child(self, parent: Node, child: Child) -> None:
        element = _add(parent, "element", name=child.name)
        self._typed(element, child)
        if child.minimum != 1:
            element.set("minOccurs", str(child.minimum))
        if child.maximum != 1:
            element.set("maxOccurs", "unbounded" if child.maximum is None else str(child.maximum))
        if child.nillable:
            element.set("nillable", "true")
        self._described(element, child)

    def _attribute(self, parent: Node, child: Child) -> None:
        attribute = _add(parent, "attribute", name=child.name)
        self._typed(attribute, child)
        if child.minimum:
            attribute.set("use", "required")
        self._described(attribute, child)

    def _typed(self, element: Node, child: Child) -> None:
        if isinstance(child.type, str):
            element.set("type", self._reference(child.type))

    def _described(self, element: Node, child: Child) -> None:
        _document(element, child.documentation)
        if isinstance(child.type, Simple):
            self._simple(_add(element, "simpleType"), child.type)

    def _simple(self, element: Node, type_: Simple) -> None:
        _document(element, type_.documentation)
        if type_.members:
            named = [self._reference(member) for member in type_.members if isinstance(member, str)]
            union = _add(element, "union", **({"memberTypes": " ".join(named)} if named else {}))
            for member in type_.members:
                if isinstance(member, Simple):
                    self._simple(_add(union, "simpleType"), member)
            return
        restriction = _add(element, "restriction", base=self._reference(type_.base))
        for value in type_.values:
            _document(_add(restriction, "enumeration", value=value.text), value.meaning)
        for facet, bound in type_.facets:
            _add(restriction, facet, value=bound)

    def _reference(self, name: str) -> str:
        return name if name.startswith("xs:") else self.prefix + name


def _add(parent: Node, kind: str, **attributes: str) -> Node:
    return etree.SubElement(parent, f"{{{XSD}}}{kind}", attributes)


def _document(element: Node, text: str) -> None:
    if text:
        _add(_add(element, "annotation"), "documentation").text = text


def _own(namespace: str) -> dict[str, str]:
    """Return a namespace map in which a namespace is the default one."""
    return {None: namespace}  # type: ignore[dict-item]  # lxml's stubs know no default namespace
