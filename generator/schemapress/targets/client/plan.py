"""The plan of the client: one method per endpoint, for whichever side sends its requests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemapress.errors import SchemapressError
from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.targets.code import Code, call, identifier, literal, union_annotation
from schemapress.targets.emitted_names import NameAllocator, constant, in_bindings, snake
from schemapress.targets.target import EmitContext
from schemapress_runtime.names import local_name


@dataclass(frozen=True, slots=True)
class CallPlan:
    """One method, and the endpoint that it sends a message to."""

    method: Code
    operation: Code
    endpoint: EndpointFacts
    element: str
    message: Code
    result: Code
    answers: tuple[Code, ...]

    @property
    def is_keyed(self) -> bool:
        """Whether messages have an idempotency key."""
        return self.endpoint.idempotency_key is not None

    @property
    def returns(self) -> str:
        """Describe what the method returns."""
        if self.result == "None":
            return "Returns None once the message is accepted."
        return "Returns the body of the answer once the message is accepted."

    @property
    def retries(self) -> str:
        """Describe when a request is sent again."""
        if self.is_keyed:
            return f"It is sent again if it may not have arrived: {self.endpoint.idempotency_key} makes that safe."
        if self.endpoint.method in ("PUT", "DELETE"):
            return f"It is sent again if it may not have arrived: {self.endpoint.method} makes that safe."
        return "It is sent again only if it can't have arrived."


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """Everything that the template prints: the methods, in the order of the schema."""

    calls: tuple[CallPlan, ...]


def plan_client(context: EmitContext) -> ClientPlan:
    """Return the plan of all endpoints.

    Raises:
        SchemapressError: an endpoint has a root without a class.
    """
    names = NameAllocator("self", "message", "bindings", "operation", "document", "close", "send_document")
    constants = NameAllocator("OPERATIONS", "MESSAGES")
    return ClientPlan(
        tuple(
            _plan_call(
                context,
                endpoint,
                names.unique(snake(endpoint.name)),
                identifier(f"_{constants.unique(constant(endpoint.name))}"),
            )
            for endpoint in context.schema.endpoints
        )
    )


def _plan_call(context: EmitContext, endpoint: EndpointFacts, method: Code, operation: Code) -> CallPlan:
    successes = [response for response in endpoint.responses if 200 <= response.status < 300]
    return CallPlan(
        method=method,
        operation=operation,
        endpoint=endpoint,
        element=local_name(endpoint.request),
        message=class_of_root(context, endpoint, endpoint.request),
        result=_result(context, endpoint, successes),
        answers=tuple(_answer(context, endpoint, response) for response in endpoint.responses),
    )


def _result(context: EmitContext, endpoint: EndpointFacts, successes: Iterable[ResponseFacts]) -> Code:
    """Return the type of what a success has: the classes of bodies, or None where one has no body."""
    classes = [
        literal(None) if response.element is None else class_of_root(context, endpoint, response.element)
        for response in successes
    ]
    return union_annotation(sorted(dict.fromkeys(classes or [literal(None)]), key=lambda name: name == "None"))


def _answer(context: EmitContext, endpoint: EndpointFacts, response: ResponseFacts) -> Code:
    arguments = [literal(response.status)]
    if response.element is not None:
        arguments += [literal(local_name(response.element)), class_of_root(context, endpoint, response.element)]
    return call("Answer", arguments)


def class_of_root(context: EmitContext, endpoint: EndpointFacts, element: str) -> Code:
    """Return the class of a root element that an endpoint names.

    Raises:
        SchemapressError: there is none.
    """
    shape = context.shapes.of_root(element)
    if shape is None:
        message = f"The element {local_name(element)} of the endpoint {endpoint.name} is bound to no class."
        raise SchemapressError(message, place=str(endpoint.place), hint="Give it a complex type.")
    return in_bindings(shape.name)
