"""The operations of an OpenAPI document as drafts: an XSD each, and before them one for the types that they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress.limits import DEFAULT_LIMITS, SourceLimits
from schemapress.load.schema import Endpoint, Response
from schemapress.write.xsd import SchemaFile
from schemapress_runtime.names import clark
from schemapress_runtime.xsd.place import NOWHERE

from ..draft import Draft, Written
from ..object_type import ObjectType, Root, schema_file
from ..question import Decision, Evidence, Question
from ..questions import response
from ..questions.namespace import NAMESPACE
from ..questions.nullable import LEFT_OUT, NIL
from ..questions.root import NAME
from ..words import hyphenated, words
from . import omissions as omissions_of
from . import one_of
from .document import Documents, Node
from .keywords import check
from .operations import Body, Operation, fields_of, items, operations, places_of, root_name, security
from .schema_types import TypeMaker, Types

TYPES = "types.xsd"
_VERSION = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?[ \t]*:", re.MULTILINE)


def accepts(text: str) -> bool:
    """Whether a text is an OpenAPI document: a JSON object, or YAML with the key that says the version."""
    return text.lstrip().startswith("{") or _VERSION.search(text) is not None


def drafts(text: str, path: Path, limits: SourceLimits = DEFAULT_LIMITS) -> list[Draft]:
    """Return the drafts of a document: that of the types first, whose questions are about all of them.

    Raises:
        SchemapressError: it is no OpenAPI 3.0 or 3.1, no operation has an XML body, or a schema object has a value that
            it can't have.
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
        hint = "Convert it first." if "swagger" in root else "Expected is a line such as `openapi: 3.1.0`."
        raise SchemapressError(message, place=path.name, hint=hint)
    found = [operation for item in items(root) for operation in operations(item)]
    if not any(operation.bodies for operation in found):
        shown = ", ".join(f"{one.method} {one.path}" for one in found[:5]) + (", …" if len(found) > 5 else "")
        hint = "Expected is a media type such as application/xml in a request or a response."
        has = f"It has {shown}. " if found else "It has no operation. "
        raise SchemapressError("No operation of this document has an XML body.", place=path.name, hint=has + hint)
    check((body.schema for operation in found for body in operation.bodies), version)
    return _Plan(root, found).drafts()


class _Plan:
    """The XSDs of one document, which share types and the answers to some questions."""

    def __init__(self, root: Node, found: list[Operation]) -> None:
        self._root = root
        self._all = found
        self._operations = tuple(operation for operation in found if operation.bodies)
        self._bodies = [body for operation in self._operations for body in operation.bodies]
        self._namespaces = _namespaces(self._bodies)
        self._repeated = _repeated(self._operations)
        self._shared = _types(self._namespaces[0], nil=False)
        self._taken: dict[str, frozenset[str]] = {}
        self._order = "sequence"
        self._finish_types({})

    def drafts(self) -> list[Draft]:
        """Return the draft of the types, and of each operation that has more than they do."""
        drafts = [draft for operation in self._operations if (draft := self._draft(operation)) is not None]
        return [self._types_draft({draft.place for draft in drafts}), *drafts]

    def _types_draft(self, drafted: set[str]) -> Draft:
        """Return the draft of the types that operations share; `drafted` are the places of those with their own XSD."""

        def finish(decisions: Iterable[Decision], _: Mapping[str, str]) -> Written:
            self._finish_types({decision.question.key: decision.answer for decision in decisions})
            shared = self._shared
            title = self._root["info"].text("title")
            file = schema_file(
                shared.namespace,
                self._order,
                shared.roots.values(),
                shared.objects.values(),
                shared.simple.values(),
                documentation=f"Types that the messages of {title or 'this API'} share.",
            )
            return Written(file, frozenset(shared.placed))

        without = [operation for operation in self._all if operation.node.place not in drafted]
        fields = tuple(dict.fromkeys(one for operation in without for one in _fields(operation)))
        reached = frozenset(place for body in self._bodies for place in places_of(body.schema))
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
            TYPES, questions, finish, tuple(dict.fromkeys(omissions)), fields, len(fields), place=self._root.place
        )

    def _draft(self, operation: Operation) -> Draft | None:
        """Return the draft of an operation, to be finished after that of the types; None where those have all of it."""
        own = self._own(operation)
        planned = self._file(operation, own, {})
        if planned.endpoint is None and not planned.elements:
            return None
        fields = _fields(operation)

        def finish(decisions: Iterable[Decision], _: Mapping[str, str]) -> Written:
            answers = {decision.question.key: decision.answer for decision in decisions}
            return Written(self._file(operation, self._own(operation), answers), frozenset(self._shared.placed))

        name, questions = f"{hyphenated(operation.name)}.xsd", tuple(_questions(operation))
        omissions = tuple(dict.fromkeys((*omissions_of.of_operation(operation), *own.omissions)))
        return Draft(name, questions, finish, omissions, fields, len(fields), place=operation.node.place)

    def _own(self, operation: Operation) -> Types:
        """Return types for what only one operation has, with the names that the others have taken."""
        taken = self._taken.get(operation.node.place, frozenset())
        return _types(self._shared.namespace, nil=self._shared.nil, taken=taken)

    def _finish_types(self, answers: Mapping[str, str]) -> None:
        """Make the shared types of all operations, as the answers have them."""
        namespace = answers.get("namespace", self._namespaces[0])
        self._order = answers.get("order", "sequence")
        flat = frozenset(key.partition(":")[2] for key, answer in answers.items() if answer == one_of.ANY)
        self._shared = replace(
            _types("" if namespace == "none" else namespace, nil=answers.get("null") == NIL), without_choice=flat
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

    def _file(self, operation: Operation, own: Types, answers: Mapping[str, str]) -> SchemaFile:
        maker = TypeMaker(self._shared, own)
        roots: dict[str, Root] = {}
        request = None
        responses = {status: Response(status) for status in operation.statuses}
        if "response" in answers or (operation.has_request and not _succeeds(operation)):
            status = 200 if answers.get("response") == response.OK else 204
            responses = {status: Response(status), **responses}
        for body in operation.bodies:
            name = answers.get(f"root:{body.key}") or root_name(body, operation)[0]
            if name in self._repeated:
                self._shared.placed.update(fields_of(body.schema))
                among, root = (
                    self._shared.roots,
                    self._shared.roots.get(name)
                    or self._root_of(TypeMaker(self._shared, self._shared), self._shared, name, body.schema),
                )
            else:
                root = self._root_of(maker, own, name, body.schema)
                among = self._shared.roots if self._is_shared(root) else roots
            if among.setdefault(name, root) != root:
                message = f"Two messages have the root element `{name}`, with different contents."
                raise body.schema.fail(message, "Give one of them another xml.name.")
            if body.status is None:
                request = (clark(own.namespace, name), body.media_type)
            else:
                responses[body.status] = Response(body.status, clark(own.namespace, name), body.media_type)
        node = operation.node
        title = node.text("summary") or operation.name
        endpoint = None
        if request is not None:
            endpoint = Endpoint(
                name=operation.name,
                summary=title,
                method=operation.method,
                path=operation.path,
                direction="send" if answers.get("direction") == "send" else "receive",
                security=security(node, self._root),
                idempotency_key=None,
                request=request[0],
                media_type=request[1],
                responses=tuple(responses.values()),
                place=NOWHERE,
            )
        return schema_file(
            own.namespace,
            self._order,
            roots.values(),
            own.objects.values(),
            own.simple.values(),
            elsewhere=self._shared.objects.values(),
            endpoint=endpoint,
            documentation=": ".join(dict.fromkeys(filter(None, (title, node.text("description"))))),
            includes=(TYPES,),
        )

    def _is_shared(self, root: Root) -> bool:
        """Whether a root is of a shared type alone, and so the same in every operation."""
        shared = {*self._shared.objects, *self._shared.simple.values()}
        return not isinstance(root.type, ObjectType) and root.type in shared

    @staticmethod
    def _root_of(maker: TypeMaker, own: Types, name: str, schema: Node) -> Root:
        description = schema.text("description")
        if schema.get("type") == "array":
            return Root(name, maker.array_root(schema, name), description)
        type_ = maker.type_of(schema, "".join(words(f"{name} type")))
        if isinstance(type_, str) and type_ in own.objects:
            return Root(name, replace(own.objects.pop(type_), name="", documentation=""), description)
        return Root(name, type_, description)

    def _general_questions(self) -> Iterator[Question]:
        shown = tuple(Evidence(one.node.place, f"{one.method} {one.path}") for one in self._operations[:3])
        if len(self._namespaces) > 1 or self._namespaces == ("",):
            yield Question(
                "namespace",
                "In which namespace are the elements?",
                tuple(namespace or "none" for namespace in self._namespaces),
                self._namespaces[0] or "none",
                "The document has no xml.namespace on the roots of its messages."
                if self._namespaces == ("",)
                else "The roots of its messages are in several; its XSDs share one, here the most frequent.",
                evidence=shown,
                form=NAMESPACE,
            )
        yield Question(
            "order",
            "Must the elements come in the order of the properties?",
            ("sequence", "all"),
            "sequence",
            "OpenAPI gives properties no order; senders that print them in order are the rule.",
            evidence=shown,
        )
        for place, can_choose in self._shared.one_of.items():
            yield Question(
                f"one-of:{place}",
                f"What does `{place.rpartition('/')[2]}` contain, the objects of which begin alike?",
                (one_of.CHOICE, one_of.ANY) if can_choose else (one_of.ANY,),
                one_of.CHOICE if can_choose else one_of.ANY,
                "A choice of them as they are would not be deterministic, which XSD asks for."
                if can_choose
                else "No choice of them is deterministic, which XSD asks for.",
                evidence=(Evidence(place, "oneOf"),),
            )
        nullable = dict.fromkeys(field for body in self._bodies for field in fields_of(body.schema, nullable=True))
        if nullable:
            yield Question(
                "null",
                "How is a property written that is null?",
                (LEFT_OUT, NIL),
                LEFT_OUT,
                "OpenAPI does not say how XML shows null.",
                tuple(nullable),
            )


def _types(namespace: str, *, nil: bool, taken: frozenset[str] = frozenset()) -> Types:
    return Types({}, {}, [], set(), {}, {}, nil, namespace, taken)


def _fields(operation: Operation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for body in operation.bodies for field in fields_of(body.schema)))


def _namespaces(bodies: list[Body]) -> tuple[str, ...]:
    """Return the namespaces of the roots of messages, the most frequent one first, and none only where it is alone."""
    counted = Counter(str(body.schema["xml"].get("namespace") or "") for body in bodies)
    said = sorted((namespace for namespace in counted if namespace), key=lambda one: -counted[one])
    for body in bodies:
        namespace = str(body.schema["xml"].get("namespace") or "")
        if namespace and not NAMESPACE.accepts(namespace):
            raise body.schema.fail(
                f"The xml.namespace {namespace!r} is not {NAMESPACE.expected}.", "Correct the document."
            )
    return tuple(said) or ("",)


def _repeated(operations: Iterable[Operation]) -> frozenset[str]:
    """Return the names of roots that several messages declare in place, each time with the same schema object.

    Raises:
        SchemapressError: two messages have one name and different schema objects.
    """
    known: dict[str, Node] = {}
    repeated = set()
    for operation in operations:
        for body in operation.bodies:
            name, is_said = root_name(body, operation)
            first = known.setdefault(name, body.schema)
            if is_said and first.place != body.schema.place:
                if first.value != body.schema.value or first.beside != body.schema.beside:
                    message = f"This message has the root element `{name}`, as {first.place} has with another schema."
                    raise body.schema.fail(message, "Give one of them another xml.name.")
                repeated.add(name)
    return frozenset(repeated)


def _succeeds(operation: Operation) -> bool:
    return any(200 <= status < 300 for status in operation.statuses)


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
                form=NAME,
            )
    if operation.has_request and not _succeeds(operation):
        yield response.question(shown)
    if operation.has_request:
        yield Question(
            "direction",
            "Do we receive this message, or do we send it?",
            ("receive", "send"),
            "receive",
            "An endpoint that is captured is to be served." if operation.kind == "path" else "It comes to us.",
            evidence=(shown,),
        )
