"""What an OpenAPI document says beside the XML bodies of its operations, none of which an XSD has a place for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..omission import Omission
from .document import Node
from .operations import METHODS, STATUS, Body, Operation, is_xml

_NO_PARAMETERS = "endpoint facts have no parameters"
_NO_SERVER = "endpoint facts have the path alone"
_FURTHER_METHODS = ("head", "options", "trace", "query")


def of_document(root: Node) -> Iterator[Omission]:
    """Yield what a document says of all its operations."""
    yield from _servers(root)
    for name, scheme in root["components"]["securitySchemes"].items():
        if scheme.get("type") != "mutualTLS":
            what = f"how the security scheme `{name}` works ({scheme.get('type')})"
            yield Omission(what, scheme.place, "endpoint facts have its name alone")


def of_item(item: Node, path: str) -> Iterator[Omission]:
    """Yield what a path item says of all its operations, and its operations of a method that endpoints do not have."""
    yield from _servers(item)
    yield from _parameters(item)
    for method in _FURTHER_METHODS:
        if method in item:
            why = f"endpoints have one of {', '.join(METHODS).upper()}"
            yield Omission(f"the operation {method.upper()} {path}", item[method].place, why)


def of_operation(operation: Operation) -> Iterator[Omission]:
    """Yield what an operation says that its XSD does not, or that it is not captured at all."""
    node = operation.node
    what = f"the operation {operation.method} {operation.path}"
    if not operation.bodies:
        yield Omission(what, node.place, "it has no XML body")
        return
    if not operation.has_request:
        yield Omission(what, node.place, "it has no XML request; the elements of its responses are captured")
    yield from _servers(node)
    yield from _parameters(node)
    if node.get("deprecated") is True:
        yield Omission(f"that {operation.method} {operation.path} is deprecated", node.place, "an XSD can't say it")
    request = node["requestBody"]
    yield from _media(request, "the request", next((one for one in operation.bodies if one.status is None), None))
    for status, response in node["responses"].items():
        if not STATUS.fullmatch(status):
            yield Omission(f"the response {status}", response.place, "endpoint facts have one status for each response")
            continue
        body = next((one for one in operation.bodies if one.status == int(status)), None)
        yield from _media(response, f"the response {status}", body)
        for name, header in response["headers"].items():
            why = "endpoint facts have no header fields"
            yield Omission(f"the header field `{name}` of the response {status}", header.place, why)
        for name, link in response["links"].items():
            yield Omission(f"the link `{name}` of the response {status}", link.place, "endpoint facts have no links")


def of_namespaces(bodies: Iterable[Body], namespace: str) -> Iterator[Omission]:
    """Yield the namespaces of roots that are others than the one that the XSDs are in."""
    for body in bodies:
        own = str(body.schema["xml"].get("namespace") or "")
        if namespace and own != namespace:
            what = f"that the root of {body.key} is in {f'the namespace {own!r}' if own else 'no namespace'}"
            yield Omission(what, body.schema.place, f"the XSDs of a document share one namespace, {namespace!r}")


def of_components(root: Node, reached: frozenset[str]) -> Iterator[Omission]:
    """Yield the schemas of a document that no XML body refers to."""
    unused = [name for name, schema in root["components"]["schemas"].items() if schema.place not in reached]
    if unused:
        what = f"the schema{'s' if len(unused) > 1 else ''} {', '.join(f'`{name}`' for name in unused)}"
        yield Omission(what, f"{root.place}/components/schemas", "no XML body refers to it")


def _servers(node: Node) -> Iterator[Omission]:
    for server in node["servers"]:
        yield Omission(f"the server {server.text('url')!r}", server.place, _NO_SERVER)


def _parameters(node: Node) -> Iterator[Omission]:
    for one in node["parameters"]:
        yield Omission(f"the {one.text('in') or 'nameless'} parameter `{one.text('name')}`", one.place, _NO_PARAMETERS)


def _media(node: Node, what: str, captured: Body | None) -> Iterator[Omission]:
    for media_type, media in node["content"].items():
        if captured is None or media_type != captured.media_type:
            why = "another body of it is captured" if is_xml(media_type) else "it is not XML"
            yield Omission(f"{what} as {media_type}", media.place, why)
