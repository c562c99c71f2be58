"""A server on loopback that does what a script says: for each connection one act, the last one for all further ones."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

Act = Callable[["Connection"], None]


@dataclass
class Connection:
    """One connection; `server` is told what was received on it."""

    socket: socket.socket
    server: ScriptedServer

    def read_request(self) -> bytes:
        """Return a request whole, by its Content-Length; what there is of it where the sender leaves."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = self.socket.recv(65_536)
            if not part:
                return data
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            part = self.socket.recv(65_536)
            if not part:
                break
            body += part
        self.server.requests.append(head + b"\r\n\r\n" + body)
        return head + b"\r\n\r\n" + body


@dataclass
class ScriptedServer:
    """Where the server listens, and the requests that it has read."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)


def answer(status: str, *fields: str, body: bytes = b"") -> Act:
    """Return the act that reads a request and answers it."""

    def act(connection: Connection) -> None:
        connection.read_request()
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *fields, "", ""]
        connection.socket.sendall("\r\n".join(lines).encode("latin-1") + body)

    return act


def send(data: bytes) -> Act:
    """Return the act that reads a request, sends these bytes and closes the connection."""

    def act(connection: Connection) -> None:
        connection.read_request()
        connection.socket.sendall(data)

    return act


def hang(connection: Connection) -> None:
    """Read a request, and never answer it."""
    connection.read_request()
    connection.server.stopped.wait(20)


def drip(data: bytes, seconds: float) -> Act:
    """Return the act that sends one byte now and then, for longer than a test should wait."""

    def act(connection: Connection) -> None:
        connection.read_request()
        connection.socket.sendall(data)
        for _ in range(100):
            if connection.server.stopped.wait(seconds):
                return
            connection.socket.sendall(b"x")

    return act


def go_on_and_on(connection: Connection) -> None:
    """Send interim responses, for longer than a test should wait."""
    connection.read_request()
    end = time.monotonic() + 20
    while time.monotonic() < end and not connection.server.stopped.is_set():
        connection.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


@contextmanager
def scripted_server(script: Sequence[Act], context: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """Run a server in threads of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = ScriptedServer(listener.getsockname()[1])
        threads: list[threading.Thread] = []

        def serve(accepted: socket.socket, act: Act) -> None:
            with contextlib.suppress(OSError), accepted:  # a client may leave, or refuse the certificate
                if context is None:
                    act(Connection(accepted, server))
                    return
                with context.wrap_socket(accepted, server_side=True) as secured:
                    act(Connection(secured, server))

        def accept() -> None:
            while True:
                try:
                    accepted, _ = listener.accept()
                except OSError:
                    return
                act = script[min(server.connections, len(script) - 1)]
                server.connections += 1
                thread = threading.Thread(target=serve, args=(accepted, act))
                thread.start()
                threads.append(thread)

        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield server
        finally:
            server.stopped.set()
            listener.shutdown(socket.SHUT_RDWR)
            acceptor.join(20)
            for thread in threads:
                thread.join(20)
