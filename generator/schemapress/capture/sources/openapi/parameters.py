"""The parameters of an operation: which ones endpoint facts can have, and their types."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemapress.load.endpoint_facts import FIELDS_OF_HTTP, LOCATIONS
from schemapress.load.schema import ParameterFacts
from schemapress.private_fields import is_private
from schemapress_runtime.names import clark
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.place import NOWHERE
from schemapress_runtime.xsd.simple_type import SimpleType

from ...plan.object_type import rename
from ...words import camel, free_name
from .json_node import JsonNode
from .operations import Operation
from .schema_types import TypeMaker, Types

_HEADER_NAME = re.compile(r"[A-Za-z0-9\-]+")
_STYLES = {"path": "simple", "query": "form", "header": "simple"}


def parameters_of(operation: Operation) -> Iterator[JsonNode]:
    """Yield the parameters of an operation and its path item; its own take the place of others (OpenAPI §4.8.9)."""
    own = {_key(parameter): parameter for parameter in operation.node["parameters"]}
    yield from (parameter for parameter in operation.item["parameters"] if _key(parameter) not in own)
    yield from own.values()


def _key(parameter: JsonNode) -> tuple[str, str]:
    return parameter.text("in"), parameter.text("name")


def why_not_captured(parameter: JsonNode, path: str) -> str | None:
    """Return why endpoint facts can't have a parameter of a path, or None if they can."""
    location, name, schema = parameter.text("in"), parameter.text("name"), parameter["schema"]
    if location not in LOCATIONS:
        return "endpoint facts have parameters in path, query and header fields"
    if location == "path" and f"{{{name}}}" not in path:
        return "the path of the endpoint does not have it"
    if location == "header" and (
        name.lower() in FIELDS_OF_HTTP or is_private(name.lower()) or not _HEADER_NAME.fullmatch(name)
    ):
        return "it is a header field that HTTP or the application reads itself"
    kinds = schema.get("type") if isinstance(schema.get("type"), list) else [schema.get("type")]
    if "content" in parameter or {"array", "object"} & set(map(str, kinds)) or "properties" in schema:
        return "endpoint facts have parameters of one text"
    if parameter.get("style", _STYLES[location]) != _STYLES[location]:
        return "endpoint facts have no styles"
    return None


def make_parameters(operation: Operation, maker: TypeMaker, own: Types) -> Iterator[ParameterFacts]:
    """Yield the parameters of an operation, with global simple types for those that are restricted."""
    for parameter in parameters_of(operation):
        location = LOCATIONS.get(parameter.text("in"))
        if location is None or why_not_captured(parameter, operation.path) is not None:
            continue
        name = parameter.text("name")
        type_ = maker.type_of(parameter["schema"], camel(name)) if "schema" in parameter else BUILTIN["string"]
        if not isinstance(type_, SimpleType):
            type_ = BUILTIN["string"]
        elif type_.source.name is None:
            type_name = free_name(camel(name), {*own.simple, *own.objects, *own.taken})
            type_ = own.simple[type_name] = rename(type_, clark(own.namespace, type_name))
        required = location == "path" or parameter.get("required") is True
        yield ParameterFacts(name, location, type_, required, NOWHERE)
