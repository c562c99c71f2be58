"""An OpenAPI document as drafts: one XSD per operation, and before them one for the types that they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.write.xsd import SchemaFile
from schemapress_runtime.names import clark
from schemapress_runtime.xsd.components import Compositor
from schemapress_runtime.xsd.place import NOWHERE

from ...ask import direction, namespace, null, one_of, order, response, root
from ...ask.question import Answers, Decision, Evidence, Question, answers_of
from ...draft import Draft, DraftResult
from ...plan.object_type import MessageRoot, ObjectType, make_schema_file
from ...words import file_stem, words
from . import omissions as omissions_of
from .json_node import JsonNode, OpenApiDocuments
from .keywords import check_keywords
from .operations import Body, Operation, fields_of, items, operations, places_of, root_name, security
from .parameters import make_parameters, parameters_of
from .schema_types import TypeMaker, Types

TYPES_FILE = "types.xsd"
_VERSION = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?[ \t]*:", re.MULTILINE)


def accepts(text: str) -> bool:
    """Whether a text is an OpenAPI document: a JSON object, or YAML with the key of the version."""
    return text.lstrip().startswith("{") or _VERSION.search(text) is not None


def drafts(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Draft]:
    """Return the drafts of a document. The first has the shared types, and the questions about all drafts.

    Raises:
        SchemapressError: the document is not OpenAPI 3.0 or 3.1, no operation has an XML body, or a schema object has
            an invalid value.
    """
    document = OpenApiDocuments(path, limits).root(path, text)
    version = str(document.get("openapi", ""))
    if not version.startswith(("3.0", "3.1")):
        swagger = f"Swagger {document.get('swagger')}" if "swagger" in document else "not OpenAPI"
        message = f"This is {f'OpenAPI {version}' if version else swagger}; expected OpenAPI 3.0 or 3.1."
        hint = (
            "Convert it first." if "swagger" in document else "An OpenAPI document has a line such as `openapi: 3.1.0`."
        )
        raise SchemapressError(message, place=path.name, hint=hint)
    all_operations = [operation for item in items(document) for operation in operations(item)]
    if not any(operation.bodies for operation in all_operations):
        names = [f"{operation.method} {operation.path}" for operation in all_operations]
        listed = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        hint = "A request or a response needs a media type such as application/xml."
        has = f"It has {listed}. " if names else "It has no operation. "
        raise SchemapressError("No operation of this document has an XML body.", place=path.name, hint=has + hint)
    check_keywords((body.schema for operation in all_operations for body in operation.bodies), version)
    return _DraftMaker(document, all_operations).drafts()


class _DraftMaker:
    """Makes the drafts of one document, which share types and the answers to some questions."""

    def __init__(self, document: JsonNode, all_operations: list[Operation]) -> None:
        self._root = document
        self._all = all_operations
        self._operations = tuple(operation for operation in all_operations if operation.bodies)
        self._bodies = [body for operation in self._operations for body in operation.bodies]
        self._namespaces = _namespaces(self._bodies)
        self._repeated = _repeated_roots(self._operations)
        self._shared = Types(self._namespaces[0], nil=False)
        self._taken: dict[str, frozenset[str]] = {}
        self._order: Compositor = "sequence"
        self._finish_types({})

    def drafts(self) -> list[Draft]:
        """Return the draft of the shared types, and of each operation that has anything else."""
        drafts = [draft for operation in self._operations if (draft := self._draft(operation)) is not None]
        return [self._types_draft({draft.place for draft in drafts}), *drafts]

    def _types_draft(self, drafted: set[str]) -> Draft:
        """Return the draft of the shared types; `drafted` are the places of operations with their own draft."""

        def finish(decisions: Iterable[Decision], _: Mapping[str, str]) -> DraftResult:
            self._finish_types(answers_of(decisions))
            shared = self._shared
            title = self._root["info"].text("title")
            file = make_schema_file(
                shared.namespace,
                self._order,
                shared.roots.values(),
                shared.objects.values(),
                shared.simple.values(),
                documentation=f"Types that the messages of {title or 'this API'} share.",
            )
            return DraftResult(file, frozenset(shared.placed))

        without = [operation for operation in self._all if operation.node.place not in drafted]
        fields = tuple(dict.fromkeys(field for operation in without for field in _fields(operation)))
        captured = [parameter for operation in self._operations for parameter in parameters_of(operation)]
        schemas = [*(body.schema for body in self._bodies), *(parameter["schema"] for parameter in captured)]
        reached = frozenset(place for schema in schemas for place in places_of(schema))
        omissions = (
            *omissions_of.of_document(self._root),
            *(omission for item in items(self._root) for omission in omissions_of.of_item(item.node, item.path)),
            *(omission for operation in without for omission in omissions_of.of_operation(operation)),
            *omissions_of.of_namespaces(self._bodies, self._namespaces[0]),
            *omissions_of.of_components(self._root, reached),
            *self._shared.omissions,
        )
        questions = tuple(self._general_questions())
        return Draft(
            schema=TYPES_FILE,
            questions=questions,
            finish=finish,
            omissions=tuple(dict.fromkeys(omissions)),
            fields=fields,
            listed=len(fields),
            place=self._root.place,
        )

    def _draft(self, operation: Operation) -> Draft | None:
        """Return the draft of an operation, to be finished after that of the types; None if they have everything."""
        own = self._own(operation)
        file = self._file(operation, own, {})
        if file.endpoint is None and not file.elements:
            return None
        fields = _fields(operation)

        def finish(decisions: Iterable[Decision], _: Mapping[str, str]) -> DraftResult:
            finished = self._file(operation, self._own(operation), answers_of(decisions))
            return DraftResult(finished, frozenset(self._shared.placed))

        return Draft(
            schema=f"{file_stem(operation.name)}.xsd",
            questions=tuple(_questions(operation)),
            finish=finish,
            omissions=tuple(dict.fromkeys((*omissions_of.of_operation(operation), *own.omissions))),
            fields=fields,
            listed=len(fields),
            place=operation.node.place,
        )

    def _own(self, operation: Operation) -> Types:
        """Return a new collection for types of one operation, in which the names of other operations are taken."""
        taken = self._taken.get(operation.node.place, frozenset())
        return Types(self._shared.namespace, nil=self._shared.nil, taken=taken)

    def _finish_types(self, answers: Answers) -> None:
        """Make the shared types of all operations, by the answers."""
        self._order = order.compositor_of(answers)
        self._shared = Types(
            namespace.namespace_in(answers, default=self._namespaces[0]),
            nil=null.writes_nil(answers),
            without_choice=one_of.places_without_choice(answers),
        )
        self._taken = {}
        for operation in self._operations:
            self._file(operation, self._own(operation), {})
        taken = frozenset({*self._shared.objects, *self._shared.simple})
        for operation in self._operations:
            self._taken[operation.node.place] = taken
            own = self._own(operation)
            self._file(operation, own, {})
            taken |= {*own.objects, *own.simple}

    def _file(self, operation: Operation, own: Types, answers: Answers) -> SchemaFile:
        maker = TypeMaker(self._shared, own)
        roots: dict[str, MessageRoot] = {}
        request: tuple[str | None, str] = (None, "")
        responses = {status: ResponseFacts(status) for status in operation.statuses}
        if operation.has_endpoint and not _succeeds(operation):
            status = response.status_in(answers) or response.DEFAULT_STATUS
            responses = {status: ResponseFacts(status), **responses}
        for body in operation.bodies:
            name = root.name_in(answers, body.key) or root_name(body, operation)[0]
            if name in self._repeated:
                self._shared.placed.update(fields_of(body.schema))
                shared_maker = TypeMaker(self._shared, self._shared)
                among = self._shared.roots
                element = among.get(name) or self._root_of(shared_maker, self._shared, name, body.schema)
            else:
                element = self._root_of(maker, own, name, body.schema)
                among = self._shared.roots if self._is_shared(element) else roots
            if among.setdefault(name, element) != element:
                message = f"Two messages have the root element `{name}`, with different contents."
                raise body.schema.fail(message, "Give one of them another xml.name.")
            if body.status is None:
                request = (clark(own.namespace, name), body.media_types)
            else:
                responses[body.status] = ResponseFacts(body.status, clark(own.namespace, name), body.media_types)
        node = operation.node
        title = node.text("summary") or operation.name
        endpoint = None
        if operation.has_endpoint:
            endpoint = EndpointFacts(
                name=operation.name,
                summary=title,
                method=operation.method,
                path=operation.path,
                direction=direction.direction_of(answers),
                security=security(node, self._root),
                idempotency_key=None,
                ordering_key=None,
                sender_key=None,
                request=request[0],
                media_type=request[1],
                responses=tuple(responses.values()),
                place=NOWHERE,
                parameters=tuple(make_parameters(operation, maker, own)),
            )
        return make_schema_file(
            own.namespace,
            self._order,
            roots.values(),
            own.objects.values(),
            own.simple.values(),
            elsewhere=self._shared.objects.values(),
            endpoint=endpoint,
            documentation=": ".join(dict.fromkeys(filter(None, (title, node.text("description"))))),
            includes=(TYPES_FILE,),
        )

    def _is_shared(self, element: MessageRoot) -> bool:
        """Whether a root element has a shared type, and so is the same in every operation."""
        shared = {*self._shared.objects, *self._shared.simple.values()}
        return not isinstance(element.type, ObjectType) and element.type in shared

    @staticmethod
    def _root_of(maker: TypeMaker, own: Types, name: str, schema: JsonNode) -> MessageRoot:
        description = schema.text("description")
        if schema.get("type") == "array":
            return MessageRoot(name, maker.array_root(schema, name), description)
        type_ = maker.type_of(schema, "".join(words(f"{name} type")))
        if isinstance(type_, str) and type_ in own.objects:
            return MessageRoot(name, replace(own.objects.pop(type_), name="", documentation=""), description)
        return MessageRoot(name, type_, description)

    def _general_questions(self) -> Iterator[Question]:
        evidence = tuple(map(_evidence_of, self._operations[:3]))
        if len(self._namespaces) > 1:
            why = "The roots of its messages are in several; its XSDs share one, here the most frequent."
            yield namespace.make_question(self._namespaces, why, evidence)
        elif self._namespaces == ("",):
            why = "The document has no xml.namespace on the roots of its messages."
            yield namespace.make_question(self._namespaces, why, evidence)
        why = "OpenAPI gives properties no order; senders that print them in order are the rule."
        yield order.make_question("Must the elements come in the order of the properties?", why, evidence)
        for place, can_choose in self._shared.one_of.items():
            yield one_of.make_question(place, can_choose=can_choose)
        nullable = dict.fromkeys(field for body in self._bodies for field in fields_of(body.schema, nullable=True))
        if nullable:
            why = "OpenAPI does not say how XML shows null."
            yield null.make_question("How is a property written that is null?", why, tuple(nullable))


def _evidence_of(operation: Operation) -> Evidence:
    return Evidence(operation.node.place, f"{operation.method} {operation.path}")


def _fields(operation: Operation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for body in operation.bodies for field in fields_of(body.schema)))


def _namespaces(bodies: list[Body]) -> tuple[str, ...]:
    """Return the namespaces of the roots, the most frequent first; "" only if no root has one."""
    counted = Counter(str(body.schema["xml"].get("namespace") or "") for body in bodies)
    by_frequency = [uri for uri, _ in counted.most_common() if uri]
    for body in bodies:
        uri = str(body.schema["xml"].get("namespace") or "")
        if uri and not namespace.NAMESPACE_FORM.accepts(uri):
            message = f"The xml.namespace {uri!r} is not {namespace.NAMESPACE_FORM.expected}."
            raise body.schema.fail(message, "Fix the document.")
    return tuple(by_frequency) or ("",)


def _repeated_roots(operations: Iterable[Operation]) -> frozenset[str]:
    """Return the names of roots that several messages declare inline with equal schema objects.

    Raises:
        SchemapressError: two messages have one name and different schema objects.
    """
    known: dict[str, JsonNode] = {}
    repeated = set()
    for operation in operations:
        for body in operation.bodies:
            name, is_named = root_name(body, operation)
            first = known.setdefault(name, body.schema)
            if is_named and first.place != body.schema.place:
                if first.value != body.schema.value or first.beside != body.schema.beside:
                    message = (
                        f"This message has the root element `{name}`, and so has {first.place} with another schema."
                    )
                    raise body.schema.fail(message, "Give one of them another xml.name.")
                repeated.add(name)
    return frozenset(repeated)


def _succeeds(operation: Operation) -> bool:
    return any(200 <= status < 300 for status in operation.statuses)


def _questions(operation: Operation) -> Iterator[Question]:
    evidence = _evidence_of(operation)
    for body in operation.bodies:
        name, is_named = root_name(body, operation)
        if not is_named:
            why = "The document gives its schema neither a name nor an xml.name."
            yield root.make_question(body.key, body.status, (name,), why, evidence)
    if operation.has_endpoint and not _succeeds(operation):
        yield response.make_question(evidence)
    if operation.has_endpoint:
        why = "An endpoint that is captured is to be served." if operation.kind == "path" else "It comes to us."
        yield direction.make_question(evidence, why)
