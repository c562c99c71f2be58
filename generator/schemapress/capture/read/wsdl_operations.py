"""The operations of a WSDL, with the elements of their messages (WSDL 1.1 §2.4, WSDL 2.0 §2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from schemapress.errors import SchemapressError
from schemapress.load.document import line_of
from schemapress_runtime.names import clark
from schemapress_runtime.xml.document import Element, xml_parser

from .wsdl import ROOTS

_WSDL_1 = "{http://schemas.xmlsoap.org/wsdl/}"
_WSDL_2 = "{http://www.w3.org/ns/wsdl}"
_HTTP_1 = "{http://schemas.xmlsoap.org/wsdl/http/}"
_HTTP_2 = "{http://www.w3.org/ns/wsdl/http}"
_METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its name and line, and the elements of its input, its output and its faults, in Clark notation.

    `request` is None where there is no input with one element; `reason` says why. `method` and `path` are those of an
    HTTP binding, or empty.
    """

    name: str
    line: int
    request: str | None
    response: str | None = None
    faults: tuple[str, ...] = ()
    documentation: str = ""
    reason: str = ""
    method: str = ""
    path: str = ""

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements of all messages."""
        return tuple(name for name in (self.request, self.response, *self.faults) if name is not None)


def read_operations(file: Path) -> tuple[Operation, ...]:
    """Return the operations of a WSDL, each name once.

    Raises:
        SchemapressError: the file can't be read, is no WSDL, or has no operation.
    """
    try:
        root = etree.fromstring(file.read_bytes(), xml_parser(doctype=True))
    except OSError as error:
        raise SchemapressError(f"The file can't be read: {error.strerror or error}.", place=str(file)) from None
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, etree.XMLSyntaxError) else 1
        message = f"This is not well-formed XML: {getattr(error, 'msg', error)}."
        raise SchemapressError(message, place=f"{file}:{line or 1}", hint="Name a WSDL.") from None
    if root.tag not in ROOTS:
        message = f"This is no WSDL: its root element is <{etree.QName(root).localname}>."
        raise SchemapressError(message, place=f"{file}:{line_of(root)}", hint="Name a WSDL, 1.1 or 2.0.")
    listed = _read_1(root) if root.tag == ROOTS[0] else _read_2(root)
    operations: dict[tuple[str, str | None], Operation] = {}
    for operation in listed:  # the port types of several bindings often repeat the same operations
        operations.setdefault((operation.name, operation.request), operation)
    if not operations:
        hint = "If it imports another WSDL, name that one."
        raise SchemapressError("This WSDL has no operation.", place=str(file), hint=hint)
    return tuple(operations.values())


def _read_1(root: Element) -> Iterator[Operation]:
    messages = {
        message.get("name", ""): message.findall(f"{_WSDL_1}part") for message in root.iter(f"{_WSDL_1}message")
    }
    bound = dict(_bindings_1(root))

    def find_element(direction: Element | None) -> str | None:
        """Return the element of a message with one part; headers and attachments are parts of others."""
        parts = [] if direction is None else messages.get(direction.get("message", "").rpartition(":")[2], [])
        elements = [element for element in map(_element_of, parts) if element is not None]
        return elements[0] if len(elements) == 1 else None

    for port in root.iter(f"{_WSDL_1}portType"):
        for operation in port.iterchildren(f"{_WSDL_1}operation"):
            name = operation.get("name", "")
            received = operation.find(f"{_WSDL_1}input")
            request = find_element(received)
            faults = map(find_element, operation.findall(f"{_WSDL_1}fault"))
            method, path = bound.get(name, ("", ""))
            yield Operation(
                name=name,
                line=line_of(operation),
                request=request,
                response=find_element(operation.find(f"{_WSDL_1}output")),
                faults=tuple(fault for fault in faults if fault is not None),
                documentation=_documentation(operation, _WSDL_1),
                reason="" if request else "its input does not have one element, but types, as in RPC",
                method=method,
                path=path,
            )


def _element_of(part: Element) -> str | None:
    return _resolve(part, part.get("element"))


def _bindings_1(root: Element) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the method and path of each operation that an HTTP binding has."""
    for binding in root.iter(f"{_WSDL_1}binding"):
        verb = binding.find(f"{_HTTP_1}binding")
        for operation in binding.iterchildren(f"{_WSDL_1}operation"):
            location = operation.find(f"{_HTTP_1}operation")
            if verb is not None and location is not None:
                yield from _bind(operation.get("name", ""), verb.get("verb", ""), location.get("location", ""))


def _read_2(root: Element) -> Iterator[Operation]:
    faults = {fault.get("name", ""): _resolve(fault, fault.get("element")) for fault in root.iter(f"{_WSDL_2}fault")}
    bound: dict[str, tuple[str, str]] = {}
    for operation in root.iter(f"{_WSDL_2}operation"):
        if operation.get("ref"):
            name = operation.get("ref", "").rpartition(":")[2]
            bound.update(_bind(name, operation.get(f"{_HTTP_2}method", ""), operation.get(f"{_HTTP_2}location", "")))
    for operation in root.iter(f"{_WSDL_2}operation"):
        if operation.get("ref"):
            continue
        name = operation.get("name", "")
        request, response = (
            None if child is None else _resolve(child, child.get("element"))
            for child in (operation.find(f"{_WSDL_2}input"), operation.find(f"{_WSDL_2}output"))
        )
        thrown = (faults.get(fault.get("ref", "").rpartition(":")[2]) for fault in operation.iter(f"{_WSDL_2}outfault"))
        method, path = bound.get(name, ("", ""))
        yield Operation(
            name=name,
            line=line_of(operation),
            request=request,
            response=response,
            faults=tuple(fault for fault in thrown if fault is not None),
            documentation=_documentation(operation, _WSDL_2),
            reason="" if request else "its input has no element",
            method=method,
            path=path,
        )


def _bind(name: str, method: str, location: str) -> Iterable[tuple[str, tuple[str, str]]]:
    """Return the method and path of an operation; nothing for a path that an endpoint can't have."""
    path = f"/{location.lstrip('/')}"
    if location and method in _METHODS and not any(mark in path for mark in "?#;%() "):
        yield name, (method, path)


def _resolve(element: Element, name: str | None) -> str | None:
    """Return the expanded name of a QName, in Clark notation; None of `#any` and `#none`, too."""
    if not name or name.startswith("#"):
        return None
    prefix, _, local = name.strip().rpartition(":")
    return clark(element.nsmap.get(prefix or None, "") or "", local)


def _documentation(operation: Element, wsdl: str) -> str:
    element = operation.find(f"{wsdl}documentation")
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())
