"""A request on its way to its handler: with its endpoint, with its message, and while its handler is awaited."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field

from .endpoint import Endpoint
from .request import Request


@dataclass(frozen=True, slots=True)
class AdmittedRequest:
    """A request whose body is worth reading, its endpoint, and the values of its parameters.

    `request` has no body yet.
    """

    endpoint: Endpoint
    request: Request
    charset: str | None
    content_length: int | None
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecodedRequest:
    """A request with its message, which is None where the endpoint has none, and the values of its parameters.

    `operation` tells the operation of its message from the others of the same path; it is empty where there are none.
    """

    endpoint: Endpoint
    request: Request
    message: object
    arguments: Mapping[str, object] = field(default_factory=dict)
    operation: str = ""

    def call(self) -> object:
        """Call the handler, and return what it returns; whatever it raises is raised."""
        message = () if self.endpoint.message is None else (self.message,)
        return self.endpoint.handle(*message, self.request, **self.arguments)


@dataclass(frozen=True, slots=True)
class Pending:
    """What a handler returned to be awaited; its result becomes the response to the decoded request."""

    decoded: DecodedRequest
    result: Awaitable[object]
