"""The operations of an OpenAPI document that have XML bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..words import words
from .document import Node
from .schema_types import is_nullable

_METHODS = ("get", "put", "post", "patch", "delete")
_STATUS = re.compile(r"[1-5][0-9]{2}")
_XML = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?xml")


@dataclass(frozen=True, slots=True)
class Body:
    """The XML body of a request or a response: its key, its media type, and its schema object."""

    key: str
    media_type: str
    schema: Node
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation with an XML body."""

    name: str
    method: str
    path: str
    node: Node
    kind: str
    bodies: tuple[Body, ...]
    statuses: tuple[int, ...]


def operations(root: Node) -> Iterator[Operation]:
    """Yield the operations of a document: those of its paths, their callbacks, and its webhooks."""
    for path, item in root["paths"].items():
        yield from _of_item(item, path, "path")
    for name, item in root["webhooks"].items():
        yield from _of_item(item, f"/{name}", "webhook")


def _of_item(item: Node, path: str, kind: str) -> Iterator[Operation]:
    for method in _METHODS:
        if method not in item:
            continue
        node = item[method]
        name = _identifier(node.text("operationId")) or _name_of(method, path)
        yield Operation(name, method.upper(), path, node, kind, tuple(_bodies(node)), tuple(_statuses(node)))
        for callback, expressions in node["callbacks"].items():
            for expression, called in expressions.items():
                names = re.findall(r"[A-Za-z0-9_.-]+", re.sub(r"\{[^{}]*\}", "", expression)) or [callback]
                yield from _of_item(called, "/" + "/".join(names), "callback")


def _identifier(text: str) -> str:
    """Return an operationId as a name: as it is where it is one, otherwise its words."""
    if re.fullmatch(r"[A-Za-z_][\w.-]*", text):
        return text
    name = "".join(words(text))
    return name[:1].lower() + name[1:]


def _name_of(method: str, path: str) -> str:
    parts = words(re.sub(r"[{}]", "", path))
    return method + "".join(parts)


def _bodies(node: Node) -> Iterator[Body]:
    for media_type, media in node["requestBody"]["content"].items():
        if _XML.fullmatch(media_type.partition(";")[0].strip()):
            yield Body("request", media_type, media["schema"])
            break
    for status, response in node["responses"].items():
        for media_type, media in response["content"].items():
            if _STATUS.fullmatch(status) and _XML.fullmatch(media_type.partition(";")[0].strip()):
                yield Body(f"response-{status}", media_type, media["schema"], int(status))
                break


def _statuses(node: Node) -> Iterator[int]:
    yield from (int(status) for status, _ in node["responses"].items() if _STATUS.fullmatch(status))


def root_name(body: Body, operation: Operation) -> tuple[str, bool]:
    """Return the name of a root element, and whether the document says it."""
    named = body.schema["xml"].get("name")
    if named:
        return str(named), True
    owner, _, last = body.schema.pointer.rpartition("/")
    if owner.endswith("/schemas"):
        return last, True
    name = operation.name[0].lower() + operation.name[1:]
    return (name if body.status is None else f"{name}Response{body.status}"), False


def security(node: Node, root: Node) -> str:
    """Return how a client proves who it is: `certificate` for mutual TLS, or the names of the schemes."""
    required = node.get("security")
    if required is None:
        required = root.get("security")
    listed = required if isinstance(required, list) else []
    names = [str(name) for one in listed if isinstance(one, dict) for name in one]
    kinds = {str(root["components"]["securitySchemes"][name].get("type", "")) for name in names}
    return "certificate" if "mutualTLS" in kinds else ", ".join(dict.fromkeys(names)) or "none"


def fields_of(schema: Node, *, nullable: bool = False) -> Iterator[str]:
    """Yield every property inside of a schema object by its place, or those that may be null."""
    for owner in _owners(schema, set()):
        for key, property_ in owner["properties"].items():
            if not nullable or is_nullable(property_):
                yield f"{owner.place}/properties/{key}"


def _owners(schema: Node, seen: set[str]) -> Iterator[Node]:
    """Yield a schema object and all that it is made of."""
    if schema.place in seen or not isinstance(schema.value, dict):
        return
    seen.add(schema.place)
    yield schema
    for _, property_ in schema["properties"].items():
        yield from _owners(property_, seen)
    for keyword in ("allOf", "oneOf", "anyOf"):
        for part in schema[keyword]:
            yield from _owners(part, seen)
    yield from _owners(schema["items"], seen)
