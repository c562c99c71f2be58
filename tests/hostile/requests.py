"""Hostile requests to real servers: each is answered, no answer tells what is inside, and the server survives."""

from __future__ import annotations

import random
import re
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import cityfibre_ticketing
from tests.conftest import MESSAGE
from tests.integration.application import MAX_BODY
from tests.integration.conftest import SERVERS
from tests.integration.service import Service, post, serve
from tests.support.documents import mutated_bytes

_PATH = b"/notifyInProgress"
_METHODS = (b"GET", b"HEAD", b"PUT", b"OPTIONS", b"TRACE", b"post", b"CONNECT", b"P\x00ST", b"POST" * 50)
_PATHS = (
    *(b"/", b"*", b"//", b"/notifyInProgress/", b"/../notifyInProgress", b"/notifyInProgress?a=b", b"/%00", b"/%ff"),
    *(b"http://other/notifyInProgress", b"/" + b"a" * 5_000, b"/st%C3%B6rung/%E5%85%89", b"/\xc3\xb6", b"?", b"/a#b"),
)
_FIELDS = (
    *(b"Content-Type: text/plain", b"Content-Type: application/xml", b"Content-Type: application/xml; charset=utf-16"),
    *(
        b"Content-Type: text/xml;charset='x'",
        b"Content-Type: application/xml; charset=unicode_escape",
        b"Content-Type:",
    ),
    *(b"Content-Type: application/xml" + b";a=b" * 500, b"Content-Encoding: gzip", b"Content-Encoding: identity"),
    *(b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999999999", b"Content-Length: " + b"9" * 5_000),
    *(
        b"Content-Length: 0x10",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked",
        b"Expect: 100-continue",
    ),
    *(b"Expect: nothing", b"Connection: upgrade", b"Upgrade: websocket", b"X-\xff: \xfe", b"X: a\r\n b", b": x", b"X"),
    *(b"Host: b", b"Cookie: " + b"c" * 3_000, b"Accept: text/html", b"Content_Type: text/plain", b"X: \x00"),
)
_VERSIONS = (b"HTTP/1.0", b"HTTP/1.1", b"HTTP/2.0", b"HTTP/0.9", b"ICY", b"")
_INSIDE = (b"Traceback", b"site-packages", b"/tests/", b'File "')
"""Texts that no answer may have."""

_OF_THE_SERVER = "\nh11._util."
"""What uvicorn logs where a body breaks the protocol, which it has answered by then: the beginning of the last line."""

_TRACEBACK = re.compile(r"Traceback \(most recent call last\):\n(?:.*\n)*?\S.*\n")

LONGEST_ANSWER = 200_000
"""Bytes of an answer, whatever was sent."""

MOMENT = 0.2
"""Seconds after which a server that does not answer is taken to wait for more."""

PATIENCE = 10
"""Seconds in which a server answers, or closes the connection."""


def request(chance: random.Random) -> tuple[bytes, int | None]:
    """Return the bytes of a request, and the status that it must get where there can be only one."""
    body = MESSAGE if chance.random() < 0.3 else mutated_bytes(MESSAGE, chance.getrandbits(32))
    if chance.random() < 0.4:
        status = 204 if cityfibre_ticketing.validate(body).valid else None
        return _bytes(b"POST", _PATH, b"HTTP/1.1", [b"Content-Type: application/xml"], body), status
    if chance.random() < 0.05:
        body *= MAX_BODY // len(body) + 1
    method = b"POST" if chance.random() < 0.7 else chance.choice(_METHODS)
    path = _PATH if chance.random() < 0.7 else chance.choice(_PATHS)
    version = b"HTTP/1.1" if chance.random() < 0.9 else chance.choice(_VERSIONS)
    fields = [b"Content-Type: application/xml"] * (chance.random() < 0.8)
    fields += chance.sample(_FIELDS, chance.randint(0, 3))
    whole = _bytes(method, path, version, fields, body)
    if chance.random() < 0.2:
        whole = mutated_bytes(whole, chance.getrandbits(32))
    return whole, None


def _bytes(method: bytes, path: bytes, version: bytes, fields: list[bytes], body: bytes) -> bytes:
    if b"Transfer-Encoding: chunked" in fields:
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    elif not any(field.startswith(b"Content-Length") for field in fields):
        fields = [*fields, b"Content-Length: %d" % len(body)]
    line = b" ".join(part for part in (method, path, version) if part)
    return b"\r\n".join([line, b"Host: a", b"Connection: close", *fields, b"", body])


def answer(service: Service, sent: bytes, moment: float = MOMENT) -> bytes:
    """Return all that a server sends until it closes the connection.

    A server that waits for more than was sent gets the end of what there is after a moment, in seconds.

    Raises:
        TimeoutError: it neither answers nor closes.
    """
    received = b""
    with socket.create_connection(("127.0.0.1", service.port)) as connection, suppress(ConnectionError):
        connection.settimeout(moment)
        connection.sendall(sent)
        while part := _next_part(connection):
            received += part
    return received


def _next_part(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except TimeoutError:
        if connection.gettimeout() == PATIENCE:
            raise
        connection.settimeout(PATIENCE)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(65_536)


def wrong_with(received: bytes, status: int | None) -> str | None:
    """Return what is wrong with an answer, if anything is."""
    if len(received) > LONGEST_ANSWER:
        return f"an answer of {len(received):,} bytes"
    if any(word in received for word in _INSIDE):
        return f"an answer that tells what is inside: {received[:500]!r}"
    found = received.split(b" ", 2)[1] if received.startswith(b"HTTP/") else b""
    if status is not None and found != b"%d" % status:
        return f"expected {status}: {received[:200]!r}"
    if found.startswith(b"5") and found not in (b"501", b"505"):  # what the server itself says of methods and versions
        return f"a failure: {received[:300]!r}"
    return None


def run(seconds: float, seed: int, most: int = sys.maxsize) -> tuple[Counter[str], list[str]]:
    """Send requests to each server, at most so many and for a part of some seconds; return the counts and errors."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    counts["servers"] = len(SERVERS)
    for number, (name, (server, application)) in enumerate(SERVERS.items()):
        with tempfile.TemporaryDirectory() as folder, serve(server, application, Path(folder)) as service:
            wrong += [f"{name}: {what}" for what in _run(service, seconds / len(SERVERS), seed + number, most, counts)]
    return counts, wrong


def _run(service: Service, seconds: float, seed: int, most: int, counts: Counter[str]) -> list[str]:
    chance = random.Random(seed)
    wrong: list[str] = []
    ends = time.monotonic() + seconds
    for number in range(most):
        if time.monotonic() > ends:
            break
        sent, status = request(chance)
        counts["requests"] += 1
        try:
            received = answer(service, sent, MOMENT if status is None else PATIENCE)
        except TimeoutError:
            wrong.append(f"no answer to {sent[:500]!r}")
            continue
        counts["without an answer"] += not received
        if what := wrong_with(received, status):
            wrong.append(f"{what}, to {sent[:500]!r}")
        if number % 200 == 0 and post(service, MESSAGE).status != 204:
            wrong.append(f"no message is taken after {sent[:500]!r}")
    if service.stop() not in (0, -15):
        wrong.append("the server ended badly")
    traces = [trace for trace in _TRACEBACK.findall(service.log()) if _OF_THE_SERVER not in trace]
    wrong += [f"the log has a traceback: {trace[-1_500:]}" for trace in traces[:5]]
    return wrong
