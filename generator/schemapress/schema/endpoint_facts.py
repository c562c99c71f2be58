"""Endpoint facts: what `xs:appinfo` says, in the namespace `urn:schemapress:endpoint`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemapress.errors import SchemapressError

from .model import Direction, ElementDeclaration, Endpoint, Response, clark
from .source import Element, SchemaDocument

NAMESPACE = "urn:schemapress:endpoint"
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")
"""The methods that an endpoint can have."""


def endpoints(documents: Iterable[SchemaDocument], elements: Mapping[str, ElementDeclaration]) -> tuple[Endpoint, ...]:
    """Return the endpoints that schema documents describe.

    Raises:
        SchemapressError: a fact is missing, or names an element that the schema does not declare.
    """
    return tuple(
        _Facts(element, document, elements).endpoint()
        for document in documents
        for element in document.root.iter(f"{{{NAMESPACE}}}endpoint")
    )


class _Facts:
    def __init__(
        self,
        element: Element,
        document: SchemaDocument,
        elements: Mapping[str, ElementDeclaration],
    ) -> None:
        self.element = element
        self.document = document
        self.elements = elements

    def endpoint(self) -> Endpoint:
        method = self._required(self.element, "method").upper()
        if method not in METHODS:
            raise self._error(f"The method of an endpoint is {method!r}; expected one of {', '.join(METHODS)}.")
        path = self._required(self.element, "path")
        if not path.startswith("/"):
            raise self._error(f"The path of an endpoint is {path!r}; expected one that begins with a slash.")
        request = self.element.find(f"{{{NAMESPACE}}}request")
        if request is None:
            raise self._error("The endpoint has no <request>, which names the root element of its messages.")
        root = self._root(request)
        if root is None:
            raise self._error("The <request> of the endpoint has no attribute element.")
        return Endpoint(
            name=self._required(self.element, "name"),
            summary=self.element.get("summary", ""),
            method=method,
            path=path,
            direction=self._direction(),
            security=self.element.get("security", "none"),
            idempotency_key=self.element.get("idempotency-key"),
            request=root,
            media_type=request.get("media-type", "application/xml"),
            responses=tuple(self._response(child) for child in self.element.findall(f"{{{NAMESPACE}}}response")),
            place=self.document.place(self.element),
        )

    def _direction(self) -> Direction:
        direction = self.element.get("direction", "receive")
        if direction == "receive":
            return "receive"
        if direction == "send":
            return "send"
        raise self._error(f"The direction of an endpoint is {direction!r}; expected receive or send.")

    def _response(self, element: Element) -> Response:
        status = self._required(element, "status")
        if not (status.isdecimal() and 100 <= int(status) <= 599):
            raise self._error(f"The status of a response is {status!r}; expected a number from 100 to 599.")
        return Response(int(status), self._root(element), element.get("media-type"))

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

    def _error(self, message: str) -> SchemapressError:
        return SchemapressError(message, place=self.document.show(self.element), hint=f"See the docs on {NAMESPACE}.")
