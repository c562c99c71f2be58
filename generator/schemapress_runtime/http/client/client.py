"""The clients that emitted ones are derived from: settings, and a call of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ...limits import MAX_BODY
from .call import TIMING, AsyncTransport, Timing, Transport, call, call_async
from .operation import Message, Operation, OutgoingRequest, make_request, make_request_of_document
from .retries import Retries
from .settings import Path, Timeouts, check_headers, check_url

if TYPE_CHECKING:  # what uses the network takes long to load, and a client in memory does not need it
    import ssl

    from .network import Network

Result = TypeVar("Result")
AnyTransport = TypeVar("AnyTransport", Transport, AsyncTransport)

_RETRIES = Retries()
_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class _Settings:
    """What every request of a client has in common."""

    url: str
    headers: tuple[tuple[str, str], ...]
    retries: Retries
    timing: Timing

    def make_request(
        self, operation: Operation[Message, Any], message: Message, arguments: Mapping[str, object]
    ) -> OutgoingRequest:
        return make_request(operation, message, arguments, self.headers)

    def make_request_of_document(
        self, operation: Operation[Any, Any], document: bytes, arguments: Mapping[str, object]
    ) -> OutgoingRequest:
        return make_request_of_document(operation, document, arguments, self.headers)


class _Client(Generic[AnyTransport]):
    """The settings of a client, and what carries its requests."""

    def __init__(
        self,
        url: str,
        *,
        client_certificate: tuple[Path, Path] | None = None,
        ca: Path | None = None,
        context: ssl.SSLContext | None = None,
        timeouts: Timeouts = _TIMEOUTS,
        retries: Retries = _RETRIES,
        headers: Mapping[str, str] | None = None,
        max_response: int = MAX_BODY,
        timing: Timing = TIMING,
        transport: AnyTransport | None = None,
    ) -> None:
        self._settings = _Settings(check_url(url), check_headers(headers), retries, timing)
        if transport is None:
            from .network import find_network

            network = find_network(self._settings.url, client_certificate, ca, context, timeouts, max_response)
            transport = self._connect(network)
        self._transport: AnyTransport = transport

    @staticmethod
    def _connect(network: Network) -> AnyTransport:
        """Return what carries requests over a network."""
        raise NotImplementedError


class BaseClient(_Client[Transport]):
    """Sends messages to the endpoints of one receiver, and may be used by several threads.

    - `url` is what the paths of the endpoints are added to: `https://partner.example`, or one with a path.
    - `client_certificate` has two files in PEM, the certificate and its key; `ca` is a file in PEM with the
      certificates that are trusted instead of those of the system. Or pass a `context` that has both.
    - `timeouts` are for one attempt, `retries` the budget of a call; `headers` are sent with each request.
    - of an answer, `max_response` bytes are read.
    - `timing` and `transport` are for tests: the clocks, and what carries requests instead of httpx.

    Redirections are never followed.

    Raises:
        WrongSettings: a setting can't be used; a ValueError. Its `hint` says what to do.
    """

    @staticmethod
    def _connect(network: Network) -> Transport:
        from .network import NetworkTransport

        return NetworkTransport(network)

    def _call(self, operation: Operation[Message, Result], message: Message, /, **arguments: object) -> Result:
        request = self._settings.make_request(operation, message, arguments)
        return call(operation, request, self._transport, self._settings.retries, self._settings.timing)

    def send_document(self, operation: Operation[Any, Result], document: bytes, /, **arguments: object) -> Result:
        """Send a document as it is; arguments, results and errors are those of the operation's method.

        It is not validated.
        """
        request = self._settings.make_request_of_document(operation, document, arguments)
        return call(operation, request, self._transport, self._settings.retries, self._settings.timing)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class BaseAsyncClient(_Client[AsyncTransport]):
    """Sends messages to the endpoints of one receiver, on one event loop of asyncio.

    It takes what `BaseClient` takes.
    """

    @staticmethod
    def _connect(network: Network) -> AsyncTransport:
        from .network import AsyncNetworkTransport

        return AsyncNetworkTransport(network)

    async def _call(self, operation: Operation[Message, Result], message: Message, /, **arguments: object) -> Result:
        request = self._settings.make_request(operation, message, arguments)
        return await call_async(operation, request, self._transport, self._settings.retries, self._settings.timing)

    async def send_document(self, operation: Operation[Any, Result], document: bytes, /, **arguments: object) -> Result:
        """Send a document as it is; arguments, results and errors are those of the operation's method.

        It is not validated.
        """
        request = self._settings.make_request_of_document(operation, document, arguments)
        return await call_async(operation, request, self._transport, self._settings.retries, self._settings.timing)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
