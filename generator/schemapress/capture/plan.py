"""From an endpoint and the decisions on it to the components of a schema, still without a line of XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from schemapress.load.schema import Endpoint, Response
from schemapress.write.json_types import FORMATS, builtin_of
from schemapress.write.xsd import SchemaFile
from schemapress_runtime.names import clark
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import ANY_TYPE, Type
from schemapress_runtime.xsd.facets import Facet
from schemapress_runtime.xsd.place import NOWHERE
from schemapress_runtime.xsd.simple_type import SimpleType

from .captured import Captured, is_text
from .endpoint import Field
from .message import Element, Message
from .object_type import ObjectType, Property, PropertyType, Root, builtin_type, restriction, schema_file
from .question import Decision
from .questions import array, emptiness, enumeration, idempotency, made_parent, nullable, presence, response, timestamp
from .questions.unknown_object import NOTHING, fields_of
from .words import camel, common_ending, numbered, singular, words

NON_EMPTY = "NonEmptyString"


@dataclass(frozen=True, slots=True)
class Plan:
    """The XSD of an endpoint; `placed` are the fields that became elements."""

    file: SchemaFile
    placed: frozenset[str]


def plan_schema(captured: Captured, decisions: Iterable[Decision], type_names: Mapping[str, str]) -> Plan:
    """Return the components of the schema that an endpoint and the decisions on it give."""
    return _Planner(captured, {one.question.key: one.answer for one in decisions}, type_names).plan()


class _Planner:
    def __init__(self, captured: Captured, answers: Mapping[str, str], type_names: Mapping[str, str]) -> None:
        self.captured = captured
        self.answers = answers
        self.type_names = type_names
        self.namespace = "" if answers.get("namespace", "none") == "none" else answers["namespace"]
        self.objects: dict[str, ObjectType] = {}
        self.simple: dict[str, SimpleType] = {}
        self.by_label = {captured.label(message, element): element for message, element in captured.elements()}
        self._like = {fields_of(label): label for label in self.by_label}
        self.sharing = self._sharing()
        self.shared_names = frozenset(self.sharing.values())
        self.placed: set[str] = set()

    def plan(self) -> Plan:
        captured, endpoint = self.captured, self.captured.endpoint
        roots, request = [], None
        for message in captured.messages:
            children = tuple(self._child(message, property_, "") for property_ in message.children)
            name = self.answers[f"root:{message.key}"]
            roots.append(Root(name, ObjectType("", children), self._summary(message)))
            if message.body.status is None:
                request = (clark(self.namespace, name), message.body.media_type)
        file = schema_file(
            self.namespace,
            self.answers.get("order", "sequence"),
            roots,
            self.objects.values(),
            self.simple.values(),
            endpoint=None if request is None else self._endpoint(*request),
            documentation=": ".join(filter(None, (endpoint.title, endpoint.summary))),
        )
        return Plan(file, frozenset(self.placed))

    def _endpoint(self, request: str, media_type: str) -> Endpoint:
        captured, endpoint = self.captured, self.captured.endpoint
        key = self.answers.get("idempotency", idempotency.NONE)
        return Endpoint(
            name=captured.operation,
            summary=endpoint.title,
            method=endpoint.method,
            path=endpoint.path if endpoint.path.startswith("/") else f"/{captured.operation}",
            direction="send" if self.answers.get("direction") == "send" else "receive",
            security="certificate" if "security" in self.answers else endpoint.security or "none",
            idempotency_key=None if key == idempotency.NONE else key,
            request=request,
            media_type=media_type,
            responses=tuple(self._responses()),
            place=NOWHERE,
        )

    def _summary(self, message: Message) -> str:
        endpoint = self.captured.endpoint
        if message.body.status is not None:
            return f"The answer with status {message.body.status} to {endpoint.method} {endpoint.path}."
        return endpoint.summary or endpoint.title

    def _responses(self) -> Iterable[Response]:
        if "response" in self.answers:
            yield Response(204 if self.answers["response"] == response.NO_CONTENT else 200)
        with_fields = {message.body.status: message for message in self.captured.messages}
        for body in self.captured.endpoint.responses:
            assert body.status is not None
            message = with_fields.get(body.status)
            if message is None:
                yield Response(body.status)
            else:
                root = clark(self.namespace, self.answers[f"root:{message.key}"])
                yield Response(body.status, root, body.media_type)

    # Elements

    def _child(self, message: Message, element: Element, parent: str) -> Property:
        label = self.captured.label(message, element)
        self.placed.add(label)
        field = self._field(element, label)
        required = field.required and self.answers.get(f"presence:{label}") != presence.OPTIONAL
        nil = field.nullable and self.answers.get("null") == nullable.NIL
        if field.nullable and not nil:
            required = False
        if not element.listed:
            kind = self.answers[f"parent:{label}"]
            field = replace(field, type="array" if kind == made_parent.REPEATED else "object")
            required = kind == made_parent.REQUIRED
        property_ = Property(element.name, ANY_TYPE, int(required), 1, nil, field.description)
        if field.type != "array":
            return replace(property_, type=self._type(message, element, field, label, parent, element.name))
        if self.answers.get(f"array:{label}", array.repeat(element)) == array.repeat(element):
            item = self._item(message, element, field, label, parent)
            return replace(property_, type=item, maximum=None, nillable=False)
        return replace(property_, type=self._wrapper(message, element, field, label, parent))

    def _field(self, element: Element, label: str) -> Field:
        """Return the field that counts."""
        answer = self.answers.get(f"duplicate:{label}")
        for field in (element.field, *element.again):
            if answer == f"the one in line {field.place.line}, column {field.place.column}":
                return (
                    replace(field, type="object")
                    if element.children and field.type not in ("object", "array")
                    else field
                )
        return element.field

    # Types

    def _item(self, message: Message, element: Element, field: Field, label: str, parent: str) -> PropertyType:
        """Return the type of the items of an array."""
        if array.has_items(element) and element.children[0].field.type == "object":
            return self._named(message, element, label, parent, camel(element.name))
        if element.children:
            return self._named(message, element, label, parent, camel(singular(element.name)))
        items = _items_of_example(field)
        scalar = replace(field, type=items, example=None)
        return self._scalar(scalar, label, parent, singular(element.name))

    def _wrapper(self, message: Message, element: Element, field: Field, label: str, parent: str) -> str:
        """Return the name of the type that wraps the items of an array."""
        name = self._free_name(camel(element.name), parent)
        self.objects[name] = ObjectType(name)
        if array.has_items(element):
            property_ = self._child(message, element.children[0], name)
            item = replace(property_, maximum=None)
        else:
            item = Property(array.item_name(element), self._item(message, element, field, label, name), 0, None)
        self.objects[name] = ObjectType(name, (item,))
        return name

    def _type(
        self, message: Message, element: Element, field: Field, label: str, parent: str, name: str
    ) -> PropertyType:
        if element.children:
            return self._named(message, element, label, parent, camel(name))
        if field.type == "object":
            answer = self.answers[f"unknown-object:{label}"]
            other = self._like.get(answer)
            if other is not None:
                one = self.by_label[other]
                return self._named(message, one, other, parent, camel(one.name))
            unknown = self._free_name(self.type_names.get(label, camel(name)), parent)
            self.objects[unknown] = ObjectType(unknown, anything=answer != NOTHING)
            return unknown
        if field.type == "any":
            return builtin_type(self.answers[f"any:{label}"])
        return self._scalar(field, label, parent, name)

    def _named(self, message: Message, element: Element, label: str, parent: str, name: str) -> str:
        """Return the name of the type for an element with children, which is planned when it is first met."""
        shared = self.sharing.get(label)
        if shared is not None and shared in self.objects:
            return shared
        name = shared or self._free_name(self.type_names.get(label, name), parent)
        self.objects[name] = ObjectType(name)
        self.objects[name] = ObjectType(
            name, tuple(self._child(message, property_, name) for property_ in element.children)
        )
        return name

    def _sharing(self) -> dict[str, str]:
        """Return the type name of each object whose fields others have too."""
        groups: dict[str, list[str]] = {}
        for label in self.by_label:
            other = self._like.get(self.answers.get(f"unknown-object:{label}", ""))
            if other is not None:
                groups.setdefault(other, [other]).append(label)
        names = {}
        for first, labels in groups.items():
            ending = common_ending(self.by_label[label].name for label in labels)
            names[first] = self.type_names.get(first, ending or camel(self.by_label[first].name))
        return names

    def _free_name(self, name: str, parent: str) -> str:
        taken = (self.objects, self.simple, self.shared_names)
        if parent and any(name in names for names in taken):
            name = parent + name
        return numbered(name, *taken)

    def _scalar(self, field: Field, label: str, parent: str, name: str) -> Type:
        """Return the type of a value."""
        if field.values and self.answers.get(f"enumeration:{label}") != enumeration.EXAMPLES:
            return self._enumerated(field, label, parent, name)
        base = BUILTIN[FORMATS.get(field.format, builtin_of(field.type))]
        if is_text(field):
            answer = self.answers.get("timestamp" if timestamp.is_iso_8601(field) else f"timestamp:{label}")
            base = base if answer is None else BUILTIN[answer.removeprefix("xs:")]
            if base is BUILTIN["string"] and emptiness_of(field, self.answers.get("empty", emptiness.YES)):
                base = self.simple[NON_EMPTY] = restriction(
                    base, (Facet("minLength", "1"),), clark(self.namespace, NON_EMPTY), "A text that is not empty."
                )
        return restriction(base, field.facets) if field.facets else base

    def _enumerated(self, field: Field, label: str, parent: str, name: str) -> SimpleType:
        """Return the type that lists values."""
        heading = singular(field.heading) if field.values_from == "table" and len(words(field.heading)) > 1 else ""
        described = camel(heading) if heading else _without_details(parent) + camel(name)
        named = self.type_names.get(label, described)
        base = BUILTIN[builtin_of(field.type)]
        facets = tuple(Facet("enumeration", value.text, documentation=value.meaning) for value in field.values)
        made = restriction(base, facets, clark(self.namespace, named))
        if self.simple.get(named, made) is not made:
            named = self._free_name(parent + camel(name), parent)
            made = restriction(base, facets, clark(self.namespace, named))
        self.simple[named] = made
        return made


def emptiness_of(field: Field, answer: str) -> bool:
    """Whether a required string may not be empty."""
    return field.required and (
        answer == emptiness.NO or (answer == emptiness.UNLESS_UNIQUE and emptiness.is_unique(field))
    )


def _items_of_example(field: Field) -> str:
    """Return the type of an array's items, as its example or its values show it."""
    try:
        found = json.loads(field.example or "")
    except ValueError:
        found = [value.text for value in field.values]
    first = found[0] if isinstance(found, list) and found else ""
    if isinstance(first, bool):
        return "boolean"
    if isinstance(first, int | float):
        return "integer" if isinstance(first, int) else "number"
    return "string"


def _without_details(name: str) -> str:
    """Return the name of a type without an ending that says nothing."""
    for ending in ("Details", "Info", "Information", "Data"):
        if name.endswith(ending) and name != ending:
            return name[: -len(ending)]
    return name
