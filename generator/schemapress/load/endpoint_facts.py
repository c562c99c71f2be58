"""Endpoint facts: the method, path and responses of an endpoint, in `xs:appinfo`, in `urn:schemapress:endpoint`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from schemapress.errors import SchemapressError, nearest_of
from schemapress_runtime.names import clark
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.components import ElementDeclaration

from .key_path import KeyPathError, find_key_element
from .schema import Direction, EndpointFacts, ResponseFacts
from .source import SchemaDocument

ENDPOINT_NAMESPACE = "urn:schemapress:endpoint"
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")
"""The HTTP methods that endpoint facts accept."""
_DIRECTIONS: Mapping[str, Direction] = {"receive": "receive", "send": "send"}

_DOCS = "docs/endpoint-facts.md lists all endpoint facts."


@dataclass(frozen=True, slots=True)
class _Content:
    """The attributes and the child elements that an element of endpoint facts can have."""

    attributes: tuple[str, ...]
    elements: tuple[str, ...] = ()


LIFECYCLE_FACTS = ("experimental", "deprecated", "sunset")
"""The attributes of an endpoint about its life, which only `schemapress diff` reads."""

KEY_FACTS = ("idempotency-key", "ordering-key", "sender-key")
"""The attributes of an endpoint that are paths to elements of its request."""

KNOWN: Mapping[str, _Content] = {
    "endpoint": _Content(
        ("name", "summary", "method", "path", "direction", "security", *KEY_FACTS, *LIFECYCLE_FACTS),
        ("request", "response"),
    ),
    "request": _Content(("element", "media-type")),
    "response": _Content(("status", "element", "media-type")),
}
"""The elements of endpoint facts, by name."""


def read_endpoints(
    documents: Iterable[SchemaDocument], elements: Mapping[str, ElementDeclaration]
) -> tuple[EndpointFacts, ...]:
    """Return the endpoints in schema documents.

    Raises:
        SchemapressError: a fact is missing or unknown, or names an element that the schema does not declare. Or two
            endpoints have the same method, path and direction.
    """
    endpoints: dict[tuple[str, str, Direction], tuple[EndpointFacts, str]] = {}
    for document in documents:
        for element in _outermost_elements(document):
            endpoint = _EndpointReader(element, document, elements).read()
            key = (endpoint.method, endpoint.path, endpoint.direction)
            place = document.show(element)
            if key in endpoints:
                other, other_place = endpoints[key]
                raise SchemapressError(
                    f"The endpoint {endpoint.name!r} is {endpoint.method} {endpoint.path} with the direction "
                    f"{endpoint.direction}, and so is {other.name!r} at {other_place}.",
                    place=place,
                    hint="Give one of them another method or path, or remove it.",
                )
            endpoints[key] = endpoint, place
    return tuple(endpoint for endpoint, _ in endpoints.values())


def _outermost_elements(document: SchemaDocument) -> Iterator[Element]:
    """Yield the elements of endpoint facts that are not inside another such element."""
    for element in document.root.iter(f"{{{ENDPOINT_NAMESPACE}}}*"):
        parent = element.getparent()
        if parent is None or etree.QName(parent).namespace != ENDPOINT_NAMESPACE:
            yield element


class _EndpointReader:
    def __init__(
        self,
        element: Element,
        document: SchemaDocument,
        elements: Mapping[str, ElementDeclaration],
    ) -> None:
        self.element = element
        self.document = document
        self.elements = elements

    def read(self) -> EndpointFacts:
        self._check_element(self.element, ("endpoint",))
        method = self._required(self.element, "method").upper()
        if method not in METHODS:
            raise self._error(f"The method of an endpoint is {method!r}; expected one of {', '.join(METHODS)}.")
        path = self._required(self.element, "path")
        if not path.startswith("/"):
            raise self._error(f"The path of an endpoint is {path!r}; expected a path that begins with a slash.")
        request = self.element.find(f"{{{ENDPOINT_NAMESPACE}}}request")
        if request is None:
            raise self._error("The endpoint has no <request>, which would name the root element of its messages.")
        root = self._root(request)
        if root is None:
            raise self._error("The <request> of the endpoint has no attribute element.")
        return EndpointFacts(
            name=self._required(self.element, "name"),
            summary=self.element.get("summary", ""),
            method=method,
            path=path,
            direction=self._direction(),
            security=self.element.get("security", "none"),
            idempotency_key=self._key("idempotency-key", root),
            ordering_key=self._key("ordering-key", root),
            sender_key=self._key("sender-key", root),
            request=root,
            media_type=request.get("media-type", "application/xml"),
            responses=tuple(
                self._response(child) for child in self.element.findall(f"{{{ENDPOINT_NAMESPACE}}}response")
            ),
            place=self.document.place(self.element),
        )

    def _check_element(self, element: Element, expected: tuple[str, ...]) -> None:
        """Check that an element has one of the expected names, and only known attributes and elements.

        Attributes in other namespaces are ignored.
        """
        tag = etree.QName(element)
        if tag.namespace != ENDPOINT_NAMESPACE and tag.localname in expected:
            message = f"The <{tag.localname}> of the endpoint facts is not in the namespace {ENDPOINT_NAMESPACE}."
            raise self._error(message, element, "Give it the prefix of <endpoint>.")
        if tag.localname not in expected:
            message = f"The endpoint facts have no element <{tag.localname}> here."
            raise self._error(message, element, nearest_of(tag.localname, expected))
        known = KNOWN[tag.localname]
        for name in element.attrib:
            if not etree.QName(name).namespace and name not in known.attributes:
                message = f"The <{tag.localname}> of the endpoint facts has no attribute {str(name)!r}."
                raise self._error(message, element, nearest_of(str(name), known.attributes))
        for child in element.iterchildren(tag=etree.Element):
            self._check_element(child, known.elements)

    def _key(self, name: str, root: str) -> str | None:
        """Return the path of a key, which leads to one element with text in each message."""
        path = self.element.get(name)
        if path is None:
            return None
        try:
            find_key_element(self.elements[root], path)
        except KeyPathError as wrong:
            message = f"The {name} of the endpoint is {path!r}, but {wrong}."
            raise self._error(message, hint=wrong.hint) from None
        return path

    def _direction(self) -> Direction:
        direction = self.element.get("direction", "receive")
        if direction not in _DIRECTIONS:
            raise self._error(f"The direction of an endpoint is {direction!r}; expected receive or send.")
        return _DIRECTIONS[direction]

    def _response(self, element: Element) -> ResponseFacts:
        status = self._required(element, "status")
        if not (status.isdecimal() and 100 <= int(status) <= 599):
            raise self._error(f"The status of a response is {status!r}; expected a number from 100 to 599.")
        return ResponseFacts(int(status), self._root(element), element.get("media-type"))

    def _root(self, element: Element) -> str | None:
        local = element.get("element")
        if local is None:
            return None
        name = clark(self.document.namespace, local)
        if name not in self.elements:
            raise self._error(f"The endpoint names the element {local!r}, which the schema does not declare globally.")
        return name

    def _required(self, element: Element, name: str) -> str:
        value = element.get(name)
        if not value:
            local = str(element.tag).rpartition("}")[2]
            raise self._error(f"The endpoint facts have a <{local}> without the attribute {name}.")
        return value

    def _error(self, message: str, element: Element | None = None, hint: str = "") -> SchemapressError:
        place = self.document.show(self.element if element is None else element)
        return SchemapressError(message, place=place, hint=f"{hint} {_DOCS}".strip())
