"""From an endpoint and the decisions on it to the components of a schema, still without a line of XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.write.json_types import ANY, BUILTIN_BY_FORMAT, builtin_of, type_of_values
from schemapress_runtime.names import clark
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import ANY_TYPE, Type
from schemapress_runtime.xsd.facets import Facet
from schemapress_runtime.xsd.place import NOWHERE
from schemapress_runtime.xsd.simple_type import SimpleType

from ..ask import (
    any_value,
    array,
    direction,
    duplicate,
    empty,
    enumeration,
    idempotency,
    namespace,
    null,
    order,
    ordering,
    parent,
    presence,
    response,
    root,
    security,
    sender,
    timestamp,
    unknown_object,
)
from ..ask.captured import CapturedEndpoint, is_text
from ..ask.key_field import find_key_field
from ..ask.question import Answers, Decision, answers_of
from ..draft import DraftResult
from ..read.message_tree import MessageElement, MessageTree
from ..read.page import PageField
from ..words import camel, common_ending, free_name, singular, words
from .object_type import MessageRoot, ObjectType, Property, PropertyType, builtin_type, make_schema_file, restriction

NON_EMPTY_STRING = "NonEmptyString"


def plan_schema(
    captured: CapturedEndpoint, decisions: Iterable[Decision], type_names: Mapping[str, str]
) -> DraftResult:
    """Return the components of the schema of an endpoint, by the decisions on it."""
    return _Planner(captured, answers_of(decisions), type_names).plan()


@dataclass(frozen=True, slots=True)
class _Subject:
    """An element in planning: its message, the field that counts, its label, and the name of the type around it."""

    message: MessageTree
    element: MessageElement
    field: PageField
    label: str
    parent: str


class _Planner:
    def __init__(self, captured: CapturedEndpoint, answers: Answers, type_names: Mapping[str, str]) -> None:
        self.captured = captured
        self.answers = answers
        self.type_names = type_names
        self.namespace = namespace.namespace_in(answers)
        self.objects: dict[str, ObjectType] = {}
        self.simple: dict[str, SimpleType] = {}
        self.by_label = {captured.label(message, element): element for message, element in captured.elements()}
        self.shared_names = self._name_shared_types()
        self.placed: set[str] = set()

    def plan(self) -> DraftResult:
        captured, endpoint = self.captured, self.captured.endpoint
        roots, request = [], None
        for message in captured.messages:
            children = tuple(self._child(message, child, "") for child in message.children)
            name = self._root_name(message)
            roots.append(MessageRoot(name, ObjectType("", children), self._summary(message)))
            if message.body.status is None:
                request = (clark(self.namespace, name), message.body.media_type)
        file = make_schema_file(
            self.namespace,
            order.compositor_of(self.answers),
            roots,
            self.objects.values(),
            self.simple.values(),
            endpoint=None if request is None else self._endpoint(*request),
            documentation=": ".join(filter(None, (endpoint.title, endpoint.summary))),
        )
        return DraftResult(file, frozenset(self.placed))

    def _root_name(self, message: MessageTree) -> str:
        name = root.name_in(self.answers, message.key)
        assert name is not None  # the question is asked for each message
        return name

    def _endpoint(self, request: str, media_type: str) -> EndpointFacts:
        captured, endpoint = self.captured, self.captured.endpoint
        return EndpointFacts(
            name=captured.operation,
            summary=endpoint.title,
            method=endpoint.method,
            path=endpoint.path if endpoint.path.startswith("/") else f"/{captured.operation}",
            direction=direction.direction_of(self.answers),
            security=security.security_of(self.answers),
            idempotency_key=find_key_field(self.answers, idempotency.KEY),
            ordering_key=find_key_field(self.answers, ordering.KEY),
            sender_key=find_key_field(self.answers, sender.KEY),
            request=request,
            media_type=media_type,
            responses=tuple(self._responses()),
            place=NOWHERE,
        )

    def _summary(self, message: MessageTree) -> str:
        endpoint = self.captured.endpoint
        if message.body.status is not None:
            return f"The answer with status {message.body.status} to {endpoint.method} {endpoint.path}."
        return endpoint.summary or endpoint.title

    def _responses(self) -> Iterator[ResponseFacts]:
        status = response.status_in(self.answers)
        if status is not None:
            yield ResponseFacts(status)
        messages = {message.body.status: message for message in self.captured.messages}
        for body in self.captured.endpoint.responses:
            assert body.status is not None
            message = messages.get(body.status)
            if message is None:
                yield ResponseFacts(body.status)
            else:
                yield ResponseFacts(body.status, clark(self.namespace, self._root_name(message)), body.media_type)

    # Elements

    def _child(self, message: MessageTree, element: MessageElement, parent_name: str) -> Property:
        label = self.captured.label(message, element)
        self.placed.add(label)
        field = _typed_field(element, duplicate.find_counted_field(self.answers, label, element))
        is_nil = field.nullable and null.writes_nil(self.answers)
        required = field.required and not presence.is_optional(self.answers, label)
        if field.nullable and not is_nil:
            required = False
        if not element.listed:
            field = replace(field, type=parent.type_of(self.answers, label))
            required = parent.is_required(self.answers, label)
        subject = _Subject(message, element, field, label, parent_name)
        property_ = Property(
            element.name, ANY_TYPE, minimum=int(required), nillable=is_nil, documentation=field.description
        )
        if field.type != "array":
            return replace(property_, type=self._type(subject))
        if array.repeats(self.answers, label, element):
            return replace(property_, type=self._item(subject), maximum=None, nillable=False)
        return replace(property_, type=self._wrapper(subject))

    # Types

    def _item(self, subject: _Subject) -> PropertyType:
        """Return the type of the items of an array."""
        element = subject.element
        if array.has_items(element) and element.children[0].field.type == "object":
            return self._object(subject, camel(element.name))
        if element.children:
            return self._object(subject, camel(singular(element.name)))
        scalar = replace(subject.field, type=_type_of_items(subject.field), example=None)
        return self._scalar(replace(subject, field=scalar), singular(element.name))

    def _wrapper(self, subject: _Subject) -> str:
        """Return the name of the type that wraps the items of an array."""
        element = subject.element
        name = self._free_name(camel(element.name), subject.parent)
        self.objects[name] = ObjectType(name)
        if array.has_items(element):
            item = replace(self._child(subject.message, element.children[0], name), maximum=None)
        else:
            item = Property(array.item_name(element), self._item(replace(subject, parent=name)), 0, None)
        self.objects[name] = ObjectType(name, (item,))
        return name

    def _type(self, subject: _Subject) -> PropertyType:
        element, label = subject.element, subject.label
        if element.children:
            return self._object(subject, camel(element.name))
        if subject.field.type == "object":
            other = unknown_object.object_with_its_fields(self.answers, label)
            if other is not None:
                same = self.by_label[other]
                return self._object(replace(subject, element=same, label=other), camel(same.name))
            name = self._free_name(self.type_names.get(label, camel(element.name)), subject.parent)
            self.objects[name] = ObjectType(name, anything=unknown_object.may_hold_anything(self.answers, label))
            return name
        if subject.field.type == ANY:
            return builtin_type(any_value.type_of(self.answers, label))
        return self._scalar(subject, element.name)

    def _object(self, subject: _Subject, name: str) -> str:
        """Return the name of the type of an element with children, which is planned on the first call."""
        shared = self.shared_names.get(subject.label)
        if shared is not None and shared in self.objects:
            return shared
        name = shared or self._free_name(self.type_names.get(subject.label, name), subject.parent)
        self.objects[name] = ObjectType(name)
        children = tuple(self._child(subject.message, child, name) for child in subject.element.children)
        self.objects[name] = ObjectType(name, children)
        return name

    def _name_shared_types(self) -> dict[str, str]:
        """Return the type name of each object whose fields other objects have too, by its label."""
        groups: dict[str, list[str]] = {}
        for label in self.by_label:
            other = unknown_object.object_with_its_fields(self.answers, label)
            if other is not None:
                groups.setdefault(other, [other]).append(label)
        names = {}
        for first, labels in groups.items():
            ending = common_ending(self.by_label[label].name for label in labels)
            names[first] = self.type_names.get(first, ending or camel(self.by_label[first].name))
        return names

    def _free_name(self, name: str, parent_name: str) -> str:
        taken = (self.objects, self.simple, frozenset(self.shared_names.values()))
        if parent_name and any(name in names for names in taken):
            name = parent_name + name
        return free_name(name, *taken)

    def _scalar(self, subject: _Subject, name: str) -> Type:
        """Return the type of a value."""
        field, label = subject.field, subject.label
        if field.values and enumeration.is_closed(self.answers, label):
            return self._enumeration(subject, name)
        base = BUILTIN[BUILTIN_BY_FORMAT.get(field.format, builtin_of(field.type))]
        if is_text(field):
            type_name = timestamp.type_of(self.answers, label, field)
            base = base if type_name is None else BUILTIN[type_name.removeprefix("xs:")]
            if base is BUILTIN["string"] and empty.is_refused(self.answers, field):
                base = self.simple[NON_EMPTY_STRING] = restriction(
                    base,
                    (Facet("minLength", "1"),),
                    clark(self.namespace, NON_EMPTY_STRING),
                    "A text that is not empty.",
                )
        return restriction(base, field.facets) if field.facets else base

    def _enumeration(self, subject: _Subject, name: str) -> SimpleType:
        """Return the type that lists the values of a field."""
        field, parent_name = subject.field, subject.parent
        heading = singular(field.heading) if field.values_from == "table" and len(words(field.heading)) > 1 else ""
        default_name = camel(heading) if heading else _drop_vague_ending(parent_name) + camel(name)
        type_name = self.type_names.get(subject.label, default_name)
        base = BUILTIN[builtin_of(field.type)]
        facets = tuple(Facet("enumeration", value.text, documentation=value.meaning) for value in field.values)
        type_ = restriction(base, facets, clark(self.namespace, type_name))
        if self.simple.get(type_name, type_) is not type_:
            type_name = self._free_name(parent_name + camel(name), parent_name)
            type_ = restriction(base, facets, clark(self.namespace, type_name))
        self.simple[type_name] = type_
        return type_


def _typed_field(element: MessageElement, field: PageField) -> PageField:
    """Return a field; as an object, if its element has children that the type of the field does not allow."""
    is_scalar = field.type not in ("object", "array")
    return replace(field, type="object") if element.children and is_scalar else field


def _type_of_items(field: PageField) -> str:
    """Return the type of the items of an array, by its example or its values."""
    try:
        items = json.loads(field.example or "")
    except ValueError:
        items = [value.text for value in field.values]
    first = items[0] if isinstance(items, list) and items else ""
    return type_of_values([first]) or "string"


def _drop_vague_ending(name: str) -> str:
    """Return the name of a type without an ending such as `Details`."""
    for ending in ("Details", "Info", "Information", "Data"):
        if name.endswith(ending) and name != ending:
            return name[: -len(ending)]
    return name
