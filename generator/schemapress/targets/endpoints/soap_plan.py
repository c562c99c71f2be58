"""The plan of what SOAP adds to an endpoint: header blocks as arguments, and the expressions of what it declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemapress.load.schema import EndpointFacts, HeaderFacts
from schemapress.targets.code import Code, call, fill, literal, tuple_literal
from schemapress.targets.emitted_names import NameAllocator, snake
from schemapress.targets.target import EmitContext
from schemapress_runtime.names import local_name

from .root_class import class_of_root


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """A header block: the name of its argument of a method, that argument, and the expression that declares it."""

    name: Code
    argument: Code
    expression: Code


def plan_blocks(context: EmitContext, endpoint: EndpointFacts) -> tuple[BlockPlan, ...]:
    """Return the plan of the header blocks of a request; required ones come first.

    Raises:
        SchemapressError: one has an element without a class.
    """
    headers = () if endpoint.soap is None else endpoint.soap.request_headers
    return _plan_blocks(context, endpoint, sorted(headers, key=lambda header: not header.required))


def _plan_blocks(
    context: EmitContext, endpoint: EndpointFacts, headers: Iterable[HeaderFacts]
) -> tuple[BlockPlan, ...]:
    names = NameAllocator("self", "message", "request", "blocks")
    return tuple(
        _plan_block(context, endpoint, header, names.unique(snake(local_name(header.element)))) for header in headers
    )


def _plan_block(context: EmitContext, endpoint: EndpointFacts, header: HeaderFacts, name: Code) -> BlockPlan:
    class_ = class_of_root(context, endpoint, header.element)
    options = {"required": literal(True)} if header.required else {}
    return BlockPlan(
        name=name,
        argument=fill("{}: {}" if header.required else "{}: {} | None = None", name, class_),
        expression=call("DeclaredBlock", [literal(header.element), class_, literal(str(name))], options),
    )


def declare_blocks(context: EmitContext, endpoint: EndpointFacts) -> Iterator[Code]:
    """Yield the arguments that declare the header blocks of both directions, where there are any."""
    blocks = plan_blocks(context, endpoint)
    if blocks:
        yield fill("blocks={}", tuple_literal([block.expression for block in blocks]))
    answer_blocks = () if endpoint.soap is None else endpoint.soap.response_headers
    if answer_blocks:
        planned = _plan_blocks(context, endpoint, answer_blocks)
        yield fill("answer_blocks={}", tuple_literal([block.expression for block in planned]))


def plan_operation(context: EmitContext, endpoint: EndpointFacts) -> Iterator[Code]:
    """Yield the arguments of an operation of a receiver behind its endpoint; none for an endpoint without SOAP."""
    soap = endpoint.soap
    if soap is None:
        return
    yield fill("versions={}", literal(soap.versions))
    if endpoint.request is not None:
        yield fill("element={}", literal(endpoint.request))
    if soap.action:
        yield fill("action={}", literal(soap.action))
    yield from declare_blocks(context, endpoint)
    if soap.faults:
        yield fill("faults={}", literal(soap.faults))


def plan_call(context: EmitContext, endpoint: EndpointFacts) -> Code | None:
    """Return the expression of what SOAP adds to an operation of a sender; None for an endpoint without SOAP."""
    soap = endpoint.soap
    if soap is None:
        return None
    arguments = [fill("version={}", literal(soap.versions[-1]))]
    if soap.action:
        arguments.append(fill("action={}", literal(soap.action)))
    arguments += declare_blocks(context, endpoint)
    if soap.faults:
        classes = [class_of_root(context, endpoint, element) for element in soap.faults]
        arguments.append(fill("faults={}", tuple_literal(classes)))
    if soap.request_headers:
        arguments.append(fill("encode_block=encode"))
    return call("SoapCall", arguments)


def uses_soap(endpoints: Iterable[EndpointFacts]) -> bool:
    """Whether some of the endpoints are of SOAP."""
    return any(endpoint.soap is not None for endpoint in endpoints)


def declares_blocks(endpoints: Iterable[EndpointFacts]) -> bool:
    """Whether some of the endpoints declare header blocks."""
    soaps = [endpoint.soap for endpoint in endpoints]
    return any(soap is not None and (soap.request_headers or soap.response_headers) for soap in soaps)
