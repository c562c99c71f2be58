"""A plan as the text of an XSD: documented, in a stable order, and laid out so that changes show in a diff."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from schemapress.schema.endpoint_facts import NAMESPACE as ENDPOINT

from .plan import Child, Complex, Plan, Root, Simple

XSD = "http://www.w3.org/2001/XMLSchema"
CAPTURE = "urn:schemapress:capture"

Node = etree._Element


def write_xsd(plan: Plan, provenance: Iterable[tuple[str, str]]) -> str:
    """Return the text of an XSD; `provenance` are the attributes of what says where it comes from."""
    return _Writer(plan).schema(provenance)


class _Writer:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.prefix = "tns:" if plan.namespace else ""

    def schema(self, provenance: Iterable[tuple[str, str]]) -> str:
        nsmap = {"xs": XSD, **({"tns": self.plan.namespace} if self.plan.namespace else {})}
        root = etree.Element(f"{{{XSD}}}schema", nsmap=nsmap)
        if self.plan.namespace:
            root.set("targetNamespace", self.plan.namespace)
        root.set("elementFormDefault", "qualified")
        self._annotation(root, provenance)
        for declared in self.plan.roots:
            self._root(root, declared)
        for complex_type in self.plan.complex_types:
            self._complex(_add(root, "complexType", name=complex_type.name), complex_type)
        for simple_type in self.plan.simple_types:
            self._simple(_add(root, "simpleType", name=simple_type.name), simple_type)
        etree.indent(root, space="  ")
        for child in root:
            child.tail = "\n\n" + ("" if child is root[-1] else "  ")
        root.text = "\n\n  "
        text = etree.tostring(root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'

    def _annotation(self, parent: Node, provenance: Iterable[tuple[str, str]]) -> None:
        endpoint = self.plan.captured.endpoint
        annotation = _add(parent, "annotation")
        _add(annotation, "documentation").text = ": ".join(filter(None, (endpoint.title, endpoint.summary)))
        info = _add(annotation, "appinfo")
        facts = etree.SubElement(info, f"{{{ENDPOINT}}}endpoint", nsmap=_own(ENDPOINT))
        facts.set("name", self.plan.captured.operation)
        facts.set("summary", endpoint.title)
        facts.set("method", endpoint.method)
        facts.set("path", endpoint.path if endpoint.path.startswith("/") else f"/{self.plan.captured.operation}")
        facts.set("direction", self.plan.direction)
        facts.set("security", self.plan.security)
        if self.plan.idempotency_key is not None:
            facts.set("idempotency-key", self.plan.idempotency_key)
        for message, root in zip(self.plan.captured.messages, self.plan.roots, strict=True):
            if message.body.status is None:
                request = etree.SubElement(facts, f"{{{ENDPOINT}}}request")
                request.set("element", root.name)
                request.set("media-type", message.body.media_type)
        for status, element, media_type in self.plan.responses:
            answer = etree.SubElement(facts, f"{{{ENDPOINT}}}response", status=str(status))
            if element is not None:
                answer.set("element", element)
            if media_type is not None:
                answer.set("media-type", media_type)
        source = etree.SubElement(info, f"{{{CAPTURE}}}source", nsmap=_own(CAPTURE))
        for name, value in provenance:
            source.set(name, value)

    def _root(self, parent: Node, root: Root) -> None:
        element = _add(parent, "element", name=root.name)
        _document(element, root.documentation)
        self._group(_add(element, "complexType"), root.children)

    def _complex(self, element: Node, type_: Complex) -> None:
        if type_.anything:
            element.set("mixed", "true")
            group = _add(element, "sequence")
            _add(group, "any", minOccurs="0", maxOccurs="unbounded", processContents="skip")
        elif type_.children:
            self._group(element, type_.children)

    def _group(self, parent: Node, children: tuple[Child, ...]) -> None:
        repeats = any(child.maximum != 1 for child in children)
        group = _add(parent, "all" if self.plan.order == "all" and not repeats else "sequence")
        for child in children:
            self._child(group, child)

    def _child(self, parent: Node, child: Child) -> None:
        element = _add(parent, "element", name=child.name)
        if isinstance(child.type, str):
            element.set("type", self._reference(child.type))
        if child.minimum != 1:
            element.set("minOccurs", str(child.minimum))
        if child.maximum != 1:
            element.set("maxOccurs", "unbounded" if child.maximum is None else str(child.maximum))
        if child.nillable:
            element.set("nillable", "true")
        _document(element, child.documentation)
        if isinstance(child.type, Simple):
            self._simple(_add(element, "simpleType"), child.type)

    def _simple(self, element: Node, type_: Simple) -> None:
        _document(element, type_.documentation)
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
