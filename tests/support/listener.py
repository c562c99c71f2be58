"""A listener in a thread, and clients that call it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemapress.receiver.transport.authentication import Application, Receive, Scope, Send
from schemapress.receiver.transport.peers import Peer
from schemapress.receiver.transport.server import Listener, ListenerSettings


async def serve_lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


async def show(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what the application got."""
    if scope["type"] == "lifespan":
        await serve_lifespan(receive, send)
        return
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        body += event.get("body", b"")
        if not event.get("more_body", False):
            break
    peer: Peer | None = scope["state"]["peer"]
    document = {
        "peer": None if peer is None else peer.name,
        "identifiers": None if peer is None or peer.identifiers is None else sorted(peer.identifiers),
        "chain": scope["extensions"].get("tls", {}).get("client_cert_chain"),
        "fields": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]],
        "path": scope["path"],
        "method": scope["method"],
        "body": body.decode("latin-1"),
    }
    content = json.dumps(document).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


@dataclass
class Running:
    """A listener that runs, and what it refused."""

    listener: Listener
    refusals: list[tuple[str, Peer | None]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.listener.port

    @property
    def reasons(self) -> list[str]:
        return [reason for reason, _ in self.refusals]

    def wait_for(self, reason: str) -> None:
        """Wait until something was refused for a reason."""
        wait_until(lambda: reason in self.reasons)


def wait_until(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


@contextlib.contextmanager
def listening(settings: ListenerSettings, application: Application = show) -> Iterator[Running]:
    """Run a listener in a thread."""
    refusals: list[tuple[str, Peer | None]] = []
    listener = Listener(application, settings, on_refusal=lambda reason, peer: refusals.append((reason, peer)))
    thread = threading.Thread(target=lambda: asyncio.run(listener.serve()))
    thread.start()
    try:
        wait_until(lambda: listener.started or not thread.is_alive())
        yield Running(listener, refusals)
    finally:
        listener.stop()
        thread.join(30)
        assert not thread.is_alive(), "the server did not end"


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self.body)
        return shown

    @property
    def kind(self) -> str:
        """The last part of the type of a problem document."""
        return self.body.decode().partition("<type>")[2].partition("</type>")[0].rpartition(":")[2]


def client_context(authority: Path, identity: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authority))
    if identity is not None:
        context.load_cert_chain(identity)
    return context


def connect(port: int, context: ssl.SSLContext | None = None) -> http.client.HTTPConnection:
    if context is None:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=15, context=context)


def ask(
    connection: http.client.HTTPConnection,
    fields: Mapping[str, str] | None = None,
    body: bytes = b"<a/>",
    path: str = "/notify",
    method: str = "POST",
) -> Answer:
    """Send a request by a connection, and return the response."""
    connection.request(method, path, body, dict(fields or {}))
    response = connection.getresponse()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def post(port: int, context: ssl.SSLContext | None = None, **keywords: Any) -> Answer:
    """Send a request by a connection of its own, and return the response."""
    with contextlib.closing(connect(port, context)) as connection:
        return ask(connection, **keywords)


def exchange_bytes(port: int, sent: bytes, context: ssl.SSLContext | None = None, seconds: float = 10) -> bytes:
    """Send bytes, and return all that comes until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), seconds) as plain:
        client = plain if context is None else context.wrap_socket(plain, server_hostname="127.0.0.1")
        with contextlib.suppress(ConnectionResetError, BrokenPipeError, ssl.SSLError):
            client.sendall(sent)
        received = b""
        with contextlib.suppress(ConnectionResetError, ssl.SSLError):
            while part := client.recv(65536):
                received += part
        return received
