"""A WSDL: makes its schemas separate documents, and lists everything else in it as omissions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from schemapress.load.resolution import namespaces_of
from schemapress.load.source import XSD_TAG, line_of
from schemapress_runtime.xml.document import Element

from ..omission import Omission

_WSDL_1 = "{http://schemas.xmlsoap.org/wsdl/}"
_WSDL_2 = "{http://www.w3.org/ns/wsdl}"
ROOTS = (f"{_WSDL_1}definitions", f"{_WSDL_2}description")

_NO_ENDPOINT = "endpoint facts describe messages over HTTP, without an envelope; the schemas are captured"


def link_schemas(schemas: Iterable[Element], names: Iterable[str]) -> None:
    """Make the schemas of a WSDL refer to each other by file name, as separate documents must.

    Inside a WSDL, an import has no location or is missing (WS-I Basic Profile 1.1 R2004 asks for the import), and
    schemas of one namespace see each other.
    """
    by_namespace: dict[str, list[tuple[Element, str]]] = {}
    for schema, name in zip(schemas, names, strict=True):
        by_namespace.setdefault(schema.get("targetNamespace", ""), []).append((schema, name))
    for namespace, same in by_namespace.items():
        first, *others = same
        for schema, name in others:
            _add_reference(first[0], "include", schemaLocation=name)
            _add_reference(schema, "include", schemaLocation=first[1])
        for schema, _ in same:
            imports = {child.get("namespace", ""): child for child in schema.iterchildren(f"{XSD_TAG}import")}
            for other, declared in by_namespace.items():
                reference = imports.get(other)
                if reference is not None and reference.get("schemaLocation") is None:
                    reference.set("schemaLocation", declared[0][1])
                elif reference is None and other != namespace and other in _used_namespaces(schema):
                    _add_reference(schema, "import", namespace=other, schemaLocation=declared[0][1])


def _add_reference(schema: Element, kind: str, **attributes: str) -> None:
    reference = etree.Element(f"{XSD_TAG}{kind}", attributes)
    reference.tail = schema.text
    schema.insert(0, reference)


def _used_namespaces(schema: Element) -> set[str]:
    return {namespace for element in schema.iter(f"{XSD_TAG}*") for namespace in namespaces_of(element)}


def list_omissions(root: Element, file: str) -> Iterator[Omission]:
    """Yield the parts of a WSDL that no schema has: operations, faults, bindings, headers, addresses, imports."""
    for element in root.iter(etree.Element):
        for part, why in _parts_outside_schemas(element):
            yield Omission(part, f"{file}:{line_of(element)}", why)


def _parts_outside_schemas(element: Element) -> Iterator[tuple[str, str]]:
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
        yield f"the address {element.get('location') or element.get('address')!r}", "endpoint facts have only the path"
    elif kind in ("import", "include") and element.tag.startswith((_WSDL_1, _WSDL_2)):
        yield f"the document {element.get('location', '')!r}", "capture it, too"
