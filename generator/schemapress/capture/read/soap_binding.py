"""The operations of a WSDL 1.1 that have an endpoint over SOAP: document/literal, with one element in the Body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.load.document import ENDPOINT_NAMESPACE, XSD_TAG, line_of
from schemapress_runtime.http.path_template import parse_template
from schemapress_runtime.names import clark, local_name, namespace_of
from schemapress_runtime.xml.document import Element

from ..omission import Omission

WSDL_1 = "{http://schemas.xmlsoap.org/wsdl/}"
_VERSIONS = {"{http://schemas.xmlsoap.org/wsdl/soap/}": "1.1", "{http://schemas.xmlsoap.org/wsdl/soap12/}": "1.2"}
_MIME = "{http://schemas.xmlsoap.org/wsdl/mime/}multipartRelated"
_HTTP_TRANSPORTS = (
    "http://schemas.xmlsoap.org/soap/http",
    "http://schemas.xmlsoap.org/soap/http/",
    "http://www.w3.org/2003/05/soap/bindings/HTTP/",
    "http://www.w3.org/2003/05/soap/bindings/HTTP",
)
ADDRESS_MISSING = "/"
"""The path of an endpoint whose address no port has."""


@dataclass(frozen=True, slots=True)
class SoapOperation:
    """An operation of a binding, as endpoint facts have it; elements are full names."""

    name: str
    summary: str
    version: str
    path: str
    action: str
    line: int
    request: str | None = None
    response: str | None = None
    is_one_way: bool = False
    request_headers: tuple[str, ...] = ()
    response_headers: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


@dataclass(slots=True)
class FoundOperations:
    """The operations of a WSDL, and what is left out of it, with the reasons."""

    operations: list[SoapOperation] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    refused: list[Omission] = field(default_factory=list)


class _Unsupported(Exception):
    """An operation can't have an endpoint; the text says why."""


def find_operations(root: Element, file: str) -> FoundOperations:
    """Return the operations of the bindings of SOAP in a WSDL 1.1."""
    reader = _Reader(root, file)
    for binding in root.iterfind(f"{WSDL_1}binding"):
        reader.read_binding(binding)
    found = reader.found
    found.operations = _merge_versions(list(_tell_apart(found, file)))
    return found


def _tell_apart(found: FoundOperations, file: str) -> Iterator[SoapOperation]:
    """Yield the operations whose messages differ from those of all before; the others are left out."""
    first: dict[tuple[object, ...], SoapOperation] = {}
    for operation in found.operations:
        key = (operation.version, operation.path, operation.action, operation.request)
        other = first.setdefault(key, operation)
        if other is operation:
            yield operation
        elif replace(operation, line=0, summary="") != replace(other, line=0, summary=""):
            what = f"the operation `{operation.name}`"
            why = f"its messages have the path, the action and the element of those of `{other.name}`"
            found.omissions.append(Omission(what, f"{file}:{operation.line}", why))


def check_supported(found: FoundOperations, file: str) -> None:
    """Check that a WSDL with operations of SOAP has one that can have an endpoint.

    Raises:
        SchemapressError: it has none.
    """
    if found.refused and not found.operations:
        first = found.refused[0]
        more = f", as are {len(found.refused) - 1} others" if len(found.refused) > 1 else ""
        raise SchemapressError(
            f"Nothing of this WSDL can be served or called: {first.what} is left out{more}, since {first.why}.",
            place=first.place,
            hint="Ask the partner for a document/literal WSDL, or capture the XSDs alone.",
        )


class _Reader:
    def __init__(self, root: Element, file: str) -> None:
        self.root = root
        self.file = file
        self.found = FoundOperations()
        self.target = root.get("targetNamespace", "")
        self.messages = self._by_name("message")
        self.port_types = self._by_name("portType")

    def _by_name(self, kind: str) -> Mapping[str, Element]:
        return {element.get("name", ""): element for element in self.root.iterfind(f"{WSDL_1}{kind}")}

    def read_binding(self, binding: Element) -> None:
        """Read a binding, if it is of SOAP."""
        name = binding.get("name", "")
        extension = next((child for child in binding if _soap_version(child, "binding")), None)
        if extension is None:
            self._omit(self.found.omissions, f"the binding `{name}`", binding, "it is not of SOAP")
            return
        version = _soap_version(extension, "binding")
        assert version is not None
        paths = list(dict.fromkeys(self._paths(binding, version))) or [self._missing_path(binding)]
        port_type = self.port_types.get(local_name(_full_name(binding, binding.get("type", ""))))
        for operation in binding.iterfind(f"{WSDL_1}operation"):
            what = f"the operation `{operation.get('name', '')}` of the binding `{name}`"
            try:
                read = self._read_operation(operation, extension, version, port_type)
            except _Unsupported as unsupported:
                self._omit(self.found.omissions, what, operation, str(unsupported))
                self._omit(self.found.refused, what, operation, str(unsupported))
            else:
                self.found.operations += [replace(read, path=path) for path in paths]

    def _paths(self, binding: Element, version: str) -> Iterator[str]:
        """Yield the path of each address of a binding."""
        for port in self.root.iterfind(f"{WSDL_1}service/{WSDL_1}port"):
            if local_name(_full_name(port, port.get("binding", ""))) != binding.get("name"):
                continue
            for address in port:
                if _soap_version(address, "address") != version:
                    continue
                location = address.get("location", "")
                path = _path_of(location)
                if path is None:
                    why = f"it has no path that an endpoint can have; the facts have {ADDRESS_MISSING}: change it there"
                    self._omit(self.found.omissions, f"the address {location!r}", address, why)
                else:
                    why = "endpoint facts have only the path"
                    self._omit(self.found.omissions, f"the address {location!r}", address, why)
                yield path or ADDRESS_MISSING

    def _missing_path(self, binding: Element) -> str:
        what = f"the address of the binding `{binding.get('name', '')}`"
        why = f"no port of the WSDL has one; the endpoint facts have the path {ADDRESS_MISSING}: change it there"
        self._omit(self.found.omissions, what, binding, why)
        return ADDRESS_MISSING

    def _read_operation(
        self, operation: Element, binding: Element, version: str, port_type: Element | None
    ) -> SoapOperation:
        name = operation.get("name", "")
        extension = next((child for child in operation if _soap_version(child, "operation") == version), None)
        style = binding.get("style", "document")
        if extension is not None:
            style = extension.get("style", style)
        if style != "document":
            raise _Unsupported(f"its style is {style}; schemapress has document/literal alone")
        if binding.get("transport", _HTTP_TRANSPORTS[0]) not in _HTTP_TRANSPORTS:
            raise _Unsupported(f"its transport is {binding.get('transport')}, not HTTP")
        if port_type is None:
            raise _Unsupported("its portType is in another document; put it into this one")
        abstract = _find_abstract(port_type, operation)
        if abstract is None:
            raise _Unsupported(f"the portType `{port_type.get('name', '')}` has no such operation")
        if abstract.find(f"{WSDL_1}input") is None:
            raise _Unsupported("it has no input: the service sends it, as a notification")
        request, request_headers = self._read_message(operation, abstract, "input", version)
        response: str | None = None
        response_headers: tuple[str, ...] = ()
        is_one_way = abstract.find(f"{WSDL_1}output") is None
        if not is_one_way:
            response, response_headers = self._read_message(operation, abstract, "output", version)
        documentation = abstract.findtext(f"{WSDL_1}documentation") or ""
        return SoapOperation(
            name=name,
            summary=_first_line(documentation),
            version=version,
            path="",
            action="" if extension is None else extension.get("soapAction", ""),
            line=line_of(operation),
            request=request,
            response=response,
            is_one_way=is_one_way,
            request_headers=request_headers,
            response_headers=response_headers,
            faults=tuple(self._read_faults(abstract)),
        )

    def _read_message(
        self, operation: Element, abstract: Element, direction: str, version: str
    ) -> tuple[str | None, tuple[str, ...]]:
        """Return the element in the Body of a message, and those of its header blocks."""
        declared = abstract.find(f"{WSDL_1}{direction}")
        concrete = operation.find(f"{WSDL_1}{direction}")
        if declared is None or concrete is None:
            raise _Unsupported(f"its {direction} is missing")
        if concrete.find(_MIME) is not None:
            raise _Unsupported("its messages have attachments (MIME), which schemapress does not have")
        message = self._find_message(declared, declared.get("message", ""))
        body = next((child for child in concrete if _soap_version(child, "body") == version), None)
        if body is not None and body.get("use", "literal") != "literal":
            raise _Unsupported(f"its use is {body.get('use')}; schemapress has document/literal alone")
        headers, header_parts = [], set()
        for header in concrete:
            if _soap_version(header, "header") == version:
                if header.get("use", "literal") != "literal":
                    raise _Unsupported("it has a header block that is encoded; schemapress has document/literal alone")
                name = header.get("message", "")
                part = header.get("part", "")
                headers.append(self._element_of(self._find_message(header, name), part))
                if local_name(_full_name(header, name)) == message.get("name"):
                    header_parts.add(part)
        parts = [part for part in message.iterfind(f"{WSDL_1}part") if part.get("name", "") not in header_parts]
        if body is not None and body.get("parts") is not None:
            wanted = body.get("parts", "").split()
            parts = [part for part in parts if part.get("name") in wanted]
        if len(parts) > 1:
            raise _Unsupported(f"its {direction} has {len(parts)} parts in the Body; SOAP over HTTP has one element")
        element = None if not parts else self._element_of(message, parts[0].get("name", ""))
        return element, tuple(dict.fromkeys(headers))

    def _read_faults(self, abstract: Element) -> Iterator[str]:
        for fault in abstract.iterfind(f"{WSDL_1}fault"):
            message = self._find_message(fault, fault.get("message", ""))
            for part in message.iterfind(f"{WSDL_1}part"):
                yield self._element_of(message, part.get("name", ""))

    def _find_message(self, user: Element, name: str) -> Element:
        message = self.messages.get(local_name(_full_name(user, name)))
        if message is None:
            raise _Unsupported(f"the message `{name}` is in another document; put it into this one")
        return message

    @staticmethod
    def _element_of(message: Element, name: str) -> str:
        part = next((part for part in message.iterfind(f"{WSDL_1}part") if part.get("name", "") == name), None)
        if part is None:
            raise _Unsupported(f"the message `{message.get('name', '')}` has no part `{name}`")
        element = part.get("element")
        if element is None:
            raise _Unsupported(f"the part `{name}` has the type {part.get('type')} and no element, as in RPC")
        return _full_name(part, element)

    def _omit(self, omissions: list[Omission], what: str, element: Element, why: str) -> None:
        omissions.append(Omission(what, f"{self.file}:{line_of(element)}", why))


def _soap_version(element: Element, local: str) -> str | None:
    """Return the version of SOAP of an extension element with a local name; None for all others."""
    if not isinstance(element.tag, str) or local_name(element.tag) != local:
        return None
    return _VERSIONS.get(f"{{{namespace_of(element.tag)}}}")


def _full_name(element: Element, name: str) -> str:
    """Return the full name that a prefixed one in an attribute is."""
    prefix, _, local = name.strip().rpartition(":")
    return clark(element.nsmap.get(prefix or None) or "", local)


def _find_abstract(port_type: Element, operation: Element) -> Element | None:
    """Return the operation of a portType; overloaded ones differ in the names of their inputs (WSDL 1.1 §2.5)."""
    named = [each for each in port_type.iterfind(f"{WSDL_1}operation") if each.get("name") == operation.get("name")]
    wanted = operation.find(f"{WSDL_1}input")
    if len(named) > 1 and wanted is not None and wanted.get("name"):
        for each in named:
            declared = each.find(f"{WSDL_1}input")
            if declared is not None and declared.get("name") == wanted.get("name"):
                return each
    return named[0] if named else None


def _path_of(location: str) -> str | None:
    """Return the path of an address, or None where an endpoint can't have it."""
    try:
        parts = urlsplit(location)
        path = unquote(parts.path, errors="strict") or "/"
        names = parse_template(path).names
    except ValueError:
        return None
    return None if not parts.scheme or not parts.netloc or names else path


def _first_line(documentation: str) -> str:
    text = " ".join(documentation.split())
    sentence = re.match(r".{1,119}?[.!?](?=\s|$)|.{1,120}", text)
    return "" if sentence is None else sentence[0].rstrip(".")


def _merge_versions(operations: Sequence[SoapOperation]) -> list[SoapOperation]:
    """Return operations that differ only in their version as one, and name those of other paths apart."""
    merged: dict[SoapOperation, tuple[str, ...]] = {}
    for operation in operations:
        key = replace(operation, version="", line=0, summary="")
        merged[key] = tuple(sorted({*merged.get(key, ()), operation.version}))
    first = {replace(operation, version="", line=0, summary=""): operation for operation in reversed(operations)}
    names: dict[str, int] = {}
    result = []
    for key, versions in merged.items():
        number = names[key.name] = names.get(key.name, 0) + 1
        name = key.name if number == 1 else f"{key.name}{number}"
        result.append(replace(first[key], name=name, versions=versions))
    return result


def add_endpoints(schema: Element, operations: Iterable[SoapOperation]) -> None:
    """Put endpoint facts of operations into a schema, as its first annotation."""
    listed = list(operations)
    if not listed:
        return
    names = (name for operation in listed for name in _elements(operation))
    nsmap: dict[str | None, str] = {None: ENDPOINT_NAMESPACE}
    prefixes = {namespace: prefix for prefix, namespace in schema.nsmap.items() if prefix}
    prefixes.pop(schema.get("targetNamespace", ""), None)
    for namespace in dict.fromkeys(map(namespace_of, names)):
        if namespace not in ("", *prefixes, schema.get("targetNamespace", "")):
            nsmap[prefixes.setdefault(namespace, f"e{len(nsmap)}")] = namespace
    annotation = etree.Element(f"{XSD_TAG}annotation")
    appinfo = etree.SubElement(annotation, f"{XSD_TAG}appinfo")
    for operation in listed:
        appinfo.append(_make_endpoint(operation, nsmap, prefixes))
    space = (schema.text or "").rpartition("\n")[2] if not (schema.text or "").strip() else ""
    etree.indent(annotation, "  ", level=len(space) // 2)
    annotation.tail = f"\n{space}"
    schema.insert(0, annotation)


def _elements(operation: SoapOperation) -> Iterator[str]:
    yield from (name for name in (operation.request, operation.response) if name is not None)
    yield from (*operation.request_headers, *operation.response_headers, *operation.faults)


def _make_endpoint(operation: SoapOperation, nsmap: Mapping[str | None, str], prefixes: Mapping[str, str]) -> Element:
    def tag(local: str) -> str:
        return clark(ENDPOINT_NAMESPACE, local)

    def show(name: str) -> str:
        prefix = prefixes.get(namespace_of(name))
        return f"{prefix}:{local_name(name)}" if prefix else local_name(name)

    endpoint = etree.Element(tag("endpoint"), nsmap=dict(nsmap))  # type: ignore[arg-type]  # None is the default namespace
    endpoint.set("name", operation.name)
    if operation.summary:
        endpoint.set("summary", operation.summary)
    endpoint.set("method", "POST")
    endpoint.set("path", operation.path)
    endpoint.set("soap", " ".join(operation.versions))
    if operation.action:
        endpoint.set("soap-action", operation.action)
    request = etree.SubElement(endpoint, tag("request"))
    response = etree.SubElement(endpoint, tag("response"), status="202" if operation.is_one_way else "200")
    for part, element, headers in (
        (request, operation.request, operation.request_headers),
        (response, operation.response, operation.response_headers),
    ):
        if element is not None:
            part.set("element", show(element))
        for header in headers:
            etree.SubElement(part, tag("header"), element=show(header))
    for fault in dict.fromkeys(operation.faults):
        etree.SubElement(endpoint, tag("fault"), element=show(fault))
    return endpoint
