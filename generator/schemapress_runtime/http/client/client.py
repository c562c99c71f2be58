"""The clients that emitted ones are derived from: settings, and a call of an operation."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from ...limits import MAX_BODY
from .call import TIMING, AsyncTransport, Timing, Transport, call, call_async
from .network import AsyncNetworkTransport, Network, NetworkTransport
from .operation import Message, Operation, OutgoingRequest, make_request, make_request_of_document
from .retries import Retries
from .settings import Path, Timeouts, WrongSettings, check_headers, check_url, make_context

Result = TypeVar("Result")

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


def _find_network(
    url: str,
    client_certificate: tuple[Path, Path] | None,
    ca: Path | None,
    context: ssl.SSLContext | None,
    timeouts: Timeouts,
    max_response: int,
) -> Network:
    """Return where requests go.

    Raises:
        WrongSettings: settings contradict each other, or a file is not what it should be.
    """
    if context is not None and (client_certificate is not None or ca is not None):
        raise WrongSettings("An ssl.SSLContext is passed beside `client_certificate` or `ca`.", "Load them into it.")
    if url.startswith("http://"):
        if context is not None or client_certificate is not None or ca is not None:
            message = f"The URL {url!r} is not of TLS, so no certificate would be used."
            raise WrongSettings(message, "Begin it with https://.")
    elif context is None:
        context = make_context(client_certificate, ca)
    return Network(url, context, timeouts, max_response)


class BaseClient:
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
        transport: Transport | None = None,
    ) -> None:
        self._settings = _Settings(check_url(url), check_headers(headers), retries, timing)
        if transport is None:
            transport = NetworkTransport(
                _find_network(self._settings.url, client_certificate, ca, context, timeouts, max_response)
            )
        self._transport = transport

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


class BaseAsyncClient:
    """Sends messages to the endpoints of one receiver, on one event loop of asyncio.

    It takes what `BaseClient` takes.
    """

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
        transport: AsyncTransport | None = None,
    ) -> None:
        self._settings = _Settings(check_url(url), check_headers(headers), retries, timing)
        if transport is None:
            transport = AsyncNetworkTransport(
                _find_network(self._settings.url, client_certificate, ca, context, timeouts, max_response)
            )
        self._transport = transport

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
