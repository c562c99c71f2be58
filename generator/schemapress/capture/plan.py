"""From an endpoint and the decisions on it to the components of a schema, still without a line of XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .captured import Captured, is_text
from .components import Answer, Child, Complex, Facts, Root, SchemaFile, Simple
from .endpoint import Field
from .message import Element, Message
from .question import Decision
from .questions import array, emptiness, enumeration, idempotency, made_parent, nullable, presence, response, timestamp
from .questions.unknown_object import NOTHING, fields_of
from .words import camel, common_ending, numbered, singular, words

_TYPES = {"string": "xs:string", "integer": "xs:integer", "number": "xs:decimal", "boolean": "xs:boolean"}
FORMATS = {
    "date-time": "xs:dateTime",
    "date": "xs:date",
    "time": "xs:time",
    "int32": "xs:int",
    "int64": "xs:long",
    "double": "xs:double",
    "float": "xs:float",
    "uri": "xs:anyURI",
    "byte": "xs:base64Binary",
    "duration": "xs:duration",
}
"""The types of the formats that XSD has an equal of."""

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
        self.complex: dict[str, Complex] = {}
        self.simple: dict[str, Simple] = {}
        self.by_label = {captured.label(message, element): element for message, element in captured.elements()}
        self._like = {fields_of(label): label for label in self.by_label}
        self.sharing = self._sharing()
        self.shared_names = frozenset(self.sharing.values())
        self.placed: set[str] = set()

    def plan(self) -> Plan:
        captured, endpoint = self.captured, self.captured.endpoint
        roots, request = [], None
        for message in captured.messages:
            children = tuple(self._child(message, child, "") for child in message.children)
            name = self.answers[f"root:{message.key}"]
            roots.append(Root(name, Complex("", children), self._summary(message)))
            if message.body.status is None:
                request = (name, message.body.media_type)
        namespace = self.answers.get("namespace", "none")
        file = SchemaFile(
            "" if namespace == "none" else namespace,
            self.answers.get("order", "sequence"),
            None if request is None else self._facts(request),
            ": ".join(filter(None, (endpoint.title, endpoint.summary))),
            tuple(roots),
            tuple(self.complex.values()),
            tuple(self.simple.values()),
        )
        return Plan(file, frozenset(self.placed))

    def _facts(self, request: tuple[str, str]) -> Facts:
        captured, endpoint = self.captured, self.captured.endpoint
        key = self.answers.get("idempotency", idempotency.NONE)
        return Facts(
            captured.operation,
            endpoint.title,
            endpoint.method,
            endpoint.path if endpoint.path.startswith("/") else f"/{captured.operation}",
            self.answers.get("direction", "receive"),
            "certificate" if "security" in self.answers else endpoint.security or "none",
            endpoint.summary,
            None if key == idempotency.NONE else key,
            request,
            tuple(self._responses()),
        )

    def _summary(self, message: Message) -> str:
        endpoint = self.captured.endpoint
        if message.body.status is not None:
            return f"The answer with status {message.body.status} to {endpoint.method} {endpoint.path}."
        return endpoint.summary or endpoint.title

    def _responses(self) -> Iterable[Answer]:
        if "response" in self.answers:
            yield (204 if self.answers["response"] == response.NO_CONTENT else 200, None, None)
        with_fields = {message.body.status: message for message in self.captured.messages}
        for body in self.captured.endpoint.responses:
            assert body.status is not None
            message = with_fields.get(body.status)
            root = None if message is None else self.answers[f"root:{message.key}"]
            yield (body.status, root, body.media_type if root else None)

    # Elements

    def _child(self, message: Message, element: Element, parent: str) -> Child:
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
        child = Child(element.name, "", int(required), 1, nil, field.description)
        if field.type != "array":
            return replace(child, type=self._type(message, element, field, label, parent, element.name))
        if self.answers.get(f"array:{label}", array.repeat(element)) == array.repeat(element):
            item = self._item(message, element, field, label, parent)
            return replace(child, type=item, maximum=None, nillable=False)
        return replace(child, type=self._wrapper(message, element, field, label, parent))

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

    def _item(self, message: Message, element: Element, field: Field, label: str, parent: str) -> str | Simple:
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
        self.complex[name] = Complex(name)
        if array.has_items(element):
            child = self._child(message, element.children[0], name)
            item = replace(child, maximum=None)
        else:
            item = Child(array.item_name(element), self._item(message, element, field, label, name), 0, None)
        self.complex[name] = Complex(name, (item,))
        return name

    def _type(
        self, message: Message, element: Element, field: Field, label: str, parent: str, name: str
    ) -> str | Simple:
        if element.children:
            return self._named(message, element, label, parent, camel(name))
        if field.type == "object":
            answer = self.answers[f"unknown-object:{label}"]
            other = self._like.get(answer)
            if other is not None:
                one = self.by_label[other]
                return self._named(message, one, other, parent, camel(one.name))
            unknown = self._free_name(self.type_names.get(label, camel(name)), parent)
            self.complex[unknown] = Complex(unknown, anything=answer != NOTHING)
            return unknown
        if field.type == "any":
            return self.answers[f"any:{label}"]
        return self._scalar(field, label, parent, name)

    def _named(self, message: Message, element: Element, label: str, parent: str, name: str) -> str:
        """Return the name of the type for an element with children, which is planned when it is first met."""
        shared = self.sharing.get(label)
        if shared is not None and shared in self.complex:
            return shared
        name = shared or self._free_name(self.type_names.get(label, name), parent)
        self.complex[name] = Complex(name)
        self.complex[name] = Complex(name, tuple(self._child(message, child, name) for child in element.children))
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
        taken = (self.complex, self.simple, self.shared_names)
        if parent and any(name in names for names in taken):
            name = parent + name
        return numbered(name, *taken)

    def _scalar(self, field: Field, label: str, parent: str, name: str) -> str | Simple:
        """Return the type of a value."""
        if field.values and self.answers.get(f"enumeration:{label}") != enumeration.EXAMPLES:
            return self._enumerated(field, label, parent, name)
        base = FORMATS.get(field.format, _TYPES.get(field.type, "xs:string"))
        if is_text(field):
            base = self.answers.get(f"timestamp:{label}", base)
            if timestamp.is_iso_8601(field):
                base = self.answers["timestamp"]
            if base == "xs:string" and emptiness_of(field, self.answers.get("empty", emptiness.YES)):
                self.simple[NON_EMPTY] = Simple(
                    "xs:string", NON_EMPTY, facets=(("minLength", "1"),), documentation="A text that is not empty."
                )
                return NON_EMPTY if not field.facets else Simple(NON_EMPTY, facets=field.facets)
        return Simple(base, facets=field.facets) if field.facets else base

    def _enumerated(self, field: Field, label: str, parent: str, name: str) -> str:
        """Return the name of the type that lists values."""
        heading = singular(field.heading) if field.values_from == "table" and len(words(field.heading)) > 1 else ""
        described = camel(heading) if heading else _without_details(parent) + camel(name)
        named = self.type_names.get(label, described)
        known = self.simple.get(named)
        made = Simple(_TYPES.get(field.type, "xs:string"), named, values=field.values)
        if known is not None and known != made:
            named = self._free_name(parent + camel(name), parent)
            made = replace(made, name=named)
        self.simple[named] = made
        return named


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
