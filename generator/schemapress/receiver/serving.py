"""`schemapress serve`: the server, the process of the inbox, and that of deliveries, from their start to their end."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from schemapress.errors import SchemapressError
from schemapress_runtime.http.asgi import AsgiApplication, Receive, Scope, Send

from .delivery.process import DeliverySettings
from .delivery.process_client import DeliveryProcess
from .inbox.retention import Retention
from .intake.intake import STATES, InboxIntake
from .intake.process import IntakeSettings
from .intake.process_client import InboxProcess, InboxUnavailable
from .package import Package, load_package
from .settings import Mode, ReceiverSettings
from .transport.limits import Limits
from .transport.rotation import CredentialFiles
from .transport.server import Listener, ListenerSettings
from .transport.throwaway_certificates import ThrowawayCertificates, make_certificates

_LOG = logging.getLogger(__name__)

DEV_FOLDER = Path(".schemapress-dev")
"""The folder of throw-away certificates."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that is bound and not yet started."""

    listener: Listener
    package: Package
    mode: Mode
    certificates: ThrowawayCertificates | None


class ReceiverApplication:
    """The ASGI application of a receiver: starts and ends its processes with the server."""

    def __init__(self, package: Package, folder: Path, settings: ReceiverSettings, mode: Mode) -> None:
        retention = Retention(settings.retention_days, settings.quarantine_rows, settings.quarantine_bytes)
        intake = IntakeSettings(settings.database, str(folder), STATES[mode], settings.max_body, retention)
        self._inbox = InboxProcess(intake, self._tell_delivery)
        self._delivery: DeliveryProcess | None = None
        if mode == "deliver":
            assert settings.handlers is not None
            delivery = DeliverySettings(
                settings.database,
                str(folder),
                settings.handlers,
                settings.attempts,
                settings.first_pause,
                settings.longest_pause,
                settings.at_once,
                settings.max_body,
            )
            self._delivery = DeliveryProcess(delivery, settings.shutdown_seconds, self._inbox.note)
        exchange = package.exchange(settings.max_body, with_handlers=mode == "inline")
        self._application: AsgiApplication = package.application(exchange, InboxIntake(self._inbox, exchange, mode))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._application(scope, receive, send)

    def _tell_delivery(self) -> None:
        if self._delivery is not None:
            self._delivery.look()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(self._inbox)
                if self._delivery is not None:
                    await stack.enter_async_context(self._delivery)  # ends first, while results can be noted
            except InboxUnavailable as unavailable:
                await send({"type": "lifespan.startup.failed", "message": str(unavailable)})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def prepare(package_folder: Path, settings: ReceiverSettings) -> Serving:
    """Load the package and the handlers, read the certificates, and bind.

    Raises:
        SchemapressError: one of them can't be used.
    """
    package = load_package(package_folder, settings.handlers)
    mode: Mode = settings.mode or ("deliver" if settings.handlers is not None else "store")
    if mode != "inline":
        _check_answers(package)
    certificates = make_certificates(DEV_FOLDER)[0] if settings.dev else None
    application = ReceiverApplication(package, package_folder, settings, mode)
    listener = Listener(application, _listener_settings(settings, certificates))
    return Serving(listener, package, mode, certificates)


def serve(serving: Serving) -> None:
    """Serve until SIGINT or SIGTERM comes.

    Raises:
        SchemapressError: the database can't be used.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn handles them, and raises them again once it has ended
        signal.signal(number, lambda *_: None)
    asyncio.run(serving.listener.serve())


def _check_answers(package: Package) -> None:
    """Check that messages can be answered before they are handled. SchemapressError: an answer has a body."""
    exchange = package.exchange(1)
    for endpoint in exchange.endpoints:
        if endpoint.message is not None and exchange.accept(endpoint) is None:
            raise SchemapressError(
                f"{endpoint.method} {endpoint.path} is answered with a document, which only its handler can make.",
                hint="Let handlers answer inside the request: --mode inline --handlers module:name",
            )


def _listener_settings(settings: ReceiverSettings, dev: ThrowawayCertificates | None) -> ListenerSettings:
    if dev is not None:
        files = CredentialFiles(dev.server, dev.server_key, dev.authority, peers=settings.peers)
    else:
        files = CredentialFiles(
            settings.tls_cert,
            settings.tls_key,
            settings.client_ca,
            settings.client_certificate_optional,
            settings.crl,
            settings.peers,
        )
    is_local = dev is not None or files.client_ca is None
    return ListenerSettings(
        host=settings.host or ("127.0.0.1" if is_local else "0.0.0.0"),
        port=settings.port,
        files=files,
        limits=Limits(
            header_seconds=settings.header_seconds,
            body_seconds=settings.body_seconds,
            connections=settings.connections,
            connections_per_address=settings.connections_per_address,
            shutdown_seconds=settings.shutdown_seconds,
        ),
        max_body=settings.max_body,
    )
