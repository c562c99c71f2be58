"""Target `handlers`: an abstract class with a method an endpoint, and the applications around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.errors import SchemapressError
from schemapress.load.schema import Endpoint, Response
from schemapress.targets.code import Code, literal
from schemapress.targets.naming import Names, snake
from schemapress.targets.target import Api, File, in_bindings
from schemapress_runtime.names import local_name


@dataclass(frozen=True, slots=True)
class HandlerPlan:
    """One abstract method, and the endpoint that it handles."""

    method: Code
    endpoint: Endpoint
    element: str
    message: Code
    result: Code
    status: int
    response_media_type: str | None
    answer_element: str | None

    @property
    def has_result(self) -> bool:
        """Whether an answer has a body."""
        return self.answer_element is not None

    @property
    def answer(self) -> str:
        """What becomes of what the method returns."""
        if self.has_result:
            return f"What it returns is answered with {self.status}."
        return f"A return is answered with {self.status}, without a body."


def plan(api: Api) -> tuple[HandlerPlan, ...]:
    """Return the plans of the endpoints that receive messages, in the order of the schema.

    Raises:
        SchemapressError: an endpoint has no success response, or a root without a class.
    """
    names = Names("self", "message", "request", "bindings", "abstractmethod", "prefixes")
    return tuple(
        _handler(api, endpoint, names.unique(snake(endpoint.name)))
        for endpoint in api.schema.endpoints
        if endpoint.direction == "receive"
    )


def _handler(api: Api, endpoint: Endpoint, method: Code) -> HandlerPlan:
    success = next((response for response in endpoint.responses if 200 <= response.status < 300), None)
    if success is None:
        message = f"The endpoint {endpoint.name} has no response with a status from 200 to 299."
        raise SchemapressError(message, place=str(endpoint.place), hint='Add one, such as <response status="204"/>.')
    return HandlerPlan(
        method=method,
        endpoint=endpoint,
        element=local_name(endpoint.request),
        message=_class_of(api, endpoint, endpoint.request),
        result=_result(api, endpoint, success),
        status=success.status,
        response_media_type=success.media_type,
        answer_element=success.element,
    )


def _result(api: Api, endpoint: Endpoint, success: Response) -> Code:
    return literal(None) if success.element is None else _class_of(api, endpoint, success.element)


def _class_of(api: Api, endpoint: Endpoint, element: str) -> Code:
    shape = api.shapes.of_root(element)
    if shape is None:
        message = f"The element {local_name(element)} of the endpoint {endpoint.name} is bound to no class."
        raise SchemapressError(message, place=str(endpoint.place), hint="Give it a complex type.")
    return in_bindings(shape.name)


class HandlersTarget:
    """Emits `handlers.py`, where the schema describes an endpoint."""

    name = "handlers"
    requires: tuple[str, ...] = ("codec",)

    def emit(self, api: Api) -> Iterator[File]:
        """Yield the module; none where no endpoint receives messages."""
        handlers = plan(api)
        if handlers:
            answers = tuple(dict.fromkeys(handler.answer_element for handler in handlers if handler.answer_element))
            plan_ = {"handlers": handlers, "answers": answers, "has_results": bool(answers), "api": api}
            yield File("handlers.py", api.render("handlers.py.jinja", plan_))
