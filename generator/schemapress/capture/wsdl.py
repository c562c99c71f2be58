"""A WSDL: its schemas as documents of their own, and what it says beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from schemapress.load.resolution import namespaces_of
from schemapress.load.source import XSD_TAG, line_of

from .omission import Omission

Node = etree._Element

_WSDL_1 = "{http://schemas.xmlsoap.org/wsdl/}"
_WSDL_2 = "{http://www.w3.org/ns/wsdl}"
ROOTS = (f"{_WSDL_1}definitions", f"{_WSDL_2}description")

_NO_ENDPOINT = "endpoint facts describe messages over HTTP, without an envelope; the schemas are captured"


def join(schemas: Iterable[Node], names: Iterable[str]) -> None:
    """Let the schemas of a WSDL refer to each other by the names of their files, as they have to apart from it.

    Inside, an import says no location or is left out (WS-I Basic Profile 1.1 R2004 asks for it, and many have none),
    and several schemas of one namespace see each other.
    """
    by_namespace: dict[str, list[tuple[Node, str]]] = {}
    for schema, name in zip(schemas, names, strict=True):
        by_namespace.setdefault(schema.get("targetNamespace", ""), []).append((schema, name))
    for namespace, same in by_namespace.items():
        first, *others = same
        for schema, name in others:
            _refer(first[0], "include", schemaLocation=name)
            _refer(schema, "include", schemaLocation=first[1])
        for schema, _ in same:
            imports = {one.get("namespace", ""): one for one in schema.iterchildren(f"{XSD_TAG}import")}
            for other, declared in by_namespace.items():
                reference = imports.get(other)
                if reference is not None and reference.get("schemaLocation") is None:
                    reference.set("schemaLocation", declared[0][1])
                elif reference is None and other != namespace and other in _used(schema):
                    _refer(schema, "import", namespace=other, schemaLocation=declared[0][1])


def _refer(schema: Node, kind: str, **attributes: str) -> None:
    reference = etree.Element(f"{XSD_TAG}{kind}", attributes)
    reference.tail = schema.text
    schema.insert(0, reference)


def _used(schema: Node) -> set[str]:
    return {namespace for element in schema.iter(f"{XSD_TAG}*") for namespace in namespaces_of(element)}


def omissions(root: Node, file: str) -> Iterator[Omission]:
    """Yield what a WSDL says and no schema does: operations and faults, bindings, headers, addresses, imports."""
    for element in root.iter(etree.Element):
        for what, why in _said(element):
            yield Omission(what, f"{file}:{line_of(element)}", why)


def _said(element: Node) -> Iterator[tuple[str, str]]:
    kind, parent = etree.QName(element).localname, element.getparent()
    owner = "" if parent is None else etree.QName(parent).localname
    name = element.get("name", "")
    of = f"`{name}` of `{'' if parent is None else parent.get('name', '')}`"
    if kind == "operation" and owner in ("portType", "interface"):
        yield f"the operation {of}", _NO_ENDPOINT
    elif kind == "fault" and owner == "operation":
        yield f"the fault {of}", _NO_ENDPOINT
    elif kind == "part" and element.get("element") is None:
        yield f"the part {of}, of the type {element.get('type')}", "it has no element, as in RPC; its type is captured"
    elif kind == "binding" and owner in ("definitions", "description"):
        yield f"the binding `{name}`", _NO_ENDPOINT
    elif kind == "operation" and element.get("soapAction"):
        yield f"the soapAction {element.get('soapAction')!r}", _NO_ENDPOINT
    elif kind in ("header", "headerfault") and owner in ("input", "output", "header"):
        yield f"the {kind} `{element.get('part', '')}` of `{element.get('message', '')}`", _NO_ENDPOINT
    elif kind in ("address", "endpoint") and (element.get("location") or element.get("address")):
        yield f"the address {element.get('location') or element.get('address')!r}", "endpoint facts have the path alone"
    elif kind in ("import", "include") and element.tag.startswith((_WSDL_1, _WSDL_2)):
        yield f"the document {element.get('location', '')!r}", "capture it, too"
