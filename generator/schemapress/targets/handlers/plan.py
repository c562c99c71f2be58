"""The plan of the handlers: one abstract method per endpoint that receives messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.errors import SchemapressError
from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.targets.class_shapes import ClassShape, FieldShape
from schemapress.targets.code import Code, call, fill, identifier, literal
from schemapress.targets.emitted_names import NameAllocator, in_bindings, snake
from schemapress.targets.target import EmitContext
from schemapress_runtime.names import local_name


@dataclass(frozen=True, slots=True)
class HandlerPlan:
    """One abstract method, and the endpoint that it handles."""

    method: Code
    endpoint: EndpointFacts
    element: str
    message: Code
    result: Code
    status: int
    response_media_type: str | None
    answer_element: str | None
    keys: tuple[tuple[str, Code], ...] = ()

    @property
    def answer(self) -> str:
        """Describe the answer to a returned value."""
        if self.answer_element is not None:
            return f"The returned object is sent with status {self.status}."
        return f"Returning sends status {self.status} without a body."

    @property
    def options(self) -> tuple[Code, ...]:
        """The arguments of the endpoint that not every endpoint has."""
        options = [] if self.answer_element is None else [fill("encode=partial(encode, prefixes=handlers.prefixes)")]
        if self.response_media_type is not None:
            options.append(fill("response_media_type={}", literal(self.response_media_type)))
        options += [fill("{}={}", identifier(argument), getter) for argument, getter in self.keys]
        return tuple(options)


@dataclass(frozen=True, slots=True)
class HandlersPlan:
    """Everything that the template prints: the methods, in the order of the schema."""

    handlers: tuple[HandlerPlan, ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """The root elements of the answers that have a body."""
        return tuple(dict.fromkeys(handler.answer_element for handler in self.handlers if handler.answer_element))


def plan_handlers(context: EmitContext) -> HandlersPlan:
    """Return the plan of the endpoints that receive messages.

    Raises:
        SchemapressError: an endpoint has no success response, or a root without a class.
    """
    names = NameAllocator("self", "message", "request", "bindings", "abstractmethod", "prefixes")
    return HandlersPlan(
        tuple(
            _plan_handler(context, endpoint, names.unique(snake(endpoint.name)))
            for endpoint in context.schema.endpoints
            if endpoint.direction == "receive"
        )
    )


def _plan_handler(context: EmitContext, endpoint: EndpointFacts, method: Code) -> HandlerPlan:
    success = next((response for response in endpoint.responses if 200 <= response.status < 300), None)
    if success is None:
        message = f"The endpoint {endpoint.name} has no response with a status from 200 to 299."
        raise SchemapressError(message, place=str(endpoint.place), hint='Add one, such as <response status="204"/>.')
    return HandlerPlan(
        method=method,
        endpoint=endpoint,
        element=local_name(endpoint.request),
        message=_class_of(context, endpoint, endpoint.request),
        result=_result(context, endpoint, success),
        status=success.status,
        response_media_type=success.media_type,
        answer_element=success.element,
        keys=tuple(_keys(context, endpoint)),
    )


def _result(context: EmitContext, endpoint: EndpointFacts, success: ResponseFacts) -> Code:
    return literal(None) if success.element is None else _class_of(context, endpoint, success.element)


def _keys(context: EmitContext, endpoint: EndpointFacts) -> Iterator[tuple[str, Code]]:
    """Yield the arguments of the endpoint for its keys, and functions that get them from a message."""
    for fact, path in endpoint.keys.items():
        if path is None:
            continue
        names = _attribute_names(context.shapes.of_root(endpoint.request), path)
        if names is None:
            message = f"The {fact} {path!r} of the endpoint {endpoint.name} leads to no attribute of a binding class."
            hint = "Name an element that is bound to an attribute of its own and can't repeat."
            raise SchemapressError(message, place=str(endpoint.place), hint=hint)
        getter = "attrgetter" if len(names) == 1 else "path_getter"
        yield snake(fact), call(getter, map(literal, names))


def _attribute_names(shape: ClassShape | None, path: str) -> list[str] | None:
    """Return the attributes that lead to the text of an element, or None where it has no attribute of its own."""
    names = []
    for name in path.split("/"):
        field = None if shape is None else _field(shape, name)
        if field is None or field.is_list or field.is_tuple:
            return None
        names.append(field.name)
        shape = field.child
    if shape is not None:
        if shape.text is None:
            return None
        names.append(shape.text.name)
    return names


def _field(shape: ClassShape, name: str) -> FieldShape | None:
    """Return the field of a child element, which may be in a namespace."""
    return next((field for child, field in shape.fields.items() if local_name(child) == name), None)


def _class_of(context: EmitContext, endpoint: EndpointFacts, element: str) -> Code:
    shape = context.shapes.of_root(element)
    if shape is None:
        message = f"The element {local_name(element)} of the endpoint {endpoint.name} is bound to no class."
        raise SchemapressError(message, place=str(endpoint.place), hint="Give it a complex type.")
    return in_bindings(shape.name)
