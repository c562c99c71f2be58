"""The plan of the handlers: one abstract method per endpoint that receives messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schemapress.errors import SchemapressError
from schemapress.load.personal import PersonalElements, find_personal_elements
from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.targets.code import Code, call, fill, identifier, join, literal, union_annotation
from schemapress.targets.endpoints.key_plan import plan_keys
from schemapress.targets.endpoints.method_name import name_methods
from schemapress.targets.endpoints.parameter_plan import ParameterPlan, plan_parameters
from schemapress.targets.endpoints.root_class import class_of_root
from schemapress.targets.endpoints.soap_plan import declares_blocks, plan_blocks, plan_operation, uses_soap
from schemapress.targets.target import EmitContext
from schemapress_runtime.names import local_name

DEFAULT_MEDIA_TYPE = "application/xml"
"""The media type of a response, if neither the response nor the request has one."""


@dataclass(frozen=True, slots=True)
class HandlerPlan:
    """One abstract method, and the endpoint that it handles.

    `arguments` are those of the method behind `self`; `returned` is what it may return for its success, and `result`
    all that it may return. `responses` are the expressions of the declared responses, and `options` further arguments
    of the endpoint; `soap` are those of an operation of SOAP, empty for an endpoint that is none.
    """

    method: Code
    endpoint: EndpointFacts
    arguments: Code
    returned: Code
    result: Code
    answer: str
    responses: tuple[Code, ...]
    parameters: tuple[Code, ...]
    options: tuple[Code, ...]
    soap: tuple[Code, ...] = ()

    @property
    def answer_elements(self) -> tuple[str, ...]:
        """The root elements of the bodies of responses, of their header blocks, and of entries of faults."""
        bodies = tuple(response.element for response in self.endpoint.responses if response.element is not None)
        soap = self.endpoint.soap
        return (
            bodies if soap is None else (*bodies, *(header.element for header in soap.response_headers), *soap.faults)
        )


@dataclass(frozen=True, slots=True)
class HandlersPlan:
    """Everything that the template prints: the methods, in the order of the schema."""

    handlers: tuple[HandlerPlan, ...]
    personal: PersonalElements = field(default_factory=PersonalElements)

    @property
    def is_soap(self) -> bool:
        """Whether some of the endpoints are of SOAP."""
        return uses_soap(handler.endpoint for handler in self.handlers)

    @property
    def has_blocks(self) -> bool:
        """Whether some of the endpoints declare header blocks."""
        return declares_blocks(handler.endpoint for handler in self.handlers)

    @property
    def answers(self) -> tuple[str, ...]:
        """The root elements of the answers that have a body."""
        return tuple(dict.fromkeys(element for handler in self.handlers for element in handler.answer_elements))


def plan_handlers(context: EmitContext) -> HandlersPlan:
    """Return the plan of the endpoints that receive messages.

    Raises:
        SchemapressError: an endpoint has no success response, or a root without a class.
    """
    return HandlersPlan(
        tuple(
            _plan_handler(context, endpoint, method)
            for endpoint, method in name_methods(context.schema.endpoints)
            if endpoint.direction == "receive"
        ),
        find_personal_elements(context.schema),
    )


def _plan_handler(context: EmitContext, endpoint: EndpointFacts, method: Code) -> HandlerPlan:
    successes = [response for response in endpoint.responses if 200 <= response.status < 300]
    if not successes:
        message = f"The endpoint {endpoint.name} has no response with a status from 200 to 299."
        raise SchemapressError(message, place=str(endpoint.place), hint='Add one, such as <response status="204"/>.')
    parameters = plan_parameters(context.shapes, endpoint)
    returned = _bodies(context, endpoint, successes)
    faults = [ResponseFacts(500, element) for element in (endpoint.soap.faults if endpoint.soap else ())]
    reply = fill("Reply[{}]", _bodies(context, endpoint, [*endpoint.responses, *faults]))
    return HandlerPlan(
        method=method,
        endpoint=endpoint,
        arguments=join(", ", _arguments(context, endpoint, parameters)),
        returned=returned,
        result=_bodies(context, endpoint, successes, reply),
        answer=_describe_answer(successes),
        responses=tuple(_response(endpoint, response) for response in endpoint.responses),
        parameters=tuple(parameter.expression for parameter in parameters),
        options=tuple(_options(context, endpoint)),
        soap=tuple(plan_operation(context, endpoint)),
    )


def _bodies(context: EmitContext, endpoint: EndpointFacts, responses: Iterable[ResponseFacts], *others: Code) -> Code:
    """Return the union of the classes of the bodies of responses and others; None, for no body, comes last."""
    elements = dict.fromkeys(response.element for response in responses)
    classes = [class_of_root(context, endpoint, element) for element in elements if element is not None]
    none = [literal(None)] if None in elements else []
    return union_annotation([*dict.fromkeys(classes), *others, *none])


def _arguments(context: EmitContext, endpoint: EndpointFacts, parameters: Iterable[ParameterPlan]) -> Iterator[Code]:
    if endpoint.request is not None:
        yield fill("message: {}", class_of_root(context, endpoint, endpoint.request))
    yield fill("request: Request")
    named = [
        *(parameter.argument for parameter in parameters),
        *(block.argument for block in plan_blocks(context, endpoint)),
    ]
    if named:
        yield fill("*")
    yield from named


def _describe_answer(successes: Iterable[ResponseFacts]) -> str:
    """Describe the answers to returned values."""
    sentences = []
    for success in successes:
        if success.element is None:
            sentences.append(f"Returning None sends status {success.status} without a body.")
        else:
            sentences.append(f"The returned <{local_name(success.element)}> is sent with status {success.status}.")
    return " ".join(dict.fromkeys(sentences))


def _response(endpoint: EndpointFacts, response: ResponseFacts) -> Code:
    if response.element is None:
        return call("DeclaredResponse", [literal(response.status)])
    media_types = response.media_types or endpoint.media_types or (DEFAULT_MEDIA_TYPE,)
    return call("DeclaredResponse", map(literal, (response.status, response.element, media_types)))


def _options(context: EmitContext, endpoint: EndpointFacts) -> Iterator[Code]:
    """Yield the arguments of the endpoint that not every endpoint has."""
    if endpoint.request is not None:
        yield fill("media_types={}", literal(endpoint.media_types))
        yield fill("element={}", literal(local_name(endpoint.request)))
        yield fill("message={}", class_of_root(context, endpoint, endpoint.request))
        yield fill("decode=decode")
    elif endpoint.soap is not None:
        yield fill("decode=decode")
    if any(response.element is not None for response in endpoint.responses) or (
        endpoint.soap and endpoint.soap.elements
    ):
        yield fill("encode=partial(encode, prefixes=handlers.prefixes)")
    if endpoint.security == "certificate":
        yield fill("asks_for_certificate=True")
    for argument, getter in plan_keys(context, endpoint):
        yield fill("{}={}", identifier(argument), getter)
        if argument == "sender_key":
            yield fill("sender_path={}", literal(endpoint.sender_key or ""))
