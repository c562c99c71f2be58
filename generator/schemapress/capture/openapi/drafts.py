"""The operations of an OpenAPI document as drafts: an XSD each, and one for the types that they share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from schemapress.errors import SchemapressError

from ..components import Facts, Root, SchemaFile
from ..draft import Draft, Written
from ..question import Decision, Evidence, Question
from ..questions.nullable import LEFT_OUT, NIL
from ..words import hyphenated, words
from .document import Documents, Node
from .schema_types import TypeMaker, Types, is_nullable

TYPES = "types.xsd"
_METHODS = ("get", "put", "post", "patch", "delete")
_VERSION = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?[ \t]*:", re.MULTILINE)
_XML = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?xml")


def accepts(text: str) -> bool:
    """Whether a text is an OpenAPI document: a JSON object, or YAML with the key that says the version."""
    return text.lstrip().startswith("{") or _VERSION.search(text) is not None


@dataclass(frozen=True, slots=True)
class _Body:
    """The XML body of a request or a response: its key, its media type, and its schema object."""

    key: str
    media_type: str
    schema: Node
    status: int | None = None


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation with an XML body."""

    name: str
    method: str
    path: str
    node: Node
    kind: str
    bodies: tuple[_Body, ...]
    statuses: tuple[int, ...]


def drafts(text: str, path: Path) -> list[Draft]:
    """Return the drafts of a document.

    Raises:
        SchemapressError: it is no OpenAPI 3.0 or 3.1, or no operation has an XML body.
    """
    root = Documents().root(path, text)
    version = str(root.get("openapi", ""))
    if not version.startswith(("3.0", "3.1")):
        said = version or f"Swagger {root.get('swagger')}"
        message = f"This is OpenAPI {said}; expected 3.0 or 3.1."
        raise SchemapressError(message, place=path.name, hint="Convert it first.")
    operations = [operation for operation in _operations(root) if operation.bodies]
    if not operations:
        hint = "Expected is a media type such as application/xml in a request or a response."
        raise SchemapressError("No operation of this document has an XML body.", place=path.name, hint=hint)
    namespaces = {_namespace(body.schema) for operation in operations for body in operation.bodies} - {""}
    namespace = namespaces.pop() if len(namespaces) == 1 else ""
    shared = _types(namespace)
    made = [_draft(operation, shared, namespace, root) for operation in operations]
    return [*made, Draft(TYPES, (), lambda *_: Written(_shared_file(shared, root)), ())]


def _types(namespace: str) -> Types:
    return Types({}, {}, [], set(), {}, {}, False, namespace)


def _shared_file(shared: Types, root: Node) -> SchemaFile:
    title = root["info"].text("title")
    return SchemaFile(
        shared.namespace,
        documentation=f"Types that the messages of {title or 'this API'} share.",
        roots=tuple(shared.roots.values()),
        complex_types=tuple(shared.complex.values()),
        simple_types=tuple(shared.simple.values()),
    )


def _operations(root: Node) -> Iterator[_Operation]:
    for path, item in root["paths"].items():
        yield from _of_item(item, path, "path")
    for name, item in root["webhooks"].items():
        yield from _of_item(item, f"/{name}", "webhook")


def _of_item(item: Node, path: str, kind: str) -> Iterator[_Operation]:
    for method in _METHODS:
        if method not in item:
            continue
        node = item[method]
        name = _identifier(node.text("operationId")) or _name_of(method, path)
        yield _Operation(name, method.upper(), path, node, kind, tuple(_bodies(node)), tuple(_statuses(node)))
        for callback, expressions in node["callbacks"].items():
            for expression, called in expressions.items():
                names = re.findall(r"[A-Za-z0-9_.-]+", re.sub(r"\{[^}]*\}", "", expression)) or [callback]
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


def _bodies(node: Node) -> Iterator[_Body]:
    for media_type, media in node["requestBody"]["content"].items():
        if _XML.fullmatch(media_type.partition(";")[0].strip()):
            yield _Body("request", media_type, media["schema"])
            break
    for status, response in node["responses"].items():
        for media_type, media in response["content"].items():
            if status.isdigit() and _XML.fullmatch(media_type.partition(";")[0].strip()):
                yield _Body(f"response-{status}", media_type, media["schema"], int(status))
                break


def _statuses(node: Node) -> Iterator[int]:
    yield from (int(status) for status, _ in node["responses"].items() if status.isdigit())


def _namespace(schema: Node) -> str:
    return str(schema["xml"].get("namespace") or "")


def _root_name(body: _Body, operation: _Operation) -> tuple[str, bool]:
    """Return the name of a root element, and whether the document says it."""
    named = body.schema["xml"].get("name")
    if named:
        return str(named), True
    owner, _, last = body.schema.pointer.rpartition("/")
    if owner.endswith("/schemas"):
        return last, True
    name = operation.name[0].lower() + operation.name[1:]
    return (name if body.status is None else f"{name}Response{body.status}"), False


def _draft(operation: _Operation, shared: Types, namespace: str, root: Node) -> Draft:
    questions = tuple(_questions(operation, namespace))
    fields = tuple(dict.fromkeys(field for body in operation.bodies for field in _fields(body.schema)))
    own = _types(namespace)
    _plan(operation, shared, own, {question.key: question.default for question in questions}, root)

    def finish(decisions: Iterable[Decision], _: Mapping[str, str]) -> Written:
        answers = {decision.question.key: decision.answer for decision in decisions}
        chosen = "" if answers.get("namespace", namespace) in ("none", "") else answers.get("namespace", namespace)
        types = Types({}, {}, [], set(), {}, {}, answers.get("null") == NIL, chosen)
        file = _plan(operation, shared, types, answers, root)
        return Written(file, frozenset(shared.placed))

    return Draft(f"{hyphenated(operation.name)}.xsd", questions, finish, tuple(own.unread), fields, len(fields))


def _plan(operation: _Operation, shared: Types, own: Types, answers: Mapping[str, str], root: Node) -> SchemaFile:
    maker = TypeMaker(shared, own)
    roots: dict[str, Root] = {}
    request = None
    responses: dict[int, tuple[int, str | None, str | None]] = {one: (one, None, None) for one in operation.statuses}
    for body in operation.bodies:
        name = answers.get(f"root:{body.key}") or _root_name(body, operation)[0]
        description = body.schema.text("description")
        if body.schema.get("type") == "array":
            roots.setdefault(name, Root(name, maker.array_root(body.schema, name), description))
        else:
            type_ = maker.type_of(body.schema, "".join(words(f"{name} type")))
            if isinstance(type_, str) and (type_ in shared.complex or type_ in shared.simple):
                shared.roots.setdefault(name, Root(name, type_, description))
            elif isinstance(type_, str) and type_ in own.complex:
                roots.setdefault(
                    name, Root(name, replace(own.complex.pop(type_), name="", documentation=""), description)
                )
            else:
                roots.setdefault(name, Root(name, type_, description))
        if body.status is None:
            request = (name, body.media_type)
        else:
            responses[body.status] = (body.status, name, body.media_type)
    node = operation.node
    facts = Facts(
        operation.name,
        node.text("summary") or operation.name,
        operation.method,
        operation.path,
        answers.get("direction", "receive"),
        _security(node, root),
        node.text("description"),
        None,
        request,
        tuple(responses.values()),
    )
    return SchemaFile(
        own.namespace,
        answers.get("order", "sequence"),
        facts if request is not None else None,
        ": ".join(dict.fromkeys(filter(None, (node.text("summary") or operation.name, node.text("description"))))),
        tuple(roots.values()),
        tuple(own.complex.values()),
        tuple(own.simple.values()),
        (TYPES,),
    )


def _security(node: Node, root: Node) -> str:
    """Return how a client proves who it is: `certificate` for mutual TLS, or the names of the schemes."""
    required = node.get("security")
    if required is None:
        required = root.get("security") or []
    names = [str(name) for one in required if isinstance(one, dict) for name in one]
    kinds = {str(root["components"]["securitySchemes"][name].get("type", "")) for name in names}
    return "certificate" if "mutualTLS" in kinds else ", ".join(dict.fromkeys(names)) or "none"


def _fields(schema: Node, *, nullable: bool = False) -> Iterator[str]:
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


def _questions(operation: _Operation, namespace: str) -> Iterator[Question]:
    node = operation.node
    shown = Evidence(node.place, f"{operation.method} {operation.path}")
    for body in operation.bodies:
        name, is_said = _root_name(body, operation)
        if not is_said:
            what = "the message" if body.status is None else f"response {body.status}"
            yield Question(
                f"root:{body.key}",
                f"What is the root element of {what} called?",
                (name,),
                name,
                "The document gives its schema neither a name nor an xml.name.",
                evidence=(shown,),
                free=True,
            )
    if not namespace:
        yield Question(
            "namespace",
            "In which namespace are the elements?",
            ("none",),
            "none",
            "The document has no xml.namespace on the roots of its messages, or more than one.",
            evidence=(shown,),
            free=True,
        )
    yield Question(
        "order",
        "Must the elements come in the order of the properties?",
        ("sequence", "all"),
        "sequence",
        "OpenAPI gives properties no order; senders that print them in order are the rule.",
        evidence=(shown,),
    )
    nullable = [field for body in operation.bodies for field in _fields(body.schema, nullable=True)]
    if nullable:
        yield Question(
            "null",
            "How is a property written that is null?",
            (LEFT_OUT, NIL),
            LEFT_OUT,
            "OpenAPI does not say how XML shows null.",
            tuple(nullable),
        )
    yield Question(
        "direction",
        "Do we receive this message, or do we send it?",
        ("receive", "send"),
        "receive",
        "An endpoint that is captured is to be served." if operation.kind == "path" else "It comes to us.",
        evidence=(shown,),
    )
