"""`schemapress serve` as a process, and clients that call it over mutual TLS."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from schemapress.receiver.transport.throwaway_certificates import make_certificates

REPOSITORY = Path(__file__).parent.parent.parent
PACKAGE = REPOSITORY / "generated" / "cityfibre_ticketing"
MESSAGE = (REPOSITORY / "tests" / "data" / "notify-in-progress.xml").read_bytes()
PATH = "/notifyInProgress"
SECONDS_TO_START = 30


def message(message_id: str, reference: str = "BFR-000123") -> bytes:
    """Return a valid message with an identifier and a fault reference."""
    body = MESSAGE.replace(b"BFR-000123", reference.encode())
    start, end = body.index(b"<messageId>") + len(b"<messageId>"), body.index(b"</messageId>")
    return body[:start] + message_id.encode() + body[end:]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@dataclass
class ReceiverProcess:
    """`schemapress serve`, in a folder and a process group of its own.

    It has throw-away certificates unless there is an `authority`: then `options` name its certificates, and `identity`
    is the file with the certificate and the key of the client.
    """

    folder: Path
    options: tuple[str, ...] = ()
    authority: Path | None = None
    identity: Path | None = None
    port: int = field(default_factory=free_port)
    open_files: tuple[int, int] | None = None
    """The soft and the hard limit of open files."""
    package: Path = PACKAGE
    process: subprocess.Popen[bytes] | None = None
    attempts_to_connect: int = 0
    """How often `wait_until_ready` tried."""

    def __post_init__(self) -> None:
        if self.authority is None:
            make_certificates(self.folder / ".schemapress-dev")

    @property
    def log(self) -> str:
        """What it printed."""
        return (self.folder / "server.log").read_text("utf-8", "replace")

    def start(self) -> None:
        """Start it; it takes a while until it answers."""
        command = [sys.executable, "-m", "schemapress", "serve", str(self.package), "--port", str(self.port)]
        if self.authority is None:
            command.append("--dev")
        if self.open_files is not None:
            command = ["prlimit", f"--nofile={self.open_files[0]}:{self.open_files[1]}", *command]
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.options], cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        """Wait until it accepts connections. AssertionError: it ended, or takes too long."""
        end = time.monotonic() + SECONDS_TO_START
        self.attempts_to_connect = 0
        while True:
            self.attempts_to_connect += 1
            assert self.process is not None
            assert self.process.poll() is None, self.log
            assert time.monotonic() < end, self.log
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            except OSError:
                time.sleep(0.05)
            else:
                return

    def __enter__(self) -> ReceiverProcess:
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> int:
        """Stop it as a service manager does, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise

    def connect(self) -> http.client.HTTPSConnection:
        """Return a connection with the certificate of the client."""
        folder = self.folder / ".schemapress-dev"
        context = ssl.create_default_context(cafile=str(self.authority or folder / "ca.pem"))
        if self.authority is None:
            context.load_cert_chain(folder / "client.pem", folder / "client.key")
        elif self.identity is not None:
            context.load_cert_chain(self.identity)
        return http.client.HTTPSConnection("localhost", self.port, context=context, timeout=10)

    def post(self, body: bytes, path: str = PATH) -> tuple[int, bytes]:
        """Send a message, and return the status and the body of the answer."""
        connection = self.connect()
        try:
            connection.request("POST", path, body, {"Content-Type": "application/xml"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
