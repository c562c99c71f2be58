"""A server in a process of its own, and a client for it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from tests.conftest import REPOSITORY

PROBLEM = "{urn:ietf:rfc:7807}"
TYPES = "urn:schemapress:problem:"


@dataclass(frozen=True)
class Service:
    """A server that runs: where it listens, its process, and the folder with its log and what it received."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    folder: Path
    _seen: list[str] = field(default_factory=list)

    def received(self) -> list[dict[str, Any]]:  # Any: JSON
        """Return the messages that its handler received since the last call."""
        file = self.folder / "received"
        lines = file.read_text("utf-8").splitlines(keepends=True) if file.exists() else []
        new = [line for line in lines[len(self._seen) :] if line.endswith("\n")]
        self._seen.extend(new)
        return [json.loads(line) for line in new]

    def wait_for_receipt(self) -> None:
        """Wait until something was received."""
        deadline = time.monotonic() + 20
        while not self.received():
            assert time.monotonic() < deadline, "nothing was received"
            time.sleep(0.01)

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def stop(self) -> int:
        """Tell it to end, as a supervisor does, and return its exit status once it has."""
        self.process.terminate()
        return self.process.wait(20)


@dataclass(frozen=True)
class Response:
    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, str]:
        """The fields of the problem document that it is; `type` without the beginning that all have."""
        assert self.headers["content-type"] == "application/problem+xml"
        root = etree.fromstring(self.body)
        assert root.tag == PROBLEM + "problem"
        fields = {str(child.tag).removeprefix(PROBLEM): child.text or "" for child in root}
        assert fields["status"] == str(self.status)
        assert fields["title"] == self.reason or not self.reason
        assert fields["type"].startswith(TYPES)
        return {**fields, "type": fields["type"].removeprefix(TYPES)}

    @property
    def problems(self) -> list[dict[str, str]]:
        items = etree.fromstring(self.body).findall(f"{PROBLEM}problems/{PROBLEM}i")
        return [{str(field.tag).removeprefix(PROBLEM): field.text or "" for field in item} for item in items]


@contextmanager
def serve(server: str, application: str, folder: Path, **environment: str) -> Iterator[Service]:
    with socket.create_server(("127.0.0.1", 0)) as listener, (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "tests.integration.serve", server, application, str(listener.fileno())]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "generated"))),
            "RECEIVED": str(folder / "received"),
            **environment,
        }
        with subprocess.Popen(
            command, cwd=folder, env=environment, pass_fds=[listener.fileno()], stdout=log, stderr=log
        ) as process:
            try:
                yield Service(server, listener.getsockname()[1], process, folder)
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()


def post(
    service: Service,
    body: bytes,
    *,
    method: str = "POST",
    path: str = "/notifyInProgress",
    content_type: str = "application/xml",
    headers: Mapping[str, str] | None = None,
) -> Response:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    connection.request(method, path, body, {"Content-Type": content_type, **(headers or {})})
    answer = connection.getresponse()
    response = Response(answer.status, answer.reason, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    connection.close()
    return response


def send_raw(service: Service, request: bytes, *, leave: bool = False) -> bytes:
    """Send the bytes of a request on a connection of its own, and return all that comes back.

    Where the sender is to leave, nothing more can be sent once the request is.
    """
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
        connection.sendall(request)
        if leave:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65_536):
            received += part
    return received


def parse(answer: bytes) -> Response:
    """Return the response that the bytes of an answer are."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    _, status, reason = status_line.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Response(int(status), reason, headers, body)


def raw_request(body: bytes, *fields: tuple[str, str], method: str = "POST", close: bool = True) -> bytes:
    """Return the bytes of a request with exactly these fields, Host, and Connection where it is to be closed."""
    lines = [
        f"{method} /notifyInProgress HTTP/1.1".encode(),
        b"Host: a",
        *(f"{n}: {v}".encode("latin-1") for n, v in fields),
    ]
    return b"\r\n".join([*lines, *([b"Connection: close"] if close else []), b"", body])
