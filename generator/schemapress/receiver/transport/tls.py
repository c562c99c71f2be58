"""TLS: the context of the server, and what a handshake that fails says."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from schemapress.errors import SchemapressError

from .key_files import check_key
from .refusal import Reason
from .revocation import RevocationLists

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Ciphers of TLS 1.2: those with forward secrecy and authenticated encryption. TLS 1.3 has no others."""

OnHandshakeFailure = Callable[[Reason, str], None]
"""Takes the reason, and what OpenSSL says."""

_CODES: dict[int, Reason] = {  # X509_V_ERR_… of OpenSSL's x509_vfy.h
    3: "no-revocation-list",
    9: "expired-certificate",
    10: "expired-certificate",
    11: "no-revocation-list",
    12: "no-revocation-list",
    23: "revoked-certificate",
}


class ObservedHandshake(ssl.SSLObject):
    """The TLS of one connection. asyncio tells nobody why a handshake failed; this does."""

    authorities: ClassVar[Sequence[x509.Certificate]] = ()
    on_failure: ClassVar[OnHandshakeFailure | None] = None
    _failure: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        """Go on with the handshake.

        asyncio closes a connection whose handshake failed without sending the alert that tells the client why. So a
        failure is raised when it is asked for again; until then, there is only something to send.
        """
        if self._failure is not None:
            raise self._failure
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            observer = type(self).on_failure
            if observer is not None:
                observer(*_explain(error))
            self._failure = error
            raise ssl.SSLWantReadError from None


def _explain(error: ssl.SSLError) -> tuple[Reason, str]:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CODES.get(error.verify_code, "untrusted-certificate"), error.verify_message
    if error.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE":
        return "no-credentials", "the client sent no certificate"
    return "handshake-failed", (error.reason or "unknown").lower().replace("_", " ")


class RotatingContext(ssl.SSLContext):
    """The context that a listener keeps: it takes each new connection to the context of the moment.

    `SSLContext.sni_callback` could swap contexts too, but keeps the verification flags of the first one, so that
    revocation lists that come later would never be asked.
    """

    current: ssl.SSLContext

    def __new__(cls, current: ssl.SSLContext) -> RotatingContext:
        """Make the context around the first one."""
        context = super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)
        context.current = current
        return context

    def __init__(self, current: ssl.SSLContext) -> None:
        pass

    def wrap_bio(self, *arguments: Any, **keywords: Any) -> ssl.SSLObject:  # Any: passed on as they are
        """Begin the TLS of a connection."""
        return self.current.wrap_bio(*arguments, **keywords)


def make_context(
    certificate: Path,
    key: Path | None,
    authorities: Sequence[x509.Certificate] = (),
    revocation: RevocationLists | None = None,
    *,
    optional: bool = False,
    password: str | None = None,
    on_failure: OnHandshakeFailure | None = None,
) -> ssl.SSLContext:
    """Return a server's context. With authorities, a client needs a certificate of theirs, unless it is optional.

    Sessions are never resumed by tickets. OpenSSL keeps a cache of TLS 1.2 sessions per context, so a resumed one
    had its chain verified by the same files; dates, revocation and the allow list are looked at for each request.

    Raises:
        SchemapressError: a file can't be used, or the key is not the certificate's.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_TICKET
    context.num_tickets = 0
    _load_key(context, certificate, key, password)
    if authorities:
        _trust(context, authorities, revocation)
        context.verify_mode = ssl.CERT_OPTIONAL if optional else ssl.CERT_REQUIRED
    names = {"authorities": authorities, "on_failure": None if on_failure is None else staticmethod(on_failure)}
    # typeshed has the attribute on the class alone, the documentation of Python on objects as well
    context.sslobject_class = type("ObservedHandshake", (ObservedHandshake,), names)
    return context


def _load_key(context: ssl.SSLContext, certificate: Path, key: Path | None, password: str | None) -> None:
    def ask() -> str:  # without it, OpenSSL would ask on the terminal
        if password is None:
            raise ValueError
        return password

    try:
        context.load_cert_chain(certificate, key, ask)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        check_key(certificate, key or certificate, password)  # which says what is wrong; OpenSSL often does not
        message = f"The certificate and its key can't be used: {getattr(error, 'reason', None) or error}."
        hint = "OpenSSL refuses them: is the key too short, or the algorithm too old?"
        raise SchemapressError(message, place=str(key or certificate), hint=hint) from None


def _trust(
    context: ssl.SSLContext, authorities: Sequence[x509.Certificate], revocation: RevocationLists | None
) -> None:
    context.load_verify_locations(cadata=b"".join(known.public_bytes(Encoding.DER) for known in authorities))
    if not revocation:
        return
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:  # OpenSSL reads lists from files alone
        file.write(b"".join(known.pem for known in revocation.newest))
        file.flush()
        context.load_verify_locations(file.name)
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    if all(revocation.covers(known.issuer) for known in authorities):
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
