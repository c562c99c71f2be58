"""The gate before the application: each request has a peer, or is refused."""

from __future__ import annotations

import ssl
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from schemapress_runtime.http.response import Response
from schemapress_runtime.limits import MAX_BODY

from .forwarded_certificate import Proxy, certificate_fields, read_forwarded
from .peers import CertificateFacts, Peer
from .refusal import OnRefusal, RefusalLog, Refused
from .rotation import WatchedCredentials
from .signature import TOLERANCE, SignatureFields, Signatures, has_signature
from .trust import Trust, check_dates

Scope = MutableMapping[str, Any]  # the types that ASGI servers give these
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_KNOWN = 10_000
"""Certificates whose peers are remembered."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The peer of a certificate, and until when nothing about it changes by time alone (seconds since 1970)."""

    peer: Peer
    until: float


class Authentication:
    """An ASGI application around another one, which admits only peers.

    The server in front has to give the client's certificate as the TLS extension of ASGI has it:
    `scope["extensions"]["tls"]["client_cert_chain"]`, and the address of the connection itself in `scope["client"]`.
    The application gets `scope["state"]["peer"]`; and of a forwarded certificate, the certificate in the extension. It
    does not get the header fields that the certificate came in.

    Without authorities, peers or proxies, callers are anonymous: the peer is None.
    """

    def __init__(
        self,
        application: Application,
        credentials: WatchedCredentials,
        *,
        on_refusal: OnRefusal | None = None,
        max_body: int = MAX_BODY,
        tolerance: int = TOLERANCE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Wrap an application.

        `max_body` bounds a body whose signature is checked; `tolerance` is in seconds.
        """
        self._application = application
        self._credentials = credentials
        self._log = RefusalLog(on_refusal)
        self._max_body = max_body
        self._clock = clock
        self._signatures = Signatures((), tolerance)
        self._trust = Trust()
        self._known: dict[tuple[str, bool], _Known] = {}
        self._take(credentials.current.trust)

    def _take(self, trust: Trust) -> None:
        self._trust = trust
        self._known = {}
        self._signatures.replace_signers(trust.peer_file.signers)
        files = self._credentials.files
        self._demands = bool(files.client_ca or files.peers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1003})
            else:
                await self._application(scope, receive, send)
            return
        trust = self._credentials.current.trust
        if trust is not self._trust:
            self._take(trust)
        scope.setdefault("state", {})["peer"] = None
        try:
            peer = self._authenticate(scope)
            if peer is None and self._demands:
                signed = self._signed(scope["headers"])
                receive, peer = await self._read_signed(signed, receive)
                if peer is None:
                    return
            scope["state"]["peer"] = peer
        except Refused as refused:
            self._log.report(refused.reason, refused.peer, refused.evidence)
            await _send(refused.respond(), scope, send)
            return
        await self._application(scope, receive, send)

    def _authenticate(self, scope: Scope) -> Peer | None:
        """Return the peer of the connection's certificate, or of the one that a proxy forwards."""
        forwarded = certificate_fields(scope["headers"])
        tls = (scope.get("extensions") or {}).get("tls") or {}
        chain = tls.get("client_cert_chain") or (None,)
        pem: str | None = chain[0]
        current = tls.get("schemapress.authorities", self._trust.authorities) is self._trust.authorities
        proxy = self._find_proxy(scope, pem, current) if self._trust.peer_file.proxies else None
        if proxy is None:
            if forwarded:
                detail = "Only a proxy that the server knows may send certificates in header fields."
                raise Refused("unnamed-proxy", detail)
            return None if pem is None else self._identify(pem, verified=current)
        certificate = read_forwarded(proxy.form, forwarded)
        if forwarded:
            scope["headers"] = [each for each in scope["headers"] if each not in forwarded]
        if certificate is None:
            scope["extensions"] = {**(scope.get("extensions") or {}), "tls": {**tls, "client_cert_chain": []}}
            return None
        pem = certificate.certificate.public_bytes(Encoding.PEM).decode()
        known = self._known.get((pem, False))
        if known is None or self._clock() > known.until:
            now = datetime.fromtimestamp(self._clock(), UTC)
            self._trust.verify(certificate.certificate, certificate.chain, now)
            known = self._remember((pem, False), certificate.certificate, now)
        scope["extensions"] = {**(scope.get("extensions") or {}), "tls": {**tls, "client_cert_chain": [pem]}}
        return known.peer

    def _identify(self, pem: str, *, verified: bool) -> Peer:
        """Return the peer of a certificate of TLS, whose chain was verified by the authorities of now or before."""
        known = self._known.get((pem, verified))
        if known is None or self._clock() > known.until:
            certificate = x509.load_der_x509_certificate(ssl.PEM_cert_to_DER_cert(pem))
            now = datetime.fromtimestamp(self._clock(), UTC)
            if not verified:
                self._trust.verify(certificate, self._trust.authorities, now)
            known = self._remember((pem, verified), certificate, now)
        return known.peer

    def _remember(self, key: tuple[str, bool], certificate: x509.Certificate, now: datetime) -> _Known:
        facts = self._trust.read(certificate)
        peer = self._trust.identify(certificate, now)
        known = _Known(peer, self._trust.good_until(facts).timestamp())
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[key] = known
        return known

    def _find_proxy(self, scope: Scope, pem: str | None, current: bool) -> Proxy | None:
        """Return the proxy that calls, or None."""
        address = scope["client"][0] if scope.get("client") else None
        facts = None
        for proxy in self._trust.peer_file.proxies:
            if proxy.pattern and pem is not None and facts is None:
                facts = self._read_proxy_certificate(pem, current)
            if proxy.is_at(address) and proxy.has_certificate(facts):
                return proxy
        return None

    def _read_proxy_certificate(self, pem: str, current: bool) -> CertificateFacts:
        certificate = x509.load_der_x509_certificate(ssl.PEM_cert_to_DER_cert(pem))
        now = datetime.fromtimestamp(self._clock(), UTC)
        facts = self._trust.read(certificate)
        check_dates(facts, now)
        self._trust.revocation.check(facts, now)
        if not current:
            self._trust.verify(certificate, self._trust.authorities, now)
        return facts

    def _signed(self, fields: list[tuple[bytes, bytes]]) -> SignatureFields:
        if not self._signatures or not has_signature(fields):
            expected = "a client certificate or a signature" if self._signatures else "a client certificate"
            raise Refused("no-credentials", f"The request has no credentials; expected {expected}.")
        return self._signatures.read(fields, self._clock())

    async def _read_signed(self, signed: SignatureFields, receive: Receive) -> tuple[Receive, Peer | None]:
        """Return a `receive` that gives the body that was verified, and its peer; None where the sender has gone."""
        body = bytearray()
        while True:
            event = await receive()
            if event["type"] != "http.request":
                return receive, None
            body += event.get("body", b"")
            if len(body) > self._max_body:
                detail = f"The body has more than {self._max_body:,} bytes, the most that is accepted."
                raise Refused("body-too-large", detail)
            if not event.get("more_body", False):
                break
        content = bytes(body)
        peer = self._signatures.verify(signed, content)
        self._signatures.accept_once(signed, peer, self._clock())
        events: list[Event] = [{"type": "http.request", "body": content, "more_body": False}]

        async def receive_again() -> Event:
            return events.pop() if events else await receive()

        return receive_again, peer


async def _send(response: Response, scope: Scope, send: Send) -> None:
    """Send a response, and end the connection.

    Without TLS, a connection that ends while the body still comes is reset, and the client may never see the
    response; the server then reads on for a while instead.
    """
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.fields]
    has_body = any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])
    if scope.get("scheme") == "https" or not has_body:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content(scope["method"])})
