"""Checks values of keywords in schema objects that would make the XSD looser if they were ignored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemapress.errors import SchemapressError, nearest_of
from schemapress.write.json_types import ANY, TYPES

from .json_node import JsonNode

_TYPES = (*TYPES, "null")
_TRUE_OR_FALSE = ("nullable", "readOnly", "writeOnly", "uniqueItems", "deprecated")
_OF_XML = ("attribute", "wrapped")
_PARTS = ("allOf", "oneOf", "anyOf")


def check_keywords(schemas: Iterable[JsonNode], version: str) -> None:
    """Check schema objects of a document, and all schema objects inside them.

    Raises:
        SchemapressError: a type is unknown, a required property is not declared, or a value must be true or false and
            is not; with its place and the nearest name.
    """
    waiting = [(schema, False) for schema in schemas]
    seen: set[tuple[str, bool]] = set()
    while waiting:
        node, is_part = waiting.pop()
        if (node.place, is_part) in seen or not isinstance(node.value, dict):
            continue
        seen.add((node.place, is_part))
        _check_type(node)
        _check_values(node, version)
        if not is_part:  # the whole may declare what a part requires
            _check_required(node)
        waiting += ((property_, False) for _, property_ in node["properties"].items())
        waiting += ((part, True) for keyword in _PARTS for part in node[keyword])
        waiting += [(node["items"], False), (node["additionalProperties"], False)]


def _fail(node: JsonNode, below: str, message: str, hint: str) -> SchemapressError:
    return SchemapressError(message, place=f"{node.place}/{below}", hint=hint)


def _check_type(node: JsonNode) -> None:
    if "type" not in node:
        return
    types = node.get("type")
    for number, type_ in enumerate(types if isinstance(types, list) else [types]):
        if type_ in _TYPES or type_ == ANY:
            continue
        below = f"type/{number}" if isinstance(types, list) else "type"
        if type_ is None:
            raise _fail(node, below, "This type is null, which YAML takes for no value.", "Write 'null', in quotes.")
        name = str(type_)[:100]
        raise _fail(node, below, f"There is no type {name!r}.", nearest_of(name, _TYPES))


def _check_values(node: JsonNode, version: str) -> None:
    for keyword in _TRUE_OR_FALSE:
        _check_boolean(node, keyword, keyword)
    for keyword in _OF_XML:
        _check_boolean(node["xml"], keyword, keyword)
    for keyword in ("exclusiveMinimum", "exclusiveMaximum"):
        value = node.get(keyword)
        if value is None or isinstance(value, bool | int | float):
            continue
        is_30 = version.startswith("3.0")
        message = f"`{keyword}` is {str(value)[:100]!r}; expected {'true or false' if is_30 else 'a number'}."
        raise _fail(node, keyword, message, _nearest_value(value) if is_30 else "Fix the document.")


def _check_boolean(node: JsonNode, keyword: str, below: str) -> None:
    value = node.get(keyword)
    if value is not None and not isinstance(value, bool):
        message = f"`{keyword}` is {str(value)[:100]!r}; expected true or false."
        raise _fail(node, below, message, _nearest_value(value))


def _nearest_value(value: object) -> str:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return f"Write {value.lower()}, without quotes."
    hint = nearest_of(str(value)[:100], ("true", "false"))
    return hint if hint.startswith("Did") else "Fix the document."


def _check_required(node: JsonNode) -> None:
    """Check that an object declares the properties that it or one of its parts requires.

    A part may require a property that another part declares. Objects that declare no property, or accept additional
    ones, may require any.
    """
    parts = list(_parts(node))
    if not any(isinstance(part.get("required"), list) for part in parts):
        return
    names = [name for part in parts for name, _ in part["properties"].items()]
    if not names or any(part.get("additionalProperties") or part.get("patternProperties") for part in parts):
        return
    for part in parts:
        listed = part.get("required")
        for number, name in enumerate(listed if isinstance(listed, list) else ()):
            if name not in names:
                message = f"The property {str(name)[:100]!r} is required, but `properties` does not declare it."
                raise _fail(part, f"required/{number}", message, nearest_of(str(name)[:100], names))


def _parts(node: JsonNode) -> Iterator[JsonNode]:
    """Yield a schema object, and the parts that it is composed of."""
    waiting, seen = [node], set()
    while waiting:
        part = waiting.pop()
        if part.place not in seen:
            seen.add(part.place)
            yield part
            waiting += (inner for keyword in _PARTS for inner in part[keyword])
