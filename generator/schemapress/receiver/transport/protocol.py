"""uvicorn's HTTP/1.1 with what it leaves out: the client's certificate, and bounds on what a client may do."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Callable
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from schemapress_runtime.http.problem_document import PROBLEM_MEDIA_TYPE, ProblemDocument

from .limits import Limits

MOST_PIPELINED = 32
"""Requests that a client may send before it has the response to the first one."""

MOST_DRAINED = 10_000_000
"""Bytes of a body that are read, and thrown away, after the response was sent."""

_VERSIONS = {"TLSv1.2": 0x0303, "TLSv1.3": 0x0304}

_SPECIAL = frozenset([b"host", b"expect", b"transfer-encoding"])
"""The header fields that the protocol itself looks at."""

Phase = Literal["idle", "header", "body"]


class UnacceptableRequest(Exception):
    """A request breaks a bound, or leaves open where it ends."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.document = ProblemDocument(status, kind, detail)


class BoundedProtocol(HttpToolsProtocol):
    """One connection.

    The application gets `scope["extensions"]["tls"]`, read once per connection. `sweep`, called every so often,
    closes the connections of clients that are too slow: that costs a request nothing but to note the time.
    """

    limits = Limits()
    on_unacceptable: Callable[[str], None] | None = None

    _phase: Phase = "header"
    _since = 0.0
    _header_bytes = 0
    _field_bytes = 0
    _hosts = 0
    _is_chunked = False
    _body_bytes = 0
    _drained_bytes = 0
    _stopped = False
    _unacceptable: ProblemDocument | None = None
    _unwritten = 0
    _stalled_since: float | None = None
    _closing_since: float | None = None
    _extensions: dict[str, dict[str, object]]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin: the client gets its time for a first request."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._extensions = {}
        connection = transport.get_extra_info("ssl_object")
        if isinstance(connection, ssl.SSLObject):
            self._extensions = {"tls": read_tls(connection)}

    def data_received(self, data: bytes) -> None:
        """Take bytes of the client."""
        if self._stopped:
            return
        if self._phase == "idle":
            self._begin_header()
        if self._phase == "header":
            self._header_bytes += len(data)
        super().data_received(data)
        if self._phase == "header" and self._header_bytes > self.limits.header_bytes and not self._stopped:
            self._unacceptable = self._header_too_large().document
            self.send_400_response("")

    def _begin_header(self) -> None:
        self._phase, self._since, self._header_bytes = "header", self.loop.time(), 0

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        if self._phase == "idle":
            self._begin_header()
        self._field_bytes = self._hosts = 0
        self._is_chunked = False
        self.scope["extensions"] = self._extensions  # type: ignore[typeddict-item]  # uvicorn's type has no extensions

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field. Those after the body (trailers) are dropped: they would join those that were checked."""
        size = self._field_bytes = self._field_bytes + len(name) + len(value) + 4
        if size > self.limits.header_bytes or len(self.headers) >= self.limits.header_fields:
            raise self._header_too_large()
        if self._phase != "header":
            return
        lower = name.lower()
        if lower in _SPECIAL:
            self._look_at(lower, value)
        self.headers.append((lower, value))

    def _look_at(self, name: bytes, value: bytes) -> None:
        """Take a field that says how the request goes on; uvicorn's `on_header` knows `Expect` alone."""
        if name == b"host":
            self._hosts += 1
        elif name == b"expect":
            self.expect_100_continue = self.expect_100_continue or value.lower() == b"100-continue"
        else:
            self._is_chunked = True
            if value.strip().lower() != b"chunked":
                raise UnacceptableRequest(400, "wrong-transfer-encoding", "Transfer-Encoding is not chunked.")

    def _count(self, size: int) -> None:
        self._field_bytes += size
        if self._field_bytes > self.limits.header_bytes:
            raise self._header_too_large()

    def _header_too_large(self) -> UnacceptableRequest:
        limits = self.limits
        detail = f"The header has more than {limits.header_bytes:,} bytes or {limits.header_fields} fields."
        return UnacceptableRequest(431, "header-too-large", detail)

    def on_headers_complete(self) -> None:
        """Take the request to the application."""
        version = self.parser.get_http_version()
        if self._hosts != 1 and (self._hosts or version != "1.0"):  # RFC 9112 §3.2
            raise UnacceptableRequest(400, "wrong-host", "The request has no Host, or more than one.")
        if self._is_chunked and version == "1.0":  # RFC 9112 §6.1
            raise UnacceptableRequest(400, "wrong-transfer-encoding", "HTTP/1.0 has no Transfer-Encoding.")
        if version not in ("1.0", "1.1"):
            raise UnacceptableRequest(505, "wrong-version", "The server speaks HTTP/1.1.")
        if len(self.pipeline) >= MOST_PIPELINED:
            detail = f"More than {MOST_PIPELINED} requests wait for the response to the first one."
            raise UnacceptableRequest(400, "too-many-requests-in-line", detail)
        self._phase, self._since, self._body_bytes, self._drained_bytes = "body", self.loop.time(), 0, 0
        super().on_headers_complete()
        if self.parser.should_upgrade():  # the parser takes what follows for another protocol
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._body_bytes += len(body)
        if self.cycle.response_complete:
            self._drained_bytes += len(body)
            if self._drained_bytes > MOST_DRAINED:
                self._stop()
                self.transport.close()
            return
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._phase = "idle"
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser or a bound does not accept.

        The response to an earlier request is not interrupted: another one in its place would be taken for it.
        """
        document = self._unacceptable or self._find_cause() or ProblemDocument(400, "wrong-request", "This is no HTTP.")
        waits_for_body = self._phase == "body"
        self._stop()
        if self.on_unacceptable is not None:
            self.on_unacceptable(document.kind)
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and (not waits_for_body or self.pipeline):
            self.pipeline.clear()
            cycle.keep_alive = False
            return
        if cycle is not None and not cycle.response_complete:
            started = cycle.response_started
            cycle.disconnected = True
            cycle.message_event.set()
            if started:
                self.transport.close()
                return
        self._write(document)
        self.transport.close()

    def _find_cause(self) -> ProblemDocument | None:
        """Return what a callback of the parser raised, which httptools chains to its own error."""
        error = sys.exc_info()[1]
        while error is not None:
            if isinstance(error, UnacceptableRequest):
                return error.document
            error = error.__cause__ or error.__context__
        return None

    def _write(self, document: ProblemDocument) -> None:
        body = document.to_xml()
        fields = b"content-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        head = STATUS_LINE[document.status] + fields % (PROBLEM_MEDIA_TYPE.encode(), len(body))
        self.transport.write(head + body)

    def _stop(self) -> None:
        """Read no more of what the client sends."""
        self._stopped = True
        self._phase = "idle"
        self._unset_keepalive_if_required()

    def sweep(self, now: float, interval: float) -> None:
        """Close the connection if its client is too slow. `interval` is the time since the last call."""
        transport, limits = self.transport, self.limits
        if transport.is_closing():
            self._closing_since = self._closing_since or now
            if now - self._closing_since > limits.write_seconds:
                transport.abort()
            return
        unwritten = transport.get_write_buffer_size()
        if not unwritten or unwritten < self._unwritten:
            self._stalled_since = None
        elif self._stalled_since is None:
            self._stalled_since = now
        elif now - self._stalled_since > limits.write_seconds:
            transport.abort()
        self._unwritten = unwritten
        if self._phase == "header" and now - self._since > limits.header_seconds:
            self._refuse_slow("The header took too long.")
        elif self._phase == "body":
            if self.flow.read_paused:  # the application takes its time, not the client
                self._since += interval
            elif now - self._since > limits.body_seconds + self._body_bytes / limits.least_rate:
                self._refuse_slow("The body took too long.")

    def _refuse_slow(self, detail: str) -> None:
        if self._header_bytes == 0 and self._phase == "header":  # a client that says nothing gets no answer
            self._stop()
            self.transport.close()
            return
        self._unacceptable = ProblemDocument(408, "too-slow", detail)
        self.send_400_response("")


def read_tls(connection: ssl.SSLObject) -> dict[str, object]:
    """Return the TLS extension of ASGI for a connection, and the authorities by which its certificate was verified."""
    certificate = connection.getpeercert(binary_form=True)
    return {
        "server_cert": None,
        "client_cert_chain": [] if certificate is None else [ssl.DER_cert_to_PEM_cert(certificate)],
        "client_cert_error": None,
        "tls_version": _VERSIONS.get(connection.version() or ""),
        "cipher_suite": None,
        "schemapress.authorities": getattr(connection, "authorities", ()),
    }


def make_protocol(limits: Limits, on_unacceptable: Callable[[str], None]) -> type[asyncio.Protocol]:
    """Return the class of connections with these limits."""
    names: dict[str, Any] = {"limits": limits, "on_unacceptable": staticmethod(on_unacceptable)}  # of any type
    return type("BoundedProtocol", (BoundedProtocol,), names)
