"""`schemapress serve`: the server, the process of the inbox, and that of deliveries, from their start to their end."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Coroutine, MutableMapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from schemapress.errors import SchemapressError
from schemapress_runtime.http.asgi import AsgiApplication, Receive, Scope, Send

from .collection import settle_collection
from .delivery.process import DeliverySettings
from .delivery.process_client import DeliveryProcess
from .health import HealthApplication
from .inbox.arrival import SubmissionReply
from .inbox.database import connect, migrate, show_url
from .inbox.deliveries import Attempt
from .inbox.retention import Retention
from .intake.batch import Written
from .intake.intake import FIRST_STATES, InboxIntake
from .intake.process import IntakeSettings
from .intake.process_client import InboxProcess, InboxUnavailable
from .metrics import ReceiverMetrics
from .package import Package, load_package
from .page.application import PageApplication
from .page.personal_content import PersonalContent
from .page.records import Records
from .settings import Mode, ReceiverSettings
from .transport.descriptors import RESERVED, make_room
from .transport.limits import Limits
from .transport.listening_socket import ALL_ADDRESSES
from .transport.plain_server import PLAIN_LIMITS, PlainServer
from .transport.rotation import CredentialFiles
from .transport.server import Listener, ListenerSettings
from .transport.throwaway_certificates import ThrowawayCertificates, make_certificates

if TYPE_CHECKING:
    from .tracing import RequestTracing

_LOG = logging.getLogger(__name__)

PAGE_HOST = "127.0.0.1"

DEV_FOLDER = Path(".schemapress-dev")
"""The folder of throw-away certificates."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that is bound and not yet started."""

    listener: Listener
    application: ReceiverApplication
    package: Package
    mode: Mode
    handlers: str | None
    """The name of the handlers."""
    sources: tuple[str, ...]
    """What has settings: the name of a file, and the environment."""
    certificates: ThrowawayCertificates | None
    page: PlainServer | None
    health: PlainServer | None
    inbox: str
    """Where messages are stored, for people: the path of a file, or a URL without its password."""


class ReceiverApplication:
    """The ASGI application of a receiver: starts and ends its processes, and the page, with the server."""

    def __init__(
        self,
        package: Package,
        folder: Path,
        settings: ReceiverSettings,
        mode: Mode,
        *,
        page: PlainServer | None = None,
        health: PlainServer | None = None,
        tracing: RequestTracing | None = None,
    ) -> None:
        exchange = package.exchange(
            settings.max_body,
            with_handlers=mode == "inline" or (mode == "deliver" and _has_queries(package)),
            openapi=settings.openapi_path,
            trailing_slash=settings.trailing_slash,
        )
        self._listener: Listener | None = None
        self._tracing = tracing
        self._beside = [each for each in (page, health) if each is not None]
        self.metrics: ReceiverMetrics | None = None
        if self._beside:
            names = [f"{endpoint.method} {endpoint.path}" for endpoint in exchange.endpoints]
            self.metrics = ReceiverMetrics(names, self._is_ready)
        retention = Retention(
            settings.retention_days,
            settings.quarantine_rows,
            settings.quarantine_bytes,
            settings.dead_retention_days,
        )
        intake = IntakeSettings(settings.database, str(folder), FIRST_STATES[mode], settings.max_body, retention)
        intake = replace(intake, log_format=settings.log_format)
        self._records = Records(connect(settings.database)) if self._beside else None
        self._has_inbox = asyncio.Event()
        self._inbox = InboxProcess(intake, self._on_written, lambda: self._on_restart("inbox"))
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
                handler_seconds=settings.handler_seconds,
                max_body=settings.max_body,
                log_format=settings.log_format,
                telemetry=settings.telemetry,
            )
            self._delivery = DeliveryProcess(
                delivery, settings.shutdown_seconds, self._note, lambda: self._on_restart("delivery")
            )
        taker = InboxIntake(self._inbox, exchange, mode, self._on_reply, tracing)
        self._application: AsgiApplication = package.application(exchange, taker)
        if page is not None and self._records is not None:
            page.application = PageApplication(
                package.name,
                PersonalContent.of_package(package),
                self._records,
                self._show_metrics,
                self._is_ready,
                None if self._delivery is None else self._tell_delivery,
            )
        if health is not None:
            health.application = HealthApplication(self._is_ready, self._show_metrics)

    def attach(self, listener: Listener) -> None:
        """Take the server of the application, which the page and the metrics ask."""
        self._listener = listener
        if self.metrics is not None:
            self.metrics.count_connections = lambda: listener.connections
            self.metrics.certificate_expiry = lambda: listener.certificate_expiry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self.metrics is None and self._tracing is None:
            await self._application(scope, receive, send)
        elif self._tracing is None:
            await self._observe(scope, receive, send)
        else:
            with self._tracing.request(scope) as span:
                status = await self._observe(scope, receive, send)
                self._tracing.end(span, scope, scope["state"].get("endpoint"), status)

    async def _observe(self, scope: Scope, receive: Receive, send: Send) -> int:
        """Serve a request, count it, and return its status; 0 where the sender has gone before."""
        start = time.perf_counter()
        status = 0

        async def send_and_note(event: MutableMapping[str, Any]) -> None:  # Any: as ASGI has it
            nonlocal status
            if event["type"] == "http.response.start":
                status = event["status"]
            await send(event)

        try:
            await self._application(scope, receive, send_and_note)
        finally:
            if self.metrics is not None and status:
                self.metrics.on_request(scope["state"].get("endpoint"), status, time.perf_counter() - start)
        return status

    @property
    def has_finished(self) -> bool:
        """Whether all handlers finished that ran when the server stopped."""
        return self._delivery is None or self._delivery.has_finished

    def _is_ready(self) -> bool:
        if self._delivery is not None and not self._delivery.is_running:
            return False
        return self._inbox.is_available and self._listener is not None and self._listener.accepts

    async def _show_metrics(self) -> tuple[bytes, str]:
        """Return the numbers for Prometheus, and their media type."""
        assert self.metrics is not None
        assert self._records is not None
        try:
            overview = await self._records.survey()
        except SQLAlchemyError:
            overview = None
        return self.metrics.render(overview)

    def _tell_delivery(self) -> None:
        if self._delivery is not None:
            self._delivery.look()

    def _on_written(self, written: Written) -> None:
        if self.metrics is not None:
            self.metrics.on_written(written)
        if written.error is None:
            self._tell_delivery()

    def _on_restart(self, process: str) -> None:
        if self.metrics is not None:
            self.metrics.on_restart(process)

    def _on_reply(self, endpoint: str, reply: SubmissionReply) -> None:
        if self.metrics is not None:
            self.metrics.on_reply(endpoint, reply)

    async def _note(self, attempts: Sequence[Attempt]) -> None:
        await self._has_inbox.wait()  # the two processes start at the same time
        await self._inbox.note(attempts)
        if self.metrics is not None:
            self.metrics.on_attempts(attempts)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                if self._records is not None:
                    stack.callback(self._records.close)
                for server in self._beside:
                    await stack.enter_async_context(server)  # ends last
                await self._start_processes(stack)
            except InboxUnavailable as unavailable:
                await send({"type": "lifespan.startup.failed", "message": str(unavailable)})
                return
            settle_collection()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _start_processes(self, stack: AsyncExitStack) -> None:
        """Start the processes at the same time. InboxUnavailable: one of them does not start."""
        starts: list[Coroutine[Any, Any, object]] = [self._start_inbox()]  # Any: nothing is sent to them
        if self._delivery is not None:
            starts.append(self._delivery.__aenter__())
        results = await asyncio.gather(*starts, return_exceptions=True)
        exits = (self._inbox.__aexit__, *(() if self._delivery is None else (self._delivery.__aexit__,)))
        for exit_, result in zip(exits, results, strict=True):
            if not isinstance(result, BaseException):
                stack.push_async_exit(exit_)  # deliveries end first, while results can be noted
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _start_inbox(self) -> None:
        try:
            await self._inbox.__aenter__()
        finally:
            self._has_inbox.set()  # or else nothing can be noted, which the process of deliveries is then told


def _has_queries(package: Package) -> bool:
    """Whether an endpoint has no message, so that only a handler inside the request can answer it."""
    return any(endpoint.message is None for endpoint in package.exchange(1).endpoints)


def prepare(package_folder: Path, settings: ReceiverSettings) -> Serving:
    """Load the package and the handlers, read the certificates, and bind.

    Raises:
        SchemapressError: one of them can't be used.
    """
    package = load_package(package_folder, settings.handlers)
    inbox = check_database(settings.database)
    mode: Mode = settings.mode or ("deliver" if settings.handlers is not None else "store")
    if mode != "inline":
        _check_answers(package)
    certificates = make_certificates(DEV_FOLDER)[0] if settings.dev else None
    with ExitStack() as bound:
        page = health = None
        if settings.page_port is not None:
            page = PlainServer(PAGE_HOST, settings.page_port)
            bound.callback(page.close)
        if settings.health_port is not None:
            health = PlainServer(settings.health_host, settings.health_port)
            bound.callback(health.close)
        settings = replace(settings, connections=make_room(settings.connections, _count_reserved(page, health)))
        application = ReceiverApplication(
            package, package_folder, settings, mode, page=page, health=health, tracing=_make_tracing(settings)
        )
        on_refusal = None if application.metrics is None else application.metrics.on_refusal
        listener = Listener(application, _listener_settings(settings, certificates), on_refusal=on_refusal)
        bound.callback(listener.close)
        application.attach(listener)
        _check_sender_keys(package, listener)
        _check_expiry(listener)
        _warn_of_missing_certificates(package, listener)
        bound.pop_all()
    return Serving(
        listener=listener,
        application=application,
        package=package,
        mode=mode,
        handlers=settings.handlers,
        sources=settings.sources,
        certificates=certificates,
        page=page,
        health=health,
        inbox=inbox,
    )


def check_database(url: str) -> str:
    """Bring the tables of a database to the newest version, before any process needs them; return where it is.

    Raises:
        SchemapressError: it can't be reached or written, or a newer version made it.
    """
    engine = connect(url)
    try:
        migrate(engine)
    finally:
        engine.dispose()
    if engine.dialect.name == "sqlite":
        return str(Path(engine.url.database or "").absolute())
    return show_url(engine)


def serve(serving: Serving, on_start: Callable[[], None]) -> bool:
    """Serve until SIGINT or SIGTERM comes, and return whether everything in flight was finished.

    `on_start` is called once connections are accepted.

    Raises:
        SchemapressError: the database can't be used.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn handles them, and raises them again once it has ended
        signal.signal(number, lambda *_: None)
    asyncio.run(serving.listener.serve(on_start=on_start))
    return serving.application.has_finished


def _count_reserved(*beside: PlainServer | None) -> int:
    """Return the descriptors that are not for connections of senders."""
    return RESERVED + sum(PLAIN_LIMITS.connections for each in beside if each is not None)


def _make_tracing(settings: ReceiverSettings) -> RequestTracing | None:
    if not settings.telemetry:
        return None
    try:
        from .tracing import RequestTracing  # who does not use it needs no OpenTelemetry
    except ModuleNotFoundError as missing:
        hint = "pip install 'schemapress[telemetry]'"
        raise SchemapressError(f"Telemetry needs {missing.name}, which is not installed.", hint=hint) from None
    return RequestTracing()


def _check_answers(package: Package) -> None:
    """Check that messages can be answered before they are handled. SchemapressError: an answer has a body."""
    exchange = package.exchange(1)
    for endpoint in exchange.endpoints:
        if endpoint.message is not None and exchange.accept(endpoint) is None:
            raise SchemapressError(
                f"{endpoint.method} {endpoint.path} is answered with a document, which only its handler can make.",
                hint="Let handlers answer inside the request: --mode inline --handlers module:name",
            )


def _check_expiry(listener: Listener) -> None:
    """Check that the certificate of the server is good. SchemapressError: it has expired."""
    expiry = listener.certificate_expiry
    if expiry is not None and expiry < time.time():
        day = datetime.fromtimestamp(expiry, UTC).date()
        path = str(listener.credentials.files.certificate)
        raise SchemapressError(f"The certificate of the server expired on {day}.", place=path, hint="Renew it.")


def _warn_of_missing_certificates(package: Package, listener: Listener) -> None:
    """Log the endpoints that ask for a certificate where nobody is asked for one, or for a signature."""
    files = listener.credentials.files
    asking = [each for each in package.exchange(1).endpoints if each.asks_for_certificate]
    if asking and files.client_ca is None and files.peers is None:
        names = ", ".join(f"{endpoint.method} {endpoint.path}" for endpoint in asking)
        message = 'The facts of %s say security = "certificate", and nobody is asked for one: give client-ca or peers.'
        _LOG.warning(message, names, extra={"event": "no-certificates"})


def _check_sender_keys(package: Package, listener: Listener) -> None:
    """Check that a certificate that is bound to identifiers can be held to them. SchemapressError: it can't."""
    allow_list = listener.credentials.current.trust.peer_file.allow_list
    bound = [entry.name for entry in allow_list.entries if entry.identifiers is not None] if allow_list else []
    for endpoint in package.exchange(1).endpoints:
        if bound and endpoint.message is not None and endpoint.sender_key is None:
            name = f"{endpoint.method} {endpoint.path}"
            raise SchemapressError(
                f"The peer {bound[0]} is bound to identifiers, and {name} has no sender-key.",
                hint="Name the element with the identifier of the sender in the endpoint facts: sender-key.",
            )


def _listener_settings(settings: ReceiverSettings, dev: ThrowawayCertificates | None) -> ListenerSettings:
    certificate: Path | None
    key: Path | None
    authorities: Path | None
    if dev is not None:
        certificate, key, authorities = dev.server, dev.server_key, dev.authority
    else:
        certificate, key, authorities = settings.tls_cert, settings.tls_key, settings.client_ca
    files = CredentialFiles(
        certificate,
        key,
        authorities,
        settings.client_certificate_optional,
        settings.crl,
        settings.peers,
        settings.tls_key_password,
    )
    is_local = dev is not None or files.client_ca is None
    return ListenerSettings(
        host=settings.host or ("127.0.0.1" if is_local else ALL_ADDRESSES),
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
