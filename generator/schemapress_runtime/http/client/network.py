"""The transports over a network, by httpx, which is imported only when one is made."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..headers import RepeatedField, combine_fields
from .failure import IF_TLS, explain
from .operation import IncomingResponse, OutgoingRequest
from .outcome import Failure, TransportFailed
from .settings import Path, Timeouts, WrongSettings
from .tls_context import make_context

if TYPE_CHECKING:
    from types import ModuleType

    import httpx

_WRITTEN_AT_ONCE = 65_536
"""Bytes that are written before the clock is looked at again."""

_SHORTEST_WAIT = 0.001
"""Seconds that an operation on a socket gets when none are left, since 0 would mean not to wait at all."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where requests go, and how long a client waits for what."""

    url: str
    context: ssl.SSLContext | None
    timeouts: Timeouts
    max_response: int

    @property
    def host(self) -> str:
        """The host and the port, as messages name them."""
        return urlsplit(self.url).netloc

    @property
    def verify(self) -> ssl.SSLContext | bool:
        """What httpx takes for the trust in certificates."""
        return True if self.context is None else self.context

    def describe(self, request: OutgoingRequest, on_event: object) -> dict[str, Any]:
        """Return the arguments of httpx for a request, whose steps it reports to `on_event`."""
        timeouts, total = self.timeouts, self.timeouts.total
        return {
            "method": request.method,
            "url": self.url + request.target,
            "headers": list(request.headers),
            "content": request.body,
            "timeout": _import_httpx().Timeout(
                connect=min(timeouts.connect, total),
                read=min(timeouts.read, total),
                write=min(timeouts.write, total),
                pool=total,
            ),
            "extensions": {"trace": on_event},
        }

    def fail(self, error: Exception, attempt: _Attempt) -> TransportFailed:
        """Return what is raised for an error of httpx, or of the end of the time."""
        httpx, was_sent = _import_httpx(), attempt.was_sent
        if isinstance(error, TimeoutError) or (isinstance(error, httpx.TimeoutException) and attempt.is_over):
            return self._time_out(f"{self.host} did not answer within {self.timeouts.total:g} s", was_sent=was_sent)
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return self._time_out(f"no connection to {self.host} within {self.timeouts.connect:g} s", was_sent=was_sent)
        if isinstance(error, httpx.WriteTimeout):
            reason = f"{self.host} took nothing of the message for {self.timeouts.write:g} s"
            return self._time_out(reason, was_sent=was_sent)
        if isinstance(error, httpx.TimeoutException):
            return self._time_out(f"{self.host} sent nothing for {self.timeouts.read:g} s", was_sent=was_sent)
        if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.LocalProtocolError):
            return TransportFailed(Failure("url", str(error), may_have_arrived=was_sent, is_lasting=True))
        if isinstance(error, httpx.RemoteProtocolError) and not _is_about_the_end(error):
            reason = f"{self.host} does not answer as HTTP demands ({error})"
            hint = "" if self.context is not None else IF_TLS  # such as an alert, which is no line of HTTP
            return TransportFailed(Failure("protocol", reason, may_have_arrived=was_sent, hint=hint))
        return TransportFailed(explain(error, self.host, was_sent=was_sent, is_secured=self.context is not None))

    def _time_out(self, reason: str, *, was_sent: bool) -> TransportFailed:
        return TransportFailed(Failure("timeout", reason, may_have_arrived=was_sent))

    def make_response(self, response: httpx.Response, body: bytearray) -> IncomingResponse:
        """Return a response of httpx with what was read of its body."""
        raw = response.extensions[_FIELDS]
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
        try:
            headers = combine_fields(fields)
        except RepeatedField as repeated:
            reason = f"{self.host} answers with more than one {repeated.name}"
            raise TransportFailed(Failure("protocol", reason, may_have_arrived=True)) from None
        most = self.max_response
        return IncomingResponse(response.status_code, headers, bytes(body[:most]), is_cut=len(body) > most)


_FIELDS = "schemapress.fields"
"""The header fields of a response of httpx as they came, in its extensions."""


def _hide_location(response: httpx.Response) -> None:
    """Hide where a response leads from httpx, which would read that though nothing follows it, and may fail to."""
    response.extensions[_FIELDS] = list(response.headers.raw)
    response.headers.pop("location", None)


async def _hide_location_async(response: httpx.Response) -> None:
    _hide_location(response)


def _is_about_the_end(error: Exception) -> bool:
    """Whether httpx says that the connection was closed too early, for which it has no class of its own."""
    return "disconnected" in str(error) or "closed connection" in str(error)


_REQUEST_BEGINS = "send_request_headers.started"
_CONNECTED = ("connect_tcp.complete", "start_tls.complete")
"""The ends of the names of events that httpx reports."""


class _Attempt:
    """One request: the moment by which it must be over, and whether some of it was sent, as httpx reports."""

    def __init__(self, seconds: float) -> None:
        self.was_sent = False
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left, and a little where none are."""
        return max(self._end - time.monotonic(), _SHORTEST_WAIT)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def take(self, event: str, info: dict[str, Any]) -> None:
        """Take an event; limit what is done on a new connection to the time of the attempt that it is done for."""
        if event.endswith(_REQUEST_BEGINS):
            self.was_sent = True
        elif event.endswith(_CONNECTED):
            _limit(info["return_value"])

    async def take_async(self, event: str, info: dict[str, Any]) -> None:
        """Take an event; an event loop needs no limits beside its own."""
        if event.endswith(_REQUEST_BEGINS):
            self.was_sent = True


class _Current(threading.local):
    """The attempt that this thread makes."""

    attempt: _Attempt | None = None

    def shorten(self, timeout: float | None) -> float | None:
        """Return a timeout, or the seconds that are left of the attempt if they are less."""
        if self.attempt is None:
            return timeout
        return self.attempt.left if timeout is None else min(timeout, self.attempt.left)

    def check(self) -> None:
        """Raise TimeoutError if the attempt is over."""
        if self.attempt is not None and self.attempt.is_over:
            raise TimeoutError


_CURRENT = _Current()


def _limit(stream: Any) -> None:  # the stream of a connection, as httpcore defines it for backends of networks
    """Let no read and no write on a connection take longer than what is left of the attempt.

    httpx has a timeout per read alone, so that a receiver which sends a byte now and then would never be left.
    """
    read, write = stream.read, stream.write

    def read_in_time(max_bytes: int, timeout: float | None = None) -> Any:
        _CURRENT.check()  # there may always be something to read, such as one interim response after the other
        return read(max_bytes, _CURRENT.shorten(timeout))

    def write_in_time(buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITTEN_AT_ONCE):
            write(buffer[start : start + _WRITTEN_AT_ONCE], _CURRENT.shorten(timeout))

    stream.read, stream.write = read_in_time, write_in_time


def find_network(
    url: str,
    client_certificate: tuple[Path, Path] | None,
    key_password: str | None,
    ca: Path | None,
    context: ssl.SSLContext | None,
    timeouts: Timeouts,
    max_response: int,
) -> Network:
    """Return where requests go.

    Raises:
        WrongSettings: settings contradict each other, or a file is not what it should be.
    """
    if key_password is not None and client_certificate is None:
        message = "`key_password` is the password of a `client_certificate`, which is missing."
        raise WrongSettings(message, "Pass it, or leave the password out.")
    if context is not None and (client_certificate is not None or ca is not None):
        raise WrongSettings("An ssl.SSLContext is passed beside `client_certificate` or `ca`.", "Load them into it.")
    if url.startswith("http://"):
        if context is not None or client_certificate is not None or ca is not None:
            message = f"The URL {url!r} is not of TLS, so no certificate would be used."
            raise WrongSettings(message, "Begin it with https://.")
    elif context is None:
        context = make_context(client_certificate, ca, key_password)
    return Network(url, context, timeouts, max_response)


class NetworkTransport:
    """Sends requests by a client of httpx, which keeps connections and may be used by several threads."""

    def __init__(self, network: Network) -> None:
        """Make the client.

        Raises:
            WrongSettings: httpx is not installed.
        """
        self._network = network
        self._client: httpx.Client = _import_httpx().Client(
            verify=network.verify, follow_redirects=False, event_hooks={"response": [_hide_location]}
        )

    def send(self, request: OutgoingRequest) -> IncomingResponse:
        """Send a request, and return its response."""
        network, httpx = self._network, _import_httpx()
        attempt = _CURRENT.attempt = _Attempt(network.timeouts.total)
        try:
            with self._client.stream(**network.describe(request, attempt.take)) as response:
                body = bytearray()
                for piece in response.iter_raw():
                    body += piece
                    if len(body) > network.max_response:
                        break
                return network.make_response(response, body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise network.fail(error, attempt) from error
        finally:
            _CURRENT.attempt = None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class AsyncNetworkTransport:
    """Sends requests by an asynchronous client of httpx, on one event loop of asyncio."""

    def __init__(self, network: Network) -> None:
        """Make the client.

        Raises:
            WrongSettings: httpx is not installed.
        """
        self._network = network
        self._client: httpx.AsyncClient = _import_httpx().AsyncClient(
            verify=network.verify, follow_redirects=False, event_hooks={"response": [_hide_location_async]}
        )

    async def send(self, request: OutgoingRequest) -> IncomingResponse:
        """Send a request, and return its response."""
        network, httpx = self._network, _import_httpx()
        attempt = _Attempt(network.timeouts.total)
        try:
            async with (
                asyncio.timeout(network.timeouts.total),
                self._client.stream(**network.describe(request, attempt.take_async)) as response,
            ):
                body = bytearray()
                async for piece in response.aiter_raw():
                    body += piece
                    if len(body) > network.max_response:
                        break
                return network.make_response(response, body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:  # which lets some errors of TLS through
            raise network.fail(error, attempt) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _import_httpx() -> ModuleType:
    """Return the module httpx.

    Raises:
        WrongSettings: it is not installed.
    """
    try:
        import httpx
    except ImportError:
        raise WrongSettings(
            "A client that uses the network needs httpx, which is not installed.",
            "Install it: `pip install httpx`, or `pip install 'schemapress[client]'`.",
        ) from None
    return httpx
