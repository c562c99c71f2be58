"""The clients that emitted ones are derived from: settings, and a call of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from inspect import getfullargspec
from os import PathLike
from types import NoneType
from typing import TYPE_CHECKING, Any, Generic, Never, Self, TypeVar

from ...limits import MAX_BODY
from .call import TIMING, AsyncTransport, Timing, Transport, call, call_async
from .operation import Message, Operation, OutgoingRequest, make_request, make_request_of_document
from .retries import Retries
from .settings import (
    Path,
    Timeouts,
    WrongSettings,
    check_certificate,
    check_class,
    check_headers,
    check_secret,
    check_url,
    refuse_unknown,
)

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
    secret: bytes | None = field(repr=False)

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
        key_password: str | None = None,
        ca: Path | None = None,
        context: ssl.SSLContext | None = None,
        secret: str | None = None,
        timeouts: Timeouts = _TIMEOUTS,
        retries: Retries = _RETRIES,
        headers: Mapping[str, str] | None = None,
        max_response: int = MAX_BODY,
        timing: Timing = TIMING,
        transport: AnyTransport | None = None,
        **unknown: Never,
    ) -> None:
        for name in unknown:
            refuse_unknown(name, _NAMES)
        fields = check_headers(headers)
        check_certificate(client_certificate)
        check_class("ca", ca, (str, PathLike, NoneType), "Pass the path of a file in PEM.")
        check_class("key_password", key_password, (str, NoneType), "Pass the password of the key.")
        check_class("timeouts", timeouts, Timeouts, "Pass Timeouts(total=60), with the numbers that differ.")
        check_class("retries", retries, Retries, "Pass Retries(attempts=3), or NO_RETRIES for one attempt.")
        check_class("max_response", max_response, int, "Pass a number of bytes.")
        if max_response < 0:
            raise WrongSettings(f"max_response is {max_response}; expected a number of bytes.", "Pass 0 or more.")
        self._settings = _Settings(check_url(url), fields, retries, timing, check_secret(secret, fields))
        if transport is None:
            from .network import find_network

            network = find_network(
                self._settings.url, client_certificate, key_password, ca, context, timeouts, max_response
            )
            transport = self._connect(network)
        self._transport: AnyTransport = transport

    @staticmethod
    def _connect(network: Network) -> AnyTransport:
        """Return what carries requests over a network."""
        raise NotImplementedError


_NAMES = tuple(name for name in getfullargspec(_Client.__init__).kwonlyargs if name not in ("timing", "transport"))
"""The settings of a client."""


class BaseClient(_Client[Transport]):
    """Sends messages to the endpoints of one receiver, and may be used by several threads.

    - `url` is what the paths of the endpoints are added to: `https://partner.example`, or one with a path.
    - `client_certificate` has two files in PEM, the certificate and its key, whose password is `key_password`; `ca` is
      a file in PEM with the certificates that are trusted instead of those of the system. Or pass a `context` that has
      both.
    - with a `secret` (`whsec_…`) each request is signed as Standard Webhooks describes, each attempt anew.
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
        return self._send(operation, request)

    def send_document(self, operation: Operation[Any, Result], document: bytes, /, **arguments: object) -> Result:
        """Send a document as it is; arguments, results and errors are those of the operation's method.

        It is not validated.
        """
        request = self._settings.make_request_of_document(operation, document, arguments)
        return self._send(operation, request)

    def _send(self, operation: Operation[Any, Result], request: OutgoingRequest) -> Result:
        settings = self._settings
        return call(operation, request, self._transport, settings.retries, settings.timing, settings.secret)

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
        return await self._send(operation, request)

    async def send_document(self, operation: Operation[Any, Result], document: bytes, /, **arguments: object) -> Result:
        """Send a document as it is; arguments, results and errors are those of the operation's method.

        It is not validated.
        """
        request = self._settings.make_request_of_document(operation, document, arguments)
        return await self._send(operation, request)

    async def _send(self, operation: Operation[Any, Result], request: OutgoingRequest) -> Result:
        settings = self._settings
        return await call_async(operation, request, self._transport, settings.retries, settings.timing, settings.secret)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
