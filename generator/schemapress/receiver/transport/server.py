"""The server: sockets, connections, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import uvicorn
from cryptography import x509

from schemapress.errors import SchemapressError
from schemapress_runtime.limits import MAX_BODY

from .authentication import Application, Authentication
from .forwarded_certificate import is_within
from .limits import Limits
from .listening_socket import (
    ConnectionCount,
    ListeningSocket,
    bind,
    is_loopback,
    show_host,
)
from .peer_file import PeerFile
from .protocol import BoundedProtocol, make_protocol
from .refusal import OnRefusal, Reason, RefusalLog
from .rotation import WATCH_INTERVAL, CredentialFiles, WatchedCredentials
from .signature import TOLERANCE

SWEEP_INTERVAL = 0.25
"""Seconds between two looks at slow clients."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """Where the server listens, to whom, and within which bounds.

    - `max_body` bounds a body whose signature is checked; `signature_tolerance` is in seconds.
    - `watch_interval`: seconds between two looks at the files.
    """

    host: str = "127.0.0.1"
    port: int = 8443
    files: CredentialFiles = field(default_factory=CredentialFiles)
    limits: Limits = field(default_factory=Limits)
    max_body: int = MAX_BODY
    signature_tolerance: int = TOLERANCE
    watch_interval: float = WATCH_INTERVAL


class Listener:
    """A server of one ASGI application. It is bound when it is made, and serves when it is run.

    `credentials.failure` says what is wrong with files that were replaced; None if nothing is.
    """

    def __init__(
        self, application: Application, settings: ListenerSettings, *, on_refusal: OnRefusal | None = None
    ) -> None:
        """Read the files, and bind.

        Raises:
            SchemapressError: a file or a combination of settings can't be used, or the port is taken.
        """
        self._settings = settings
        self._refusals = RefusalLog(on_refusal)
        self.credentials = WatchedCredentials(settings.files, self._report_handshake)
        self._sockets = bind(settings.host, settings.port)
        self._port = int(self._sockets[0].getsockname()[1])
        try:
            self._check_reach()
        except SchemapressError:
            self.close()
            raise
        limits = settings.limits
        self._count = ConnectionCount(limits.connections, limits.connections_per_address, self._is_proxy)
        for each in self._sockets:
            each.count = self._count
            each.on_turned_away = lambda: self._refusals.report("too-many-connections")
        gate = Authentication(
            application,
            self.credentials,
            on_refusal=on_refusal,
            max_body=settings.max_body,
            tolerance=settings.signature_tolerance,
        )
        self._server = _Server(gate, settings, self.credentials, self._sockets, self._report_request)

    @property
    def port(self) -> int:
        """The port that the server is bound to."""
        return self._port

    @property
    def url(self) -> str:
        """The URL of the server, without a path."""
        return (
            f"{'http' if self.credentials.context is None else 'https'}://{show_host(self._settings.host)}:{self.port}"
        )

    @property
    def connections(self) -> int:
        """The open connections, those in their handshake included."""
        return self._count.total

    @property
    def started(self) -> bool:
        """Whether the server accepts requests."""
        return self._server.started

    @property
    def accepts(self) -> bool:
        """Whether the server accepts requests, and is not about to stop."""
        return self._server.started and not self._server.should_exit

    @property
    def certificate_expiry(self) -> float | None:
        """When the certificate of the server expires, in seconds since 1970; None if it has none or can't be read."""
        path = self.credentials.files.certificate
        try:
            content = None if path is None else path.read_bytes()
            certificate = None if content is None else x509.load_pem_x509_certificate(content)
        except (OSError, ValueError):
            return None
        return None if certificate is None else certificate.not_valid_after_utc.timestamp()

    async def serve(self, *, handle_signals: bool = True, on_start: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop` is called or, in the main thread, SIGINT or SIGTERM comes.

        `on_start` is called once connections are accepted.

        Raises:
            SchemapressError: the application failed to start; its log says why.
        """
        self._server.handles_signals, self._server.on_start = handle_signals, on_start
        try:
            await self._server.serve()
        finally:
            self.close()
        if not self._server.started:
            message = "The application failed to start, so that the server does not serve."
            raise SchemapressError(message, place=self.url, hint="The log above says why.")

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM comes: see `serve`."""
        asyncio.run(self.serve())

    def stop(self) -> None:
        """End soon: accept nothing more, and finish what is in flight within `Limits.shutdown_seconds`."""
        self._server.should_exit = True

    def close(self) -> None:
        """Close the sockets of a server that is not run."""
        for each in self._sockets:
            each.close()

    def _check_reach(self) -> None:
        """Refuse to listen to other machines without knowing who calls."""
        files, peer_file = self.credentials.files, self.credentials.current.trust.peer_file
        is_local = is_loopback(self._sockets)
        asks, event = _asks(files, peer_file), {"event": "local-only"}
        place = f"{show_host(self._settings.host)}:{self.port}"
        if files.certificate is None and not any(proxy.networks for proxy in peer_file.proxies):
            if not is_local:
                hint = "Give --tls-cert, --tls-key and --client-ca, or listen on 127.0.0.1."
                message = "Without certificates, the server listens on loopback only."
                raise SchemapressError(message, place=place, hint=hint)
            _LOG.warning("There are no certificates: the server listens on loopback only, %s.", asks, extra=event)
        elif files.client_ca is None and files.peers is None:
            if not is_local:
                hint = "Give --client-ca, or --peers with secrets or proxies, or listen on 127.0.0.1."
                message = "Anybody could send: nothing says whose certificates or signatures are good."
                raise SchemapressError(message, place=place, hint=hint)
            _LOG.warning("There is no client CA: the server listens on loopback only, %s.", asks, extra=event)
        if peer_file.signers and files.client_ca is not None and not files.client_certificate_optional:
            hint = "Make client certificates optional (client-certificate-optional), or remove the secrets."
            message = "There are peers that sign, and nobody gets in without a client certificate."
            raise SchemapressError(message, place=str(files.peers), hint=hint)

    def _is_proxy(self, address: str) -> bool:
        return any(is_within(address, proxy.networks) for proxy in self.credentials.current.trust.peer_file.proxies)

    def _report_handshake(self, reason: Reason, detail: str) -> None:
        self._refusals.report(reason, None, detail)

    def _report_request(self, kind: str) -> None:
        self._refusals.report("unacceptable-request", None, kind)


def _asks(files: CredentialFiles, peer_file: PeerFile) -> str:
    """Return what a server on loopback asks of a caller."""
    if files.peers is None:
        return "and asks nobody who calls"
    return (
        "and admits those whom the file of peers names"
        if peer_file.signers or peer_file.proxies
        else "and nobody has a way to get in"
    )


class _Server(uvicorn.Server):
    """uvicorn's server on our sockets, with our time limits."""

    handles_signals = True

    def __init__(
        self,
        application: Application,
        settings: ListenerSettings,
        credentials: WatchedCredentials,
        sockets: Sequence[ListeningSocket],
        on_unacceptable: Callable[[str], None],
    ) -> None:
        limits = settings.limits
        config = uvicorn.Config(
            cast("Any", application),  # uvicorn's own type of an application names each kind of event
            http=make_protocol(limits, on_unacceptable),
            loop="asyncio",  # uvloop accepts connections without asking our socket
            ws="none",
            lifespan="on",
            interface="asgi3",
            log_config=None,
            access_log=False,  # it has addresses
            proxy_headers=False,  # a header field must not change who a proxy is
            server_header=False,
            timeout_keep_alive=limits.keep_alive_seconds,
            timeout_graceful_shutdown=limits.shutdown_seconds,
        )
        super().__init__(config)
        self.on_start: Callable[[], None] = lambda: None
        self._settings = settings
        self._credentials = credentials
        self._listeners = sockets

    async def startup(self, sockets: object = None) -> None:
        """Start the application, and accept connections."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            self.should_exit = True
            return
        loop = asyncio.get_running_loop()
        context, limits = self._credentials.context, self._settings.limits
        is_tls = context is not None
        self.servers = [
            await loop.create_server(
                self._make_protocol,
                sock=each,
                ssl=context,
                backlog=self.config.backlog,
                ssl_handshake_timeout=limits.handshake_seconds if is_tls else None,
                ssl_shutdown_timeout=min(limits.write_seconds, 5) if is_tls else None,
            )
            for each in self._listeners
        ]
        self._tasks = [loop.create_task(self._sweep())]
        if self._credentials.files.paths:
            self._tasks.append(loop.create_task(self._credentials.watch(self._settings.watch_interval)))
        self.started = True
        self.on_start()

    def _make_protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]  # as uvicorn calls it
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(SWEEP_INTERVAL)
            now = loop.time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, BoundedProtocol):
                    connection.sweep(now, now - last)
            last = now

    async def shutdown(self, sockets: object = None) -> None:
        """Stop accepting, finish what is in flight, and stop the application."""
        try:
            await super().shutdown()
        finally:
            for task in self._tasks:
                task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals, unless another server of the process does."""
        with super().capture_signals() if self.handles_signals else contextlib.nullcontext():
            yield
