"""The operations of an OpenAPI document that have XML bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.load.endpoint_facts import METHODS, METHODS_WITHOUT_BODY, allows_body

from ...words import words
from .json_node import JsonNode
from .schema_types import is_nullable

METHOD_KEYS = tuple(map(str.lower, METHODS))
"""The keys of operations in a path item."""
STATUS = re.compile(r"[1-5][0-9]{2}")
_PARAMETERS = re.compile("[; ]")
_XML = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?xml")


@dataclass(frozen=True, slots=True)
class Body:
    """The XML body of a request or a response: its key, its media type, and its schema object.

    `others` are further media types of XML in which it is the same.
    """

    key: str
    media_type: str
    schema: JsonNode
    status: int | None = None
    others: tuple[str, ...] = ()

    @property
    def media_types(self) -> str:
        """All media types, as endpoint facts have them."""
        return " ".join((self.media_type, *self.others))


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation with an XML body."""

    name: str
    method: str
    path: str
    node: JsonNode
    kind: str
    bodies: tuple[Body, ...]
    statuses: tuple[int, ...]
    item: JsonNode

    @property
    def has_endpoint(self) -> bool:
        """Whether endpoint facts can describe the operation: it has an XML request, or needs no request body."""
        has_no_request = self.method in METHODS_WITHOUT_BODY and "requestBody" not in self.node
        return has_no_request or any(body.status is None for body in self.bodies)


def is_xml(media_type: str) -> bool:
    """Whether a media type is XML."""
    return _XML.fullmatch(media_type.partition(";")[0].strip().lower()) is not None


@dataclass(frozen=True, slots=True)
class PathItem:
    """A path item: its path, and its kind: path, webhook or callback."""

    path: str
    node: JsonNode
    kind: str


def items(root: JsonNode) -> Iterator[PathItem]:
    """Yield the path items of a document: its paths, the callbacks of their operations, and its webhooks."""
    for path, item in root["paths"].items():
        if path.startswith("/"):
            yield from _with_callbacks(PathItem(path, item, "path"))
    for name, item in root["webhooks"].items():
        yield from _with_callbacks(PathItem(f"/{name}", item, "webhook"))


def _with_callbacks(item: PathItem) -> Iterator[PathItem]:
    yield item
    for method in METHOD_KEYS:
        for callback, expressions in item.node[method]["callbacks"].items():
            for expression, called in expressions.items():
                names = re.findall(r"[A-Za-z0-9_.-]+", re.sub(r"\{[^{}]*\}", "", expression)) or [callback]
                yield from _with_callbacks(PathItem("/" + "/".join(names), called, "callback"))


def operations(item: PathItem) -> Iterator[Operation]:
    """Yield the operations of a path item."""
    for method in METHOD_KEYS:
        if method in item.node:
            node = item.node[method]
            name = _identifier(node.text("operationId")) or _name_of(method, item.path)
            bodies, statuses = tuple(_bodies(node)), tuple(_statuses(node))
            yield Operation(name, method.upper(), item.path, node, item.kind, bodies, statuses, item.node)


def _identifier(text: str) -> str:
    """Return an operationId as a name: unchanged if it is one, otherwise its words joined."""
    if re.fullmatch(r"[A-Za-z_][\w.-]*", text):
        return text
    name = "".join(words(text))
    return name[:1].lower() + name[1:]


def _name_of(method: str, path: str) -> str:
    parts = words(re.sub(r"[{}]", "", path))
    return method + "".join(parts)


def _bodies(node: JsonNode) -> Iterator[Body]:
    yield from _body("request", node["requestBody"], None)
    for status, response in node["responses"].items():
        if STATUS.fullmatch(status) and allows_body(int(status)):
            yield from _body(f"response-{status}", response, int(status))


def _body(key: str, node: JsonNode, status: int | None) -> Iterator[Body]:
    """Yield the XML body of a request or a response, if it has one: the first one."""
    content = [(media_type, media["schema"]) for media_type, media in node["content"].items() if is_xml(media_type)]
    if content:
        (media_type, schema), *others = content
        same = (other for other, as_other in others if as_other.value == schema.value and not _PARAMETERS.search(other))
        yield Body(key, media_type, schema, status, tuple(same))


def _statuses(node: JsonNode) -> Iterator[int]:
    yield from (int(status) for status, _ in node["responses"].items() if STATUS.fullmatch(status))


def root_name(body: Body, operation: Operation) -> tuple[str, bool]:
    """Return the name of a root element, and whether the document gives it."""
    xml_name = body.schema["xml"].get("name")
    if xml_name:
        return str(xml_name), True
    owner, _, last = body.schema.pointer.rpartition("/")
    if owner.endswith("/schemas"):
        return last, True
    name = operation.name[0].lower() + operation.name[1:]
    return (name if body.status is None else f"{name}Response{body.status}"), False


def security(node: JsonNode, root: JsonNode) -> str:
    """Return the security of the endpoint facts: `certificate` where mutual TLS is one of the schemes, else `none`."""
    required = node.get("security")
    if required is None:
        required = root.get("security")
    listed = required if isinstance(required, list) else []
    names = [str(name) for requirement in listed if isinstance(requirement, dict) for name in requirement]
    kinds = {str(root["components"]["securitySchemes"][name].get("type", "")) for name in names}
    return "certificate" if "mutualTLS" in kinds else "none"


def fields_of(schema: JsonNode, *, nullable: bool = False) -> Iterator[str]:
    """Yield the place of every property inside a schema object, or only of those that may be null."""
    for owner in _owners(schema, set()):
        for key, property_ in owner["properties"].items():
            if not nullable or is_nullable(property_):
                yield f"{owner.place}/properties/{key}"


def places_of(schema: JsonNode) -> Iterator[str]:
    """Yield the places of a schema object and of all schema objects inside it."""
    yield from (owner.place for owner in _owners(schema, set()))


def _owners(schema: JsonNode, seen: set[str]) -> Iterator[JsonNode]:
    """Yield a schema object and all schema objects inside it."""
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
