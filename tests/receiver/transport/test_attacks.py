"""What clients may try against the server itself, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from schemapress.errors import SchemapressError
from schemapress.receiver.transport.authentication import Receive, Scope, Send
from schemapress.receiver.transport.limits import Limits
from schemapress.receiver.transport.listening_socket import source_of
from schemapress.receiver.transport.rotation import CredentialFiles
from schemapress.receiver.transport.server import Listener, ListenerSettings
from tests.support.certificates import Authority
from tests.support.listener import (
    Running,
    client_context,
    connect,
    exchange_bytes,
    listening,
    post,
    serve_lifespan,
    show,
    wait_until,
)

QUICK = Limits(
    handshake_seconds=1,
    header_seconds=1,
    body_seconds=1,
    least_rate=1_000,
    keep_alive_seconds=1,
    write_seconds=1,
    shutdown_seconds=2,
)
HEAD = b"POST /notify HTTP/1.1\r\nHost: x\r\n"


def settings(limits: Limits = QUICK) -> ListenerSettings:
    return ListenerSettings(port=0, limits=limits)


@pytest.fixture(scope="module")
def plain() -> Iterator[Running]:
    """A listener that several tests call."""
    with listening(settings()) as running:
        yield running


def seconds_until_closed(port: int, first: bytes, again: bytes = b"", every: float = 0.2) -> tuple[float, bytes]:
    """Send bytes, then some more every so often; return when the server closes, and what it said."""
    started = time.monotonic()
    received = b""
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.settimeout(every)
        client.sendall(first)
        while time.monotonic() - started < 8:
            with contextlib.suppress(TimeoutError):
                try:
                    part = client.recv(65536)
                except ConnectionError:
                    break
                if not part:
                    break
                received += part
                continue
            with contextlib.suppress(ConnectionError):
                client.sendall(again)
    return time.monotonic() - started, received


# --- slow clients -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"", b"\r\n", id="empty lines"),
        pytest.param(HEAD, b"X-A: b\r\n", id="slowloris"),
        pytest.param(HEAD + b"X-A: ", b"b", id="one endless field"),
        pytest.param(b"P", b"", id="half a method"),
        pytest.param(HEAD + b"Content-Length: 100000\r\n\r\n", b"a", id="slow body"),
        pytest.param(HEAD + b"Content-Length: 10\r\n\r\n", b"", id="half a request"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", id="slow chunks"),
        pytest.param(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n1", b";a=" + b"b" * 400, id="an endless chunk extension"
        ),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"", id="nothing after a response"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\r\n", id="empty lines after a response"),
    ],
)
def test_a_slow_client_is_closed(first: bytes, again: bytes) -> None:
    with listening(settings()) as running:
        seconds, received = seconds_until_closed(running.port, first, again)
        wait_until(lambda: running.listener.connections == 0, 5)

    assert seconds < 4
    assert received == b"" or received.startswith((b"HTTP/1.1 408", b"HTTP/1.1 200"))


def test_a_client_that_never_ends_its_handshake_is_closed(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = CredentialFiles(authority.issue_server().path, None, authority.path)

    with listening(ListenerSettings(port=0, files=files, limits=QUICK)) as running:
        assert seconds_until_closed(running.port, b"")[0] < 4
        assert seconds_until_closed(running.port, b"\x16\x03\x01\x02\x00\x01")[0] < 4
        wait_until(lambda: running.listener.connections == 0, 5)


def test_slow_clients_do_not_hold_up_others() -> None:
    with listening(settings(Limits(header_seconds=5))) as running, contextlib.ExitStack() as stack:
        for _ in range(100):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
            client.sendall(HEAD)
        started = time.monotonic()

        assert post(running.port).status == 200
        assert time.monotonic() - started < 2


def test_a_body_that_is_slow_but_not_too_slow_is_taken() -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(8):
            yield b"a" * 1_000
            time.sleep(0.25)

    with listening(settings()) as running, contextlib.closing(connect(running.port)) as connection:
        connection.request("POST", "/notify", parts(), {"Content-Length": "8000"})
        response = connection.getresponse()

    assert response.status == 200


def test_the_time_of_the_application_is_not_the_clients() -> None:
    """While the application does not read, the client can't send."""

    async def read_late(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(2)
        await show(scope, receive, send)

    limits = Limits(body_seconds=1, least_rate=10_000_000)
    with (
        listening(settings(limits), read_late) as running,
        socket.create_connection(("127.0.0.1", running.port), 10) as client,
    ):
        client.sendall(HEAD + b"Content-Length: 200001\r\n\r\n" + b"a" * 200_000)
        time.sleep(2.5)
        client.sendall(b"a")
        assert client.recv(12) == b"HTTP/1.1 200"


def test_a_client_that_reads_nothing_is_closed() -> None:
    async def flood(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await serve_lifespan(receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(2_000):
            await send({"type": "http.response.body", "body": b"a" * 65_536, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    with listening(settings(), flood) as running, socket.create_connection(("127.0.0.1", running.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: running.listener.connections == 1)
        wait_until(lambda: running.listener.connections == 0, 6)


def test_connections_are_limited_in_all_and_for_one_address() -> None:
    for limits in (Limits(connections=5), Limits(connections_per_address=5)):
        with listening(settings(limits)) as running, contextlib.ExitStack() as stack:
            for _ in range(5):
                stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
            wait_until(lambda running=running: running.listener.connections == 5)

            assert exchange_bytes(running.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""
            running.wait_for("too-many-connections")
            stack.close()
            wait_until(lambda running=running: running.listener.connections == 0)
            assert post(running.port).status == 200


def test_a_network_of_ipv6_is_one_source() -> None:
    assert source_of("2001:db8::1") == source_of("2001:db8::ffff:1%eth0") == "2001:db8::/64"
    assert source_of("2001:db8:0:1::1") != source_of("2001:db8::1")
    assert source_of("::ffff:10.0.0.1") == source_of("10.0.0.1")


# --- bytes that are too many ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(HEAD + b"X-A: " + b"a" * 40_000 + b"\r\n\r\n", id="a long field"),
        pytest.param(HEAD + b"X-A: " + b"a" * 400_000, id="a field without an end"),
        pytest.param(HEAD + b"a" * 400_000, id="a name without an end"),
        pytest.param(b"GET /" + b"a" * 400_000, id="a target without an end"),
        pytest.param(HEAD + b"X-A: b\r\n" * 5_000 + b"\r\n", id="many fields"),
        pytest.param(HEAD + b"".join(b"X-%d: b\r\n" % number for number in range(101)) + b"\r\n", id="101 fields"),
    ],
)
def test_a_header_that_is_too_large_is_refused(sent: bytes) -> None:
    with listening(settings()) as running:
        received = exchange_bytes(running.port, sent)
        assert post(running.port).status == 200

    assert received.startswith(b"HTTP/1.1 431 ") or received == b""  # a reset may overtake the answer
    assert "unacceptable-request" in running.reasons


def test_a_body_goes_on_for_a_bounded_time_after_the_response() -> None:
    """The application refuses chunks over its limit; the client goes on sending for ever."""

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await serve_lifespan(receive, send)
            return
        size = 0
        while size <= 10_000:
            size += len((await receive()).get("body", b""))
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    chunk = b"2710\r\n" + b"a" * 10_000 + b"\r\n"
    sent = 0
    with listening(settings(), refuse) as running, socket.create_connection(("127.0.0.1", running.port), 5) as client:
        client.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while sent < 100_000_000:
                client.sendall(chunk)
                sent += len(chunk)
        wait_until(lambda: running.listener.connections == 0)

    assert sent < 30_000_000


def test_a_large_body_does_not_keep_the_refusal_from_its_sender(tmp_path: Path) -> None:
    peers = tmp_path / "peers.toml"
    peers.write_text(f'[[peer]]\nname = "a"\nsha256 = "{"ab" * 32}"\n')

    with listening(ListenerSettings(port=0, files=CredentialFiles(peers=peers))) as running:
        assert post(running.port, body=b"a" * 5_000_000).kind == "no-credentials"


def test_many_requests_in_line_are_bounded() -> None:
    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await serve_lifespan(receive, send)
            return
        calls.append(scope["path"])
        await asyncio.sleep(0.5)
        await show(scope, receive, send)

    calls: list[str] = []
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with listening(settings(), never) as running:
        received = exchange_bytes(running.port, request * 2_000)

    assert received.count(b"HTTP/1.1 200") == 1
    assert received.count(b"HTTP/1.1 400") == 0  # it would be taken for the response to the second one
    assert len(calls) == 1


def test_a_compressed_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"a" * 10_000_000)

    with listening(settings()) as running:
        answer = post(running.port, fields={"Content-Encoding": "gzip"}, body=bomb)

    assert answer.shown["body"].encode("latin-1") == bomb


# --- requests that two servers would read in two ways -----------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="CL and TE"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", id="TE and CL"),
        pytest.param(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", id="two CL"),
        pytest.param(HEAD + b"Content-Length: 1, 1\r\n\r\na", id="a list of CL"),
        pytest.param(HEAD + b"Content-Length: +1\r\n\r\na", id="CL with a sign"),
        pytest.param(HEAD + b"Content-Length: 0x1\r\n\r\na", id="CL in hexadecimal"),
        pytest.param(HEAD + b"Content-Length : 1\r\n\r\na", id="space before the colon"),
        pytest.param(HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", id="xchunked"),
        pytest.param(HEAD + b"Transfer-Encoding: identity\r\n\r\n", id="identity"),
        pytest.param(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", id="gzip, chunked"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", id="chunked, identity"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n", id="two TE"),
        pytest.param(HEAD + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n", id="vertical tab before chunked"),
        pytest.param(HEAD + b"Transfer-Encoding\r\n : chunked\r\n\r\n0\r\n\r\n", id="folded name"),
        pytest.param(HEAD + b"X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n", id="folded value"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", id="chunk size in 0x"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n", id="negative chunk size"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na", id="chunk size overflow"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\n\r\n", id="chunk without its end"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n", id="chunks with bare line feeds"),
        pytest.param(b"POST / HTTP/1.1\nHost: x\n\n", id="bare line feeds"),
        pytest.param(HEAD + b"X-A: b\rX-B: c\r\n\r\n", id="bare carriage return"),
        pytest.param(HEAD + b"X-A: b\0c\r\n\r\n", id="NUL in a value"),
        pytest.param(HEAD + b"X A: b\r\n\r\n", id="space in a name"),
        pytest.param(HEAD + b": b\r\n\r\n", id="empty name"),
        pytest.param(b"POST / HTTP/1.1\r\n\r\n", id="no Host"),
        pytest.param(HEAD + b"Host: y\r\n\r\n", id="two Hosts"),
        pytest.param(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="chunks in HTTP/1.0"),
        pytest.param(b"POST / HTTP/1.2\r\nHost: x\r\n\r\n", id="HTTP/1.2"),
        pytest.param(b"POST / HTTP/0.9\r\nHost: x\r\n\r\n", id="HTTP/0.9"),
        pytest.param(b"GET /\r\n\r\n", id="no version"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
        pytest.param(b"CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", id="CONNECT"),
        pytest.param(b"GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", id="bytes beyond ASCII in the target"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", id="TLS to a server without it"),
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused(plain: Running, sent: bytes) -> None:
    """Not one of the requests that could be hidden in another one reaches the application."""
    received = exchange_bytes(plain.port, sent + b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")

    assert b"smuggled" not in received
    assert received.startswith((b"HTTP/1.1 4", b"HTTP/1.1 505"))
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"urn:schemapress:problem:" in received


def test_an_upgrade_is_not_made_and_ends_the_connection() -> None:
    """Java's client asks for h2c by default: its request is answered, and nothing after it is read."""
    sent = (
        HEAD
        + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\nContent-Length: 1\r\n\r\na"
    )

    with listening(settings()) as running:
        received = exchange_bytes(running.port, sent + b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")

    assert received.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in received.lower()
    assert b"smuggled" not in received


def test_an_error_after_a_request_does_not_take_the_place_of_its_response() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(0.3)
        await show(scope, receive, send)

    with listening(settings(), slow) as running:
        received = exchange_bytes(running.port, b"GET /first HTTP/1.1\r\nHost: x\r\n\r\nrubbish\r\n\r\n")

    assert received.startswith(b"HTTP/1.1 200")
    assert received.count(b"HTTP/1.1 ") == 1


def test_a_field_of_a_response_can_not_be_split() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await serve_lifespan(receive, send)
            return
        value = scope["path"].encode()
        await send({"type": "http.response.start", "status": 204, "headers": [(b"location", value)]})
        await send({"type": "http.response.body", "body": b""})

    with listening(settings(), echo) as running:
        received = exchange_bytes(
            running.port, b"GET /a%0d%0aSet-Cookie:%20b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )

    assert received == b""  # the response has begun for uvicorn, so that there is no other in its place


@pytest.mark.parametrize(
    "target", ["/notify/../admin", "/notify/%2e%2e/admin", "//notify", "/notify%2fx", "/./notify", "/notify%00"]
)
def test_a_path_is_not_rewritten(plain: Running, target: str) -> None:
    """The application compares whole paths; nothing before it resolves dots or joins slashes."""
    assert post(plain.port, path=target).shown["path"] == unquote(target)


# --- the end ----------------------------------------------------------------------------------------------------------


def test_what_is_in_flight_is_finished_when_the_server_stops() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            begun.set()
            await asyncio.sleep(0.8)
        await show(scope, receive, send)

    begun = threading.Event()
    answers = []
    with listening(settings(), slow) as running:
        idle = socket.create_connection(("127.0.0.1", running.port))
        port = running.port
        thread = threading.Thread(target=lambda: answers.append(post(port)))
        thread.start()
        begun.wait(5)
        started = time.monotonic()
    thread.join(5)
    idle.close()

    assert [answer.status for answer in answers] == [200]
    assert time.monotonic() - started < 5
    with pytest.raises(ConnectionRefusedError):
        post(port)


def test_the_end_waits_no_longer_than_its_limit() -> None:
    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(60)
        await show(scope, receive, send)

    with listening(settings(), endless) as running, socket.create_connection(("127.0.0.1", running.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: running.listener.connections == 1)
        started = time.monotonic()
        running.listener.stop()
        wait_until(lambda: running.listener.connections == 0, 8)

    assert time.monotonic() - started < 6


# --- who may listen ---------------------------------------------------------------------------------------------------


def test_without_certificates_the_server_listens_on_loopback_only(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SchemapressError, match="Without certificates, the server listens on loopback only"):
        Listener(show, ListenerSettings("0.0.0.0", 0))
    with pytest.raises(SchemapressError, match="Without certificates"):
        Listener(show, ListenerSettings("::", 0))
    with listening(ListenerSettings("localhost", 0)) as running:
        assert post(running.port).shown["peer"] is None
    assert "the server listens on loopback only, and asks nobody who calls." in caplog.text


def test_a_server_that_anybody_could_send_to_does_not_start(tmp_path: Path) -> None:
    server = Authority(tmp_path).issue_server()

    with pytest.raises(SchemapressError, match="Anybody could send"):
        Listener(show, ListenerSettings("0.0.0.0", 0, CredentialFiles(server.path)))


def test_a_port_that_is_taken_is_an_error_with_a_hint() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(SchemapressError, match="The port can't be used") as caught,
    ):
        Listener(show, ListenerSettings(port=taken.getsockname()[1]))
    assert caught.value.hint == "Stop what listens there, or choose another port."


def test_a_server_whose_application_does_not_start_says_so() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("the database is not there")

    listener = Listener(broken, ListenerSettings(port=0))
    with pytest.raises(SchemapressError, match="The application failed to start"):
        asyncio.run(listener.serve())


def test_plain_http_to_a_tls_port_gets_nothing(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    files = CredentialFiles(authority.issue_server().path, None, authority.path)

    with listening(ListenerSettings(port=0, files=files)) as running:
        assert exchange_bytes(running.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""
        running.wait_for("handshake-failed")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            post(running.port, client_context(authority.path))
