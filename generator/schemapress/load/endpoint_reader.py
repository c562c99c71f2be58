"""Reads endpoint facts: the elements of their sources to endpoints of a schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from lxml import etree

from schemapress.errors import SchemapressError, nearest_of
from schemapress.private_fields import is_private
from schemapress_runtime.http.path_template import PathTemplate, parse_template
from schemapress_runtime.http.soap.version import SOAP_VERSIONS
from schemapress_runtime.names import XSD_NAMESPACE, local_name, namespace_of
from schemapress_runtime.xml.document import Element
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import Declarations, Type
from schemapress_runtime.xsd.simple_type import SimpleType

from .document import ENDPOINT_NAMESPACE
from .endpoint_facts import (
    DOCS,
    FIELDS_OF_HTTP,
    KNOWN,
    LOCATIONS,
    METHODS,
    METHODS_WITHOUT_BODY,
    SECURITIES,
    allows_body,
)
from .facts_source import FactsSource
from .key_path import KeyPathError, find_key_element
from .schema import Direction, EndpointFacts, HeaderFacts, ParameterFacts, ResponseFacts, SoapFacts

_DIRECTIONS: Mapping[str, Direction] = {"receive": "receive", "send": "send"}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+\-]++/[A-Za-z0-9!#$&^_.+\-]++")
_FIELD_NAME = re.compile(r"[A-Za-z0-9\-]++")
Shape = tuple[str | None, ...]


def read_endpoints(sources: Iterable[FactsSource], declarations: Declarations) -> tuple[EndpointFacts, ...]:
    """Return the endpoints of a schema.

    Raises:
        SchemapressError: a fact is missing or unknown, or names what the schema does not declare. Or two endpoints with
            the same method and direction match the same paths.
    """
    endpoints: dict[tuple[object, ...], tuple[EndpointFacts, str]] = {}
    envelopes: dict[tuple[str, Shape, Direction], tuple[EndpointFacts, str]] = {}
    for source in sources:
        for element in source.endpoints:
            endpoint = _EndpointReader(element, source, declarations).read()
            shape = (endpoint.method, parse_template(endpoint.path).segments, endpoint.direction)
            place = source.show(element, "path")
            first, first_place = envelopes.setdefault(shape, (endpoint, place))
            if (first.soap is None) != (endpoint.soap is None):
                raise SchemapressError(
                    f"Of the endpoints {first.name!r} at {first_place} and {endpoint.name!r}, which have one path, "
                    "one is of SOAP, and the other one is not.",
                    place=place,
                    hint="Give one of them another path.",
                )
            key: tuple[object, ...] = shape
            if endpoint.soap is not None:
                key = (*shape, endpoint.request, endpoint.soap.action)
                if (other_soap := endpoints.get(key)) is not None:
                    what = "no element" if endpoint.request is None else f"<{local_name(endpoint.request)}>"
                    raise SchemapressError(
                        f"The endpoint {endpoint.name!r} has the path, the soap-action and {what} in the Body, and "
                        f"so has {other_soap[0].name!r} at {other_soap[1]}: nothing tells their messages apart.",
                        place=place,
                        hint="Give one of them another soap-action, or remove it.",
                    )
            if key in endpoints:
                other, other_place = endpoints[key]
                same = "so is" if other.path == endpoint.path else f"the same paths match {other.path}, of"
                raise SchemapressError(
                    f"The endpoint {endpoint.name!r} is {endpoint.method} {endpoint.path} with the direction "
                    f"{endpoint.direction}, and {same} {other.name!r} at {other_place}.",
                    place=place,
                    hint="Give one of them another method or path, or remove it.",
                )
            endpoints[key] = endpoint, place
    return tuple(endpoint for endpoint, _ in endpoints.values())


class _EndpointReader:
    def __init__(
        self,
        element: Element,
        source: FactsSource,
        declarations: Declarations,
    ) -> None:
        self.element = element
        self.source = source
        self.declarations = declarations
        self.elements = declarations.elements

    def read(self) -> EndpointFacts:
        self._check_element(self.element, ("endpoint",))
        method = self._required(self.element, "method").upper()
        if method not in METHODS:
            message = f"The method of an endpoint is {method!r}; expected one of {', '.join(METHODS)}."
            raise self._error(message, fact="method")
        path = self._required(self.element, "path")
        try:
            template = parse_template(path)
        except ValueError as wrong:
            raise self._error(f"The path of an endpoint is {path!r}: {wrong}.", fact="path") from None
        request = self.element.find(f"{{{ENDPOINT_NAMESPACE}}}request")
        soap = self._soap(method)
        if request is None and method not in METHODS_WITHOUT_BODY and soap is None:
            name = self.source.name_element("request")
            raise self._error(f"The endpoint has no {name}, which would name the root element of its messages.")
        root = None if request is None else self._root(request)
        if request is not None and root is None and soap is None:
            name = self.source.name_element("request")
            raise self._error(f"The {name} of the endpoint has no {self.source.noun} element.", request)
        return EndpointFacts(
            name=self._required(self.element, "name"),
            summary=self.element.get("summary", ""),
            method=method,
            path=path,
            direction=self._direction(),
            security=self._security(),
            idempotency_key=self._key("idempotency-key", root),
            ordering_key=self._key("ordering-key", root),
            sender_key=self._key("sender-key", root),
            request=root,
            media_type=self._media_type(request, soap),
            responses=self._responses(),
            place=self.source.place(self.element),
            parameters=self._parameters(template),
            soap=soap,
        )

    def _media_type(self, request: Element | None, soap: SoapFacts | None) -> str:
        if soap is not None:
            return " ".join(SOAP_VERSIONS[version].media_type for version in soap.versions)
        return "" if request is None else self._media_types(request) or "application/xml"

    def _soap(self, method: str) -> SoapFacts | None:
        """Return what SOAP adds, or None where the attribute `soap` is missing."""
        listed = self.element.get("soap")
        parts = [
            child for name in ("header", "fault") for child in self.element.iter(f"{{{ENDPOINT_NAMESPACE}}}{name}")
        ]
        if listed is None:
            if parts or self.element.get("soap-action") is not None:
                what = "a soap-action" if not parts else f"a <{etree.QName(parts[0]).localname}>"
                raise self._error(f"The endpoint has {what}, and is not of SOAP.", hint='Add soap="1.1" or soap="1.2".')
            return None
        versions = listed.split()
        if not versions or not set(versions) <= SOAP_VERSIONS.keys() or len(set(versions)) < len(versions):
            raise self._error(
                f"The soap of an endpoint is {listed!r}; expected 1.1, 1.2, or both with a space between."
            )
        if method != "POST":
            raise self._error(f"The method of an endpoint of SOAP is POST, not {method}.", fact="method")
        if self.element.find(f"{{{ENDPOINT_NAMESPACE}}}parameter") is not None or "{" in self.element.get("path", ""):
            raise self._error("An endpoint of SOAP has no parameters; its messages have everything.")
        action = self.element.get("soap-action", "")
        if not re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]*+", action):
            raise self._error(f"The soap-action is {action!r}; expected a URI.")
        for part in self.element.iterchildren(f"{{{ENDPOINT_NAMESPACE}}}request", f"{{{ENDPOINT_NAMESPACE}}}response"):
            if part.get("media-type") is not None:
                raise self._error("The media types of an endpoint of SOAP are those of its versions.", part)
            status = part.get("status", "200")
            if status not in ("200", "202") or (status == "202" and part.get("element") is not None):
                message = f"A response of an endpoint of SOAP is 200, or 202 without an element; this one is {status}."
                raise self._error(message, part, 'An error is a <fault element="…"/>.')
        return SoapFacts(
            tuple(version for version in SOAP_VERSIONS if version in versions),
            action,
            self._headers("request"),
            self._headers("response"),
            tuple(dict.fromkeys(self._part_root(part) for part in parts if etree.QName(part).localname == "fault")),
        )

    def _headers(self, of: str) -> tuple[HeaderFacts, ...]:
        """Return the header blocks of the request or of the responses."""
        headers: dict[str, HeaderFacts] = {}
        for element in self.element.iterfind(f"{{{ENDPOINT_NAMESPACE}}}{of}/{{{ENDPOINT_NAMESPACE}}}header"):
            name = self._part_root(element)
            required = _BOOLEANS.get(element.get("required", "false"))
            if required is None:
                message = f"The header has required={element.get('required')!r}; expected true or false."
                raise self._error(message, element)
            if name in headers and of == "request":
                raise self._error(f"Two headers of the request have the element {local_name(name)!r}.", element)
            if not name.startswith("{"):
                raise self._error(f"The header {name!r} is in no namespace, which SOAP demands.", element)
            headers[name] = HeaderFacts(name, required)
        return tuple(headers.values())

    def _part_root(self, element: Element) -> str:
        name = self._root(element)
        if name is None:
            local = etree.QName(element).localname
            raise self._error(f"The <{local}> of the endpoint has no attribute element.", element)
        return name

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

    def _key(self, name: str, root: str | None) -> str | None:
        """Return the path of a key, which leads to one element with text in each message."""
        path = self.element.get(name)
        if path is None:
            return None
        if root is None:
            shown = self.source.name_element("request")
            raise self._error(f"The endpoint has a {name} and no {shown}, whose element it would be.", fact=name)
        try:
            find_key_element(self.elements[root], path)
        except KeyPathError as wrong:
            message = f"The {name} of the endpoint is {path!r}, but {wrong}."
            raise self._error(message, hint=wrong.hint, fact=name) from None
        return path

    def _direction(self) -> Direction:
        direction = self.element.get("direction", "receive")
        if direction not in _DIRECTIONS:
            message = f"The direction of an endpoint is {direction!r}; expected receive or send."
            raise self._error(message, fact="direction")
        return _DIRECTIONS[direction]

    def _security(self) -> str:
        security = self.element.get("security", "none")
        if security not in SECURITIES:
            message = f"The security of an endpoint is {security!r}; expected {' or '.join(SECURITIES)}."
            near = get_close_matches(security.lower(), SECURITIES, n=1)
            raise self._error(message, hint=f"Did you mean {near[0]!r}?" if near else "", fact="security")
        return security

    def _responses(self) -> tuple[ResponseFacts, ...]:
        responses: dict[tuple[int, str | None], ResponseFacts] = {}
        for element in self.element.findall(f"{{{ENDPOINT_NAMESPACE}}}response"):
            response = self._response(element)
            if (response.status, response.element) in responses:
                what = "no element" if response.element is None else f"the element {local_name(response.element)!r}"
                hint = "Remove one; several media types of one response go into its media-type, with spaces between."
                raise self._error(f"Two responses have the status {response.status} and {what}.", element, hint)
            responses[response.status, response.element] = response
        return tuple(responses.values())

    def _response(self, element: Element) -> ResponseFacts:
        status = self._required(element, "status")
        if not (status.isdecimal() and 100 <= int(status) <= 599):
            message = f"The status of a response is {status!r}; expected a number from 100 to 599."
            raise self._error(message, element, fact="status")
        root = self._root(element)
        if root is not None and not allows_body(int(status)):
            raise self._error(f"The response {status} has an element; HTTP gives this status no body.", element)
        return ResponseFacts(int(status), root, self._media_types(element))

    def _media_types(self, element: Element) -> str | None:
        """Return the media types of a body, one or several with spaces between."""
        listed = element.get("media-type")
        if listed is None:
            return None
        media_types = listed.split()
        for media_type in media_types:
            if not _MEDIA_TYPE.fullmatch(media_type):
                raise self._error(
                    f"The media type {media_type!r} is none; expected one such as application/xml.", element
                )
        if not media_types or len(set(map(str.lower, media_types))) < len(media_types):
            raise self._error(
                f"The media-type is {listed!r}; expected each media type once, and at least one.", element
            )
        return " ".join(media_types)

    def _parameters(self, template: PathTemplate) -> tuple[ParameterFacts, ...]:
        """Return the parameters: those of the path in its order, then the others in that of the facts."""
        declared: dict[tuple[str, str], ParameterFacts] = {}
        for element in self.element.findall(f"{{{ENDPOINT_NAMESPACE}}}parameter"):
            parameter = self._parameter(element, template)
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            if (parameter.location, name) in declared:
                raise self._error(f"The endpoint has two {parameter.location} parameters {parameter.name!r}.", element)
            declared[parameter.location, name] = parameter
        place = self.source.place(self.element)
        of_path = [
            declared.pop(("path", name), ParameterFacts(name, "path", BUILTIN["string"], True, place))
            for name in template.names
        ]
        return (*of_path, *declared.values())

    def _parameter(self, element: Element, template: PathTemplate) -> ParameterFacts:
        name = self._required(element, "name")
        location = LOCATIONS.get(self._required(element, "in"))
        if location is None:
            raise self._error(
                f"The parameter {name!r} is in {element.get('in')!r}; expected path, query or header.", element
            )
        if location == "path" and name not in template.names:
            message = f"The path of the endpoint has no parameter {{{name}}}."
            raise self._error(message, element, nearest_of(name, template.names))
        if location == "header" and (not _FIELD_NAME.fullmatch(name) or name.lower() in FIELDS_OF_HTTP):
            message = (
                f"The header parameter {name!r} can't be one: it is a header field that HTTP reads itself, or no name."
            )
            hint = "Expected letters, digits and hyphens; request.headers has the fields of HTTP."
            raise self._error(message, element, hint)
        if location == "header" and is_private(name.lower()):
            message = (
                f"The header parameter {name!r} can't be one: it says who calls, and no message is stored with it."
            )
            hint = "Remove it: the server knows who calls, and request.client_certificate has a certificate."
            raise self._error(message, element, hint)
        required = _BOOLEANS.get(element.get("required", "true" if location == "path" else "false"))
        if required is None or (location == "path" and not required):
            given = element.get("required")
            expected = "true, for a path has all its segments" if location == "path" else "true or false"
            raise self._error(f"The parameter {name!r} has required={given!r}; expected {expected}.", element)
        return ParameterFacts(name, location, self._simple_type(element, name), required, self.source.place(element))

    def _simple_type(self, element: Element, name: str) -> SimpleType:
        """Return the type of a parameter: built in, or a global simple type; xs:string where none is named."""
        wanted = element.get("type")
        if wanted is None:
            return BUILTIN["string"]
        found = self.source.find_name(element, "type", self.declarations.types)
        type_: Type | None = None
        if found is not None and namespace_of(found) == XSD_NAMESPACE:
            type_ = BUILTIN.get(local_name(found))
        elif found is not None:
            type_ = self.declarations.types.get(found)
        if not isinstance(type_, SimpleType):
            message = f"The type {wanted!r} of the parameter {name!r} is no built-in and no global simple type."
            hint = "Expected one such as xs:int, with a prefix that is declared, or one of the schema itself."
            raise self._error(message, element, hint)
        if type_.needs_namespaces:
            message = f"The type {wanted!r} of the parameter {name!r} has prefixes, which no request declares."
            raise self._error(message, element, "Take xs:string.")
        return type_

    def _root(self, element: Element) -> str | None:
        local = element.get("element")
        if local is None:
            return None
        name = self.source.find_name(element, "element", self.elements)
        if name is None or name not in self.elements:
            message = f"The endpoint names the element {local!r}, which the schema does not declare globally."
            near = get_close_matches(local, map(local_name, self.elements), n=1)
            hint = f"Did you mean {near[0]!r}?" if near and near[0] != local else ""
            raise self._error(message, element, hint, "element")
        return name

    def _required(self, element: Element, name: str) -> str:
        value = element.get(name)
        if not value:
            shown = self.source.name_element(local_name(str(element.tag)))
            article = "an" if shown[0] in "aeiou" else "a"
            raise self._error(
                f"The endpoint facts have {article} {shown} without the {self.source.noun} {name}.", element
            )
        return value

    def _error(
        self, message: str, element: Element | None = None, hint: str = "", fact: str | None = None
    ) -> SchemapressError:
        place = self.source.show(self.element if element is None else element, fact)
        return SchemapressError(message, place=place, hint=f"{hint} {DOCS}".strip())
