"""The plan of the client: one method per endpoint, for whichever side sends its requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from schemapress.load.schema import EndpointFacts, ResponseFacts
from schemapress.targets.code import Code, call, fill, identifier, join, literal, union_annotation
from schemapress.targets.emitted_names import NameAllocator, constant
from schemapress.targets.endpoints.key_plan import plan_keys
from schemapress.targets.endpoints.method_name import name_methods
from schemapress.targets.endpoints.parameter_plan import ParameterPlan, plan_parameters
from schemapress.targets.endpoints.root_class import class_of_root
from schemapress.targets.endpoints.soap_plan import BlockPlan, declares_blocks, plan_blocks, plan_call, uses_soap
from schemapress.targets.target import EmitContext
from schemapress_runtime.http.client.methods import REPEATABLE_METHODS
from schemapress_runtime.names import local_name


@dataclass(frozen=True, slots=True)
class CallPlan:
    """One method, and the endpoint that it sends a message to.

    `parameters` are those of the method behind `self`, and `arguments` what it passes on. `message` is the class of the
    message, None where a request has no body. `options` are the arguments of the operation that not every one has.
    """

    method: Code
    operation: Code
    endpoint: EndpointFacts
    message: Code
    parameters: Code
    arguments: Code
    result: Code
    answers: tuple[Code, ...]
    expressions: tuple[Code, ...]
    options: tuple[Code, ...]

    @property
    def returns(self) -> str:
        """Describe what the method returns."""
        if self.result == "None":
            return "Returns None once the message is accepted."
        return "Returns the body of the answer once the message is accepted."

    @property
    def invalid(self) -> str:
        """Describe the errors of what can't be sent."""
        parts = []
        if self.endpoint.request is not None:
            parts.append("InvalidDocument: the message is not valid")
        if self.expressions or self.endpoint.soap is not None:
            parts.append(
                "ValueError: an argument is no value of its parameter"
                if self.expressions
                else "ValueError: a block is missing or no XML"
            )
        return f"{'; '.join(parts)}. Nothing was sent." if parts else ""

    @property
    def retries(self) -> str:
        """Describe when a request is sent again."""
        if self.endpoint.method in REPEATABLE_METHODS:
            return f"It is retried, even if it may have arrived: {self.endpoint.method} makes that safe."
        if self.endpoint.idempotency_key is not None:
            return f"It is retried, even if it may have arrived: {self.endpoint.idempotency_key} makes that safe."
        return "It is sent again only if it can't have arrived."


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """Everything that the template prints: the methods, in the order of the schema."""

    calls: tuple[CallPlan, ...]

    @property
    def is_soap(self) -> bool:
        """Whether some of the endpoints are of SOAP."""
        return uses_soap(call.endpoint for call in self.calls)

    @property
    def has_blocks(self) -> bool:
        """Whether some of the endpoints declare header blocks."""
        return declares_blocks(call.endpoint for call in self.calls)


def plan_client(context: EmitContext) -> ClientPlan:
    """Return the plan of all endpoints.

    Raises:
        SchemapressError: an endpoint has a root without a class.
    """
    constants = NameAllocator("OPERATIONS", "MESSAGES")
    return ClientPlan(
        tuple(
            _plan_call(
                context,
                endpoint,
                method,
                identifier(f"_{constants.unique(constant(endpoint.name))}"),
            )
            for endpoint, method in name_methods(context.schema.endpoints)
        )
    )


def _plan_call(context: EmitContext, endpoint: EndpointFacts, method: Code, operation: Code) -> CallPlan:
    successes = [response for response in endpoint.responses if 200 <= response.status < 300]
    parameters = plan_parameters(context.shapes, endpoint)
    names = [identifier(parameter.argument.partition(":")[0]) for parameter in parameters]
    blocks = plan_blocks(context, endpoint)
    names += [block.name for block in blocks]
    if endpoint.soap is not None:
        names.append(identifier("blocks"))
    has_message = endpoint.request is not None
    return CallPlan(
        method=method,
        operation=operation,
        endpoint=endpoint,
        message=literal(None) if endpoint.request is None else class_of_root(context, endpoint, endpoint.request),
        parameters=join(", ", _parameters(context, endpoint, _arguments(endpoint, parameters, blocks))),
        arguments=join(
            ", ",
            [identifier("message") if has_message else literal(None), *(fill("{}={}", name, name) for name in names)],
        ),
        result=_result(context, endpoint, successes),
        answers=tuple(_answer(context, endpoint, response) for response in endpoint.responses),
        expressions=tuple(parameter.expression for parameter in parameters),
        options=tuple(_options(context, endpoint)),
    )


def _parameters(context: EmitContext, endpoint: EndpointFacts, named: Sequence[Code]) -> Iterator[Code]:
    yield identifier("self")
    if endpoint.request is not None:
        yield fill("message: {}", class_of_root(context, endpoint, endpoint.request))
    if named:
        yield fill("*")
    yield from named


def _arguments(
    endpoint: EndpointFacts, parameters: Iterable[ParameterPlan], blocks: Iterable[BlockPlan]
) -> Sequence[Code]:
    """Return the arguments of the method that have names: parameters, and header blocks."""
    arguments = [*(parameter.argument for parameter in parameters), *(block.argument for block in blocks)]
    return [*arguments, fill("blocks: Iterable[object] = ()")] if endpoint.soap is not None else arguments


def _options(context: EmitContext, endpoint: EndpointFacts) -> Iterator[Code]:
    """Yield the arguments of the operation that not every endpoint has."""
    soap = plan_call(context, endpoint)
    if soap is not None:
        yield fill("envelope={}", soap)
    if endpoint.request is not None:
        yield fill("media_type={}", literal(endpoint.media_types[0]))
        yield fill("element={}", literal(local_name(endpoint.request)))
        yield fill("message={}", class_of_root(context, endpoint, endpoint.request))
        yield fill("encode=encode")
    for argument, getter in plan_keys(context, endpoint):
        if argument != "sender_key":  # the receiver checks whom a message speaks for
            yield fill("{}={}", identifier(argument), getter)


def _result(context: EmitContext, endpoint: EndpointFacts, successes: Iterable[ResponseFacts]) -> Code:
    """Return the type of what a success has: the classes of bodies, or None where one has no body."""
    classes = [
        literal(None) if response.element is None else class_of_root(context, endpoint, response.element)
        for response in successes
    ]
    result = union_annotation(sorted(dict.fromkeys(classes or [literal(None)]), key=lambda name: name == "None"))
    has_blocks = endpoint.soap is not None and endpoint.soap.response_headers
    return fill("SoapAnswer[{}]", result) if has_blocks else result


def _answer(context: EmitContext, endpoint: EndpointFacts, response: ResponseFacts) -> Code:
    arguments = [literal(response.status)]
    if response.element is not None:
        arguments += [literal(local_name(response.element)), class_of_root(context, endpoint, response.element)]
    return call("ExpectedAnswer", arguments)
