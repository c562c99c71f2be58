"""A WSDL: makes its schemas separate documents, and lists everything else in it as omissions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from schemapress.load.document import XSD_TAG, line_of
from schemapress.load.resolution import namespaces_of
from schemapress_runtime.xml.document import Element

from ..omission import Omission

_WSDL_1 = "{http://schemas.xmlsoap.org/wsdl/}"
_WSDL_2 = "{http://www.w3.org/ns/wsdl}"
ROOTS = (f"{_WSDL_1}definitions", f"{_WSDL_2}description")

_NO_ENDPOINT = "it is of WSDL 2.0; the schemas are captured, and no endpoint facts"


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
    """Yield the parts of a WSDL that neither a schema nor endpoint facts have: all of WSDL 2.0's, and imports.

    What is left out of the bindings of WSDL 1.1, `soap_binding` knows.
    """
    for element in root.iter(etree.Element):
        for part, why in _parts_of_wsdl_2(element) if element.tag.startswith(_WSDL_2) else _parts_of_wsdl_1(element):
            yield Omission(part, f"{file}:{line_of(element)}", why)


def _parts_of_wsdl_1(element: Element) -> Iterator[tuple[str, str]]:
    if element.tag == f"{_WSDL_1}import":
        yield f"the document {element.get('location', '')!r}", "capture it, too"
    elif element.tag == f"{_WSDL_1}operation":
        port_type = element.getparent()
        if port_type is not None and port_type.tag == f"{_WSDL_1}portType" and not _is_bound(port_type):
            name, of = element.get("name", ""), port_type.get("name", "")
            yield f"the operation `{name}` of `{of}`", "the WSDL has no binding of it"


def _is_bound(port_type: Element) -> bool:
    """Whether a WSDL has a binding of a portType."""
    types = (binding.get("type", "") for binding in port_type.itersiblings(f"{_WSDL_1}binding"))
    return any(type_.rpartition(":")[2] == port_type.get("name") for type_ in types)


def _parts_of_wsdl_2(element: Element) -> Iterator[tuple[str, str]]:
    kind, parent = etree.QName(element).localname, element.getparent()
    owner = "" if parent is None else etree.QName(parent).localname
    name = element.get("name", "")
    of = f"`{name}` of `{'' if parent is None else parent.get('name', '')}`"
    if kind == "operation" and owner == "interface":
        yield f"the operation {of}", _NO_ENDPOINT
    elif kind == "fault" and owner == "interface":
        yield f"the fault {of}", _NO_ENDPOINT
    elif kind == "binding":
        yield f"the binding `{name}`", _NO_ENDPOINT
    elif kind == "endpoint" and element.get("address"):
        yield f"the address {element.get('address')!r}", _NO_ENDPOINT
    elif kind in ("import", "include"):
        yield f"the document {element.get('location', '')!r}", "capture it, too"
