"""Lists the parts of an OpenAPI document that an XSD can't express: everything but the XML bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemapress.load.endpoint_facts import METHODS, allows_body

from ...omission import Omission
from .json_node import JsonNode
from .operations import STATUS, Body, Operation, is_xml
from .parameters import parameters_of, why_not_captured

_NO_ENDPOINT = "no endpoint is captured of an operation without an XML request"
_NO_SERVER = "endpoint facts have only the path"
_FURTHER_METHODS = ("head", "options", "trace", "query")


def of_document(root: JsonNode) -> Iterator[Omission]:
    """Yield omissions about all operations of a document."""
    yield from _servers(root)
    for name, scheme in root["components"]["securitySchemes"].items():
        if scheme.get("type") != "mutualTLS":
            what = f"the security scheme `{name}` ({scheme.get('type')})"
            yield Omission(what, scheme.place, "endpoint facts have only client certificates")


def of_item(item: JsonNode, path: str) -> Iterator[Omission]:
    """Yield omissions about a path item, and its operations with methods that endpoints can't have."""
    yield from _servers(item)
    for method in _FURTHER_METHODS:
        if method in item:
            why = f"endpoints have one of {', '.join(METHODS)}"
            yield Omission(f"the operation {method.upper()} {path}", item[method].place, why)


def of_operation(operation: Operation) -> Iterator[Omission]:
    """Yield omissions about an operation, which may not be captured at all."""
    node = operation.node
    name = f"the operation {operation.method} {operation.path}"
    if not operation.bodies:
        yield Omission(name, node.place, "it has no XML body")
        return
    if not operation.has_endpoint:
        yield Omission(name, node.place, "it has no XML request; the elements of its responses are captured")
    yield from _servers(node)
    for parameter in parameters_of(operation):
        why = why_not_captured(parameter, operation.path) if operation.has_endpoint else _NO_ENDPOINT
        if why is not None:
            kind = parameter.text("in") or "nameless"
            yield Omission(f"the {kind} parameter `{parameter.text('name')}`", parameter.place, why)
    if node.get("deprecated") is True:
        yield Omission(f"that {operation.method} {operation.path} is deprecated", node.place, "an XSD can't express it")
    request = node["requestBody"]
    by_status = {body.status: body for body in operation.bodies}
    yield from _media(request, "the request", by_status.get(None))
    for status, response in node["responses"].items():
        if not STATUS.fullmatch(status):
            yield Omission(f"the response {status}", response.place, "endpoint facts have one status per response")
            continue
        body = by_status.get(int(status))
        yield from _media(response, f"the response {status}", body, may_have_body=allows_body(int(status)))
        for name, header in response["headers"].items():
            why = "endpoint facts have no header fields"
            yield Omission(f"the header field `{name}` of the response {status}", header.place, why)
        for name, link in response["links"].items():
            yield Omission(f"the link `{name}` of the response {status}", link.place, "endpoint facts have no links")


def of_namespaces(bodies: Iterable[Body], namespace: str) -> Iterator[Omission]:
    """Yield the namespaces of roots other than that of the XSDs."""
    for body in bodies:
        own = str(body.schema["xml"].get("namespace") or "")
        if namespace and own != namespace:
            what = f"that the root of {body.key} is in {f'the namespace {own!r}' if own else 'no namespace'}"
            yield Omission(what, body.schema.place, f"the XSDs of a document share one namespace, {namespace!r}")


def of_components(root: JsonNode, reached: frozenset[str]) -> Iterator[Omission]:
    """Yield the schemas of a document that no XML body refers to."""
    unused = [name for name, schema in root["components"]["schemas"].items() if schema.place not in reached]
    if unused:
        what = f"the schema{'s' if len(unused) > 1 else ''} {', '.join(f'`{name}`' for name in unused)}"
        yield Omission(what, f"{root.place}/components/schemas", "no XML body refers to it")


def _servers(node: JsonNode) -> Iterator[Omission]:
    for server in node["servers"]:
        yield Omission(f"the server {server.text('url')!r}", server.place, _NO_SERVER)


def _media(node: JsonNode, owner: str, captured: Body | None, *, may_have_body: bool = True) -> Iterator[Omission]:
    for media_type, media in node["content"].items():
        if captured is None or media_type not in (captured.media_type, *captured.others):
            why = "another body of it is captured" if is_xml(media_type) else "it is not XML"
            if not may_have_body:
                why = "HTTP gives this status no body"
            yield Omission(f"{owner} as {media_type}", media.place, why)
