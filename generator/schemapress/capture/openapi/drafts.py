"""The operations of an OpenAPI document as drafts: an XSD each, and before them one for the types that they share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits

from ..components import Answer, Facts, Root, SchemaFile
from ..draft import Draft, Written
from ..question import Decision, Evidence, Question
from ..questions.nullable import LEFT_OUT, NIL
from ..words import hyphenated, words
from .document import Documents, Node
from .operations import Operation, fields_of, operations, root_name, security
from .schema_types import TypeMaker, Types

TYPES = "types.xsd"
_VERSION = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?[ \t]*:", re.MULTILINE)


def accepts(text: str) -> bool:
    """Whether a text is an OpenAPI document: a JSON object, or YAML with the key that says the version."""
    return text.lstrip().startswith("{") or _VERSION.search(text) is not None


def drafts(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Draft]:
    """Return the drafts of a document: that of the types first, whose questions are about all of them.

    Raises:
        SchemapressError: it is no OpenAPI 3.0 or 3.1, or no operation has an XML body.
    """
    root = Documents(path, limits).root(path, text)
    version = str(root.get("openapi", ""))
    if not version.startswith(("3.0", "3.1")):
        said = (
            f"OpenAPI {version}"
            if version
            else f"Swagger {root.get('swagger')}"
            if "swagger" in root
            else "not OpenAPI"
        )
        message = f"This is {said}; expected OpenAPI 3.0 or 3.1."
        raise SchemapressError(message, place=path.name, hint="Convert it first.")
    found = tuple(operation for operation in operations(root) if operation.bodies)
    if not found:
        hint = "Expected is a media type such as application/xml in a request or a response."
        raise SchemapressError("No operation of this document has an XML body.", place=path.name, hint=hint)
    plan = _Plan(root, found)
    return [plan.types(), *(plan.draft(operation) for operation in found)]


class _Plan:
    """The XSDs of one document, which share types and the answers to some questions."""

    def __init__(self, root: Node, found: tuple[Operation, ...]) -> None:
        self._root = root
        self._operations = found
        namespaces = {str(body.schema["xml"].get("namespace") or "") for one in found for body in one.bodies} - {""}
        self._said_namespace = namespaces.pop() if len(namespaces) == 1 else ""
        self._shared = _types(self._said_namespace, nil=False)
        self._order = "sequence"
        self._finish_types({})

    def types(self) -> Draft:
        """Return the draft of the types that operations share."""

        def finish(decisions: Iterable[Decision], _: Mapping[str, str]) -> Written:
            self._finish_types({decision.question.key: decision.answer for decision in decisions})
            shared = self._shared
            title = self._root["info"].text("title")
            file = SchemaFile(
                shared.namespace,
                self._order,
                documentation=f"Types that the messages of {title or 'this API'} share.",
                roots=tuple(shared.roots.values()),
                complex_types=tuple(shared.complex.values()),
                simple_types=tuple(shared.simple.values()),
            )
            return Written(file)

        return Draft(TYPES, tuple(self._general_questions()), finish, tuple(self._shared.unread))

    def draft(self, operation: Operation) -> Draft:
        """Return the draft of an operation; to be finished after that of the types."""
        fields = tuple(dict.fromkeys(field for body in operation.bodies for field in fields_of(body.schema)))
        own = _types(self._shared.namespace, nil=False)
        self._file(operation, own, {})

        def finish(decisions: Iterable[Decision], _: Mapping[str, str]) -> Written:
            answers = {decision.question.key: decision.answer for decision in decisions}
            types = _types(self._shared.namespace, nil=self._shared.nil)
            return Written(self._file(operation, types, answers), frozenset(self._shared.placed))

        questions = tuple(_questions(operation))
        return Draft(f"{hyphenated(operation.name)}.xsd", questions, finish, tuple(own.unread), fields, len(fields))

    def _finish_types(self, answers: Mapping[str, str]) -> None:
        """Make the shared types of all operations, as the answers have them."""
        namespace = answers.get("namespace", self._said_namespace)
        self._order = answers.get("order", "sequence")
        self._shared = _types("" if namespace == "none" else namespace, nil=answers.get("null") == NIL)
        for operation in self._operations:
            self._file(operation, _types(self._shared.namespace, nil=self._shared.nil), {})

    def _file(self, operation: Operation, own: Types, answers: Mapping[str, str]) -> SchemaFile:
        maker = TypeMaker(self._shared, own)
        roots: dict[str, Root] = {}
        request = None
        responses: dict[int, Answer] = {one: (one, None, None) for one in operation.statuses}
        for body in operation.bodies:
            name = answers.get(f"root:{body.key}") or root_name(body, operation)[0]
            root = self._root_of(maker, own, name, body.schema)
            among = self._shared.roots if self._is_shared(root) else roots
            among.setdefault(name, root)
            if body.status is None:
                request = (name, body.media_type)
            else:
                responses[body.status] = (body.status, name, body.media_type)
        node = operation.node
        title = node.text("summary") or operation.name
        facts = Facts(
            operation.name,
            title,
            operation.method,
            operation.path,
            answers.get("direction", "receive"),
            security(node, self._root),
            node.text("description"),
            None,
            request,
            tuple(responses.values()),
        )
        return SchemaFile(
            own.namespace,
            self._order,
            facts if request is not None else None,
            ": ".join(dict.fromkeys(filter(None, (title, node.text("description"))))),
            tuple(roots.values()),
            tuple(own.complex.values()),
            tuple(own.simple.values()),
            (TYPES,),
        )

    def _is_shared(self, root: Root) -> bool:
        """Whether a root is of a shared type alone, and so the same in every operation."""
        return isinstance(root.type, str) and root.type in {**self._shared.complex, **self._shared.simple}

    @staticmethod
    def _root_of(maker: TypeMaker, own: Types, name: str, schema: Node) -> Root:
        description = schema.text("description")
        if schema.get("type") == "array":
            return Root(name, maker.array_root(schema, name), description)
        type_ = maker.type_of(schema, "".join(words(f"{name} type")))
        if isinstance(type_, str) and type_ in own.complex:
            return Root(name, replace(own.complex.pop(type_), name="", documentation=""), description)
        return Root(name, type_, description)

    def _general_questions(self) -> Iterator[Question]:
        shown = tuple(Evidence(one.node.place, f"{one.method} {one.path}") for one in self._operations[:3])
        if not self._said_namespace:
            yield Question(
                "namespace",
                "In which namespace are the elements?",
                ("none",),
                "none",
                "The document has no xml.namespace on the roots of its messages, or more than one.",
                evidence=shown,
                free=True,
            )
        yield Question(
            "order",
            "Must the elements come in the order of the properties?",
            ("sequence", "all"),
            "sequence",
            "OpenAPI gives properties no order; senders that print them in order are the rule.",
            evidence=shown,
        )
        bodies = [body for operation in self._operations for body in operation.bodies]
        nullable = dict.fromkeys(field for body in bodies for field in fields_of(body.schema, nullable=True))
        if nullable:
            yield Question(
                "null",
                "How is a property written that is null?",
                (LEFT_OUT, NIL),
                LEFT_OUT,
                "OpenAPI does not say how XML shows null.",
                tuple(nullable),
            )


def _types(namespace: str, *, nil: bool) -> Types:
    return Types({}, {}, [], set(), {}, {}, nil, namespace)


def _questions(operation: Operation) -> Iterator[Question]:
    shown = Evidence(operation.node.place, f"{operation.method} {operation.path}")
    for body in operation.bodies:
        name, is_said = root_name(body, operation)
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
    yield Question(
        "direction",
        "Do we receive this message, or do we send it?",
        ("receive", "send"),
        "receive",
        "An endpoint that is captured is to be served." if operation.kind == "path" else "It comes to us.",
        evidence=(shown,),
    )
