"""The types of JSON Schema and OpenAPI, and the equivalent built-in types of XML Schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

JsonObject = dict[str, Any]  # whatever JSON can hold

SCALARS: Mapping[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
"""The `type` of a single value, by the class that Python's parser of JSON gives it."""

TYPES = (*SCALARS.values(), "object", "array")
"""All that `type` can be, apart from `null`."""

ANY = "any"
"""Stands for any type in pages, and in OpenAPI documents whose authors take it for one."""


class JsonType(NamedTuple):
    """A `type` with its `format`, which may be empty, and the local name of the built-in type."""

    type: str
    format: str
    builtin: str


JSON_TYPES = (
    JsonType("string", "", "string"),
    JsonType("boolean", "", "boolean"),
    JsonType("integer", "", "integer"),
    JsonType("integer", "int32", "int"),
    JsonType("integer", "int64", "long"),
    JsonType("number", "", "decimal"),
    JsonType("number", "float", "float"),
    JsonType("number", "double", "double"),
    JsonType("string", "date", "date"),
    JsonType("string", "date-time", "dateTime"),
    JsonType("string", "time", "time"),
    JsonType("string", "duration", "duration"),
    JsonType("string", "uri", "anyURI"),
    JsonType("string", "byte", "base64Binary"),
)

_BUILTIN = {(row.type, row.format): row.builtin for row in JSON_TYPES}

BUILTIN_BY_FORMAT = {row.format: row.builtin for row in JSON_TYPES if row.format}
"""The built-in type of each format, for any `type`."""


def type_of_values(values: Iterable[object]) -> str:
    """Return the `type` that all of some values have, of which null has any; empty where there is none."""
    classes = {type(value) for value in values if value is not None}
    return SCALARS.get(classes.pop(), "") if len(classes) == 1 else ""


def is_known_format(type_: str, format_: object) -> bool:
    """Whether a format of a type has an equivalent built-in type."""
    return isinstance(format_, str) and (type_, format_) in _BUILTIN


def builtin_of(type_: str, format_: str = "") -> str:
    """Return the local name of the built-in type for a type and a format; string if both are unknown."""
    return _BUILTIN.get((type_, format_), _BUILTIN.get((type_, ""), "string"))
