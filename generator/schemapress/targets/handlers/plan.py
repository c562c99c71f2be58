"""The plan of the handlers: one abstract method per endpoint that receives messages."""

from __future__ import annotations

from dataclasses import dataclass

from schemapress.errors import SchemapressError
from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.targets.code import Code, fill, literal
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

    @property
    def answer(self) -> str:
        """Describe the answer to a returned value."""
        if self.answer_element is not None:
            return f"The returned object is sent with status {self.status}."
        return f"Returning sends status {self.status} without a body."

    @property
    def options(self) -> tuple[Code, ...]:
        """The arguments of the endpoint that depend on whether an answer has a body, and of which media type."""
        options = [] if self.answer_element is None else [fill("encode=partial(encode, prefixes=handlers.prefixes)")]
        if self.response_media_type is not None:
            options.append(fill("response_media_type={}", literal(self.response_media_type)))
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
    )


def _result(context: EmitContext, endpoint: EndpointFacts, success: ResponseFacts) -> Code:
    return literal(None) if success.element is None else _class_of(context, endpoint, success.element)


def _class_of(context: EmitContext, endpoint: EndpointFacts, element: str) -> Code:
    shape = context.shapes.of_root(element)
    if shape is None:
        message = f"The element {local_name(element)} of the endpoint {endpoint.name} is bound to no class."
        raise SchemapressError(message, place=str(endpoint.place), hint="Give it a complex type.")
    return in_bindings(shape.name)
