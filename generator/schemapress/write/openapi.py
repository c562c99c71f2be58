"""A schema as an OpenAPI 3.1 document, which `schemapress capture` reads back as an equivalent schema.

Extensions (`x-xsd-type`, `x-xsd-facets`, `x-xsd-nillable`) hold what OpenAPI can't express. Where these do not suffice,
as for an element with text and attributes or a repeating choice, the export is the nearest model that accepts
everything the schema accepts, and the difference is listed as lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemapress.load.schema import EndpointFacts, Schema
from schemapress_runtime.http.path_template import parse_template
from schemapress_runtime.names import local_name, namespace_of
from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType, ElementDeclaration, ModelGroup, Particle, Type
from schemapress_runtime.xsd.facets import whole_number
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, Union

from .json_types import JSON_TYPES, JsonObject


@dataclass(frozen=True, slots=True)
class Loss:
    """A part of a schema that its OpenAPI document does not express, and its place."""

    part: str
    place: str


@dataclass(frozen=True, slots=True)
class OpenApiExport:
    """An OpenAPI document, and the parts of the schema that it does not express."""

    document: JsonObject
    lost: tuple[Loss, ...]


class _Inexpressible(Exception):
    """A content model that OpenAPI can't express."""

    def __init__(self, part: str, place: Place) -> None:
        super().__init__(part)
        self.loss = Loss(part, str(place))


_PLAIN: dict[str, JsonObject] = {
    row.builtin: {"type": row.type} | ({"format": row.format} if row.format else {}) for row in JSON_TYPES
}
_CERTIFICATE = "clientCertificate"
"""The name of the security scheme of client certificates."""
_LENGTHS = ("minLength", "maxLength")
"""The facets with the same name in XSD and OpenAPI."""


def export_openapi(schema: Schema, title: str) -> OpenApiExport:
    """Return the OpenAPI 3.1 document of a schema: one operation per endpoint, one webhook per other message."""
    exporter = _OpenApiExporter(schema)
    document = exporter.document(title)
    return OpenApiExport(document, tuple(dict.fromkeys(exporter.lost)))


def describe_served(schema: Schema, title: str) -> JsonObject:
    """Return the OpenAPI 3.1 document of the endpoints of a schema that receive messages, and of nothing else."""
    exporter = _OpenApiExporter(schema)
    received = tuple(endpoint for endpoint in schema.endpoints if endpoint.direction == "receive")
    return exporter.describe(title, received, {})


class _OpenApiExporter:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.schemas: dict[str, JsonObject] = {}
        self.names: dict[str, str] = {}
        self.lost: list[Loss] = []
        self.asks_for_certificate = False

    def _lose(self, part: str, place: Place) -> None:
        self.lost.append(Loss(part, str(place)))

    def document(self, title: str) -> JsonObject:
        described = set()
        for endpoint in self.schema.endpoints:
            described |= {endpoint.request, *(response.element for response in endpoint.responses)}
        return self.describe(title, self.schema.endpoints, self._webhooks(described))

    def _webhooks(self, described: Collection[str | None]) -> dict[str, JsonObject]:
        webhooks: dict[str, JsonObject] = {}
        for name, element in self.schema.documents.items():
            if name not in described:
                content = {"application/xml": {"schema": self._root(element)}}
                webhooks[local_name(name)] = {"post": {"requestBody": {"content": content}, "responses": {}}}
        return webhooks

    def describe(
        self, title: str, endpoints: Iterable[EndpointFacts], webhooks: Mapping[str, JsonObject]
    ) -> JsonObject:
        """Return the document of endpoints, and of messages that are described already."""
        paths: dict[str, JsonObject] = {}
        first_names: dict[tuple[str | None, ...], tuple[str, tuple[str, ...]]] = {}
        for endpoint in endpoints:
            if endpoint.soap is not None:
                self._lose(f"the operation {endpoint.name} of SOAP, whose messages are in envelopes", endpoint.place)
                continue
            template = parse_template(endpoint.path)
            # One path item for all templates of the same paths, with the names of the first (OpenAPI 3.1 §4.8.8.1)
            path, names = first_names.setdefault(template.segments, (endpoint.path, template.names))
            renamed = dict(zip(template.names, names, strict=True))
            paths.setdefault(path, {})[endpoint.method.lower()] = self._operation(endpoint, renamed)
        document: JsonObject = {"openapi": "3.1.0", "info": {"title": title, "version": "1"}}
        document |= {"paths": paths} if paths else {}
        document |= {"webhooks": dict(webhooks)} if webhooks else {}
        components: JsonObject = {"schemas": self.schemas}
        if self.asks_for_certificate:
            components["securitySchemes"] = {_CERTIFICATE: {"type": "mutualTLS"}}
        return document | {"components": components}

    def _operation(self, endpoint: EndpointFacts, renamed: Mapping[str, str]) -> JsonObject:
        """Return the operation of an endpoint; `renamed` has the names of its parameters in the path."""
        operation: JsonObject = {"operationId": endpoint.name, "summary": endpoint.summary}
        if endpoint.security == "certificate":
            operation["security"] = [{_CERTIFICATE: []}]
            self.asks_for_certificate = True
        if endpoint.parameters:
            operation["parameters"] = [
                {
                    "name": renamed[parameter.name] if parameter.location == "path" else parameter.name,
                    "in": parameter.location,
                    "required": parameter.required,
                    "schema": self._type(parameter.type),
                }
                for parameter in endpoint.parameters
            ]
        if endpoint.request is not None:
            content = self._content_of(endpoint.media_types, (endpoint.request,))
            operation["requestBody"] = {"required": True, "content": content}
        return operation | {"responses": self._responses(endpoint)}

    def _responses(self, endpoint: EndpointFacts) -> JsonObject:
        """Return the response objects by status; where one status has several root elements, any of them may come."""
        responses: JsonObject = {}
        by_status: dict[int, dict[str, tuple[str, ...]]] = {}
        for response in endpoint.responses:
            bodies = by_status.setdefault(response.status, {})
            if response.element is not None:
                for media_type in response.media_types or endpoint.media_types or ("application/xml",):
                    bodies[media_type] = (*bodies.get(media_type, ()), response.element)
        for status, bodies in by_status.items():
            responses[str(status)] = {"description": f"Status {status}"}
            for media_type, elements in bodies.items():
                content = responses[str(status)].setdefault("content", {})
                content |= self._content_of((media_type,), elements)
        return responses

    def _content_of(self, media_types: Iterable[str], elements: Sequence[str]) -> JsonObject:
        roots = [self._root(self.schema.elements[element]) for element in elements]
        return {media_type: {"schema": roots[0] if len(roots) == 1 else {"oneOf": roots}} for media_type in media_types}

    def _root(self, element: ElementDeclaration) -> JsonObject:
        """Return the schema object of a root element: that of its type, with the name and namespace of the element."""
        name = self._component(local_name(element.name))
        key = f"element {element.name}"
        if key not in self.names:
            self.names[key] = name
            xml: JsonObject = {"name": local_name(element.name)}
            if namespace_of(element.name):
                xml["namespace"] = namespace_of(element.name)
            self.schemas[name] = {}
            type_ = element.type
            if isinstance(type_, ComplexType) and type_ is not ANY_TYPE:
                content = self._complex(type_)
            else:
                content = self._type(type_)
            self.schemas[name] = {**content, **self._values(element), "xml": xml}
        return {"$ref": f"#/components/schemas/{self.names[key]}"}

    # Types

    def _type(self, type_: Type) -> JsonObject:
        if type_ is ANY_TYPE:
            return {}
        if isinstance(type_, SimpleType) and type_.is_builtin:
            return dict(_PLAIN.get(type_.label, {"type": "string", "x-xsd-type": f"xs:{type_.label}"}))
        key = type_.source.key
        if type_.source.name is None:
            return self._simple(type_) if isinstance(type_, SimpleType) else self._complex(type_)
        if key not in self.names:
            self.names[key] = self._component(local_name(key))
            self.schemas[self.names[key]] = {}
            definition = self._simple(type_) if isinstance(type_, SimpleType) else self._complex(type_)
            self.schemas[self.names[key]] = definition
        return {"$ref": f"#/components/schemas/{self.names[key]}"}

    def _component(self, name: str) -> str:
        free, number = name, 2
        while any(free.lower() == other.lower() for other in self.schemas):
            free, number = f"{name}{number}", number + 1
        return free

    def _complex(self, type_: ComplexType) -> JsonObject:
        if type_.abstract or type_.wildcard is not None:
            self._lose("an abstract type, or one with any attributes", type_.source.place)
        schema: JsonObject = {"type": "object"}
        if type_.source.documentation:
            schema["description"] = type_.source.documentation
        if type_.particle is not None and self._is_anything(type_):
            return schema
        if type_.mixed:
            self._lose("mixed content", type_.source.place)
        properties: JsonObject = {}
        required: list[str] = []
        for qualified, use in type_.attributes.items():
            name, xml = local_name(qualified), {"attribute": True}
            if use.fixed is not None or namespace_of(qualified):
                self._lose("an attribute with a fixed value or a namespace", use.place)
            content = self._describe(use.type, use.documentation)
            fixed = {} if use.fixed is None else {"const": use.fixed}
            properties[name] = {**content, **fixed, "xml": xml}
            required += [name] if use.required else []
        if type_.simple is not None:
            self._lose("an element with text and attributes", type_.source.place)
            properties[_free_name("value", properties)] = {**self._type(type_.simple), "x-xsd-text": True}
        elif type_.particle is not None:
            schema |= self._content(type_.particle, type_, properties, required)
        return schema | {"properties": properties} | ({"required": required} if required else {})

    @staticmethod
    def _is_anything(type_: ComplexType) -> bool:
        """Whether a type accepts any XML."""
        particle = type_.particle
        return (
            type_.mixed
            and particle is not None
            and isinstance(particle.term, ModelGroup)
            and len(particle.term.particles) == 1
            and not isinstance(particle.term.particles[0].term, ElementDeclaration | ModelGroup)
        )

    def _content(
        self, particle: Particle, type_: ComplexType, properties: JsonObject, required: list[str]
    ) -> JsonObject:
        """Add the elements of a content model to the properties; return the other keywords of the object."""
        exact: JsonObject = dict(properties)
        needed: list[str] = []
        try:
            keywords = self._exact_content(particle, type_, exact, needed)
        except _Inexpressible as inexpressible:
            self.lost.append(inexpressible.loss)
            return self._flat_content(particle, properties)
        properties |= exact
        required += needed
        return keywords

    def _flat_content(self, particle: Particle, properties: JsonObject) -> JsonObject:
        """Add all elements of a content model as optional properties, those that may repeat as arrays."""
        keywords: JsonObject = {}
        waiting = [(particle, False)]
        while waiting:
            part, repeats = waiting.pop()
            repeats = repeats or part.maximum != 1
            if isinstance(part.term, ModelGroup):
                waiting += [(child, repeats) for child in reversed(part.term.particles)]
            elif isinstance(part.term, ElementDeclaration):
                name = local_name(part.term.name)
                maximum = None if name in properties or repeats else 1
                properties.pop(name, None)
                self._property(Particle(part.term, 0, maximum), part.term, properties, [])
            else:
                keywords["additionalProperties"] = True
        return keywords

    def _exact_content(
        self, particle: Particle, type_: ComplexType, properties: JsonObject, required: list[str]
    ) -> JsonObject:
        """Add the elements of a content model to the properties; return its choice, if it ends in one.

        Raises:
            _Inexpressible: OpenAPI can't express the model.
        """
        alternatives: list[JsonObject] = []
        for part in self._sequence(particle, type_):
            if alternatives:
                raise _Inexpressible("elements after a choice", type_.source.place)
            if isinstance(part.term, ElementDeclaration):
                self._property(part, part.term, properties, required)
                continue
            assert isinstance(part.term, ModelGroup)
            if part.minimum != 1 or part.maximum != 1:
                raise _Inexpressible("a choice that is optional or repeats", type_.source.place)
            for alternative in part.term.particles:
                inside: JsonObject = {}
                needed: list[str] = []
                for child in self._sequence(alternative, type_):
                    if not isinstance(child.term, ElementDeclaration):
                        raise _Inexpressible("a choice inside a choice", type_.source.place)
                    self._property(child, child.term, inside, needed)
                alternatives.append({"type": "object", "properties": inside, "required": needed})
        return {"oneOf": alternatives} if alternatives else {}

    def _sequence(self, particle: Particle, type_: ComplexType) -> Iterator[Particle]:
        """Yield the particles of a sequence, with nested sequences flattened."""
        term = particle.term
        if isinstance(term, ElementDeclaration) or (isinstance(term, ModelGroup) and term.kind == "choice"):
            yield particle
        elif isinstance(term, ModelGroup) and term.kind == "sequence":
            if particle.minimum != 1 or particle.maximum != 1:
                raise _Inexpressible("a group that is optional or repeats", type_.source.place)
            for inside in term.particles:
                yield from self._sequence(inside, type_)
        else:
            raise _Inexpressible("an xs:all or a wildcard", type_.source.place)

    def _property(
        self, particle: Particle, element: ElementDeclaration, properties: JsonObject, required: list[str]
    ) -> None:
        name = local_name(element.name)
        if name in properties:
            raise _Inexpressible(f"two particles <{name}> in one type", element.place)
        schema = self._describe(element.type, element.documentation) | self._values(element)
        if element.nillable:
            schema["x-xsd-nillable"] = True
        if particle.maximum != 1:
            schema = {"type": "array", "items": {**schema, "xml": {"name": name}}}
            if particle.minimum > 1:
                schema["minItems"] = particle.minimum
            if particle.maximum is not None:
                schema["maxItems"] = particle.maximum
        else:
            schema["xml"] = {"name": name}
        properties[name] = schema
        required += [name] if particle.minimum else []

    def _values(self, element: ElementDeclaration) -> JsonObject:
        """Return the keywords of the fixed or default value of an element."""
        if element.fixed is not None or element.default is not None or element.abstract or element.constraints:
            self._lose("an element that is abstract, or has a fixed or default value or a key", element.place)
        keywords: JsonObject = {} if element.default is None else {"default": element.default}
        return keywords if element.fixed is None else {"const": element.fixed}

    def _describe(self, type_: Type, documentation: str) -> JsonObject:
        schema = self._type(type_)
        return {**schema, "description": documentation} if documentation else schema

    def _simple(self, type_: SimpleType) -> JsonObject:
        description = {"description": type_.source.documentation} if type_.source.documentation else {}
        if isinstance(type_, Union):
            return {"oneOf": [self._type(member) for member in type_.members]} | description
        if isinstance(type_, List):
            self._lose("a list of values", type_.source.place)
            return {"type": "array", "items": self._type(type_.item), "x-xsd-list": True} | description
        assert isinstance(type_, Restriction)
        assert type_.base is not None
        schema = self._type(type_.base) if type_.base.is_builtin else self._simple(type_.base)
        facets: dict[str, Any] = dict(schema.pop("x-xsd-facets", {}))
        for facet in type_.facets:
            if facet.name == "enumeration":
                schema["enum"] = list(type_.enumeration or ())
            elif facet.name in _LENGTHS:
                schema[facet.name] = whole_number(facet.value)
            elif facet.name == "pattern" and "pattern" in facets:
                self._lose("more than one pattern", facet.place)
            else:
                facets[facet.name] = facet.value
        if facets:
            schema["x-xsd-facets"] = facets
        return schema | description


def _free_name(name: str, taken: JsonObject) -> str:
    """Return a name, with a number appended if the name is taken."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free
