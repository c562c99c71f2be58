"""What a client is told about the receiver: its address, certificates, timeouts and limits."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from urllib.parse import urlsplit

Path = str | PathLike[str]


class WrongSettings(ValueError):
    """A client can't be made with these settings; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that a client waits: for a connection, for a part of the answer, to write a part of the request.

    `total` is for one attempt, from looking up the name to the last byte of the answer.

    Raises:
        ValueError: one is not more than 0.
    """

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    total: float = 60.0

    def __post_init__(self) -> None:
        for name in ("connect", "read", "write", "total"):
            if not getattr(self, name) > 0:
                raise ValueError(f"the timeout {name!r} is more than 0 seconds, not {getattr(self, name)}")


def check_url(url: str) -> str:
    """Return the URL that paths are added to, without a slash at its end.

    Raises:
        WrongSettings: it is none.
    """
    example = "Pass one such as https://partner.example or https://partner.example/api."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WrongSettings(f"The URL {url!r} can't be read: {error}.", example) from None
    if parts.scheme not in ("http", "https"):
        raise WrongSettings(f"The URL {url!r} does not begin with https:// or http://.", example)
    if not parts.hostname or port == 0 or re.search(r"[\x00-\x20\x7f\\]", url):
        raise WrongSettings(f"The URL {url!r} names no host.", example)
    if "@" in parts.netloc:
        raise WrongSettings("The URL has a user or a password.", "Pass an Authorization header instead.")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise WrongSettings(f"The URL {url!r} has a query or a fragment.", example)
    return url.rstrip("/")


_RESERVED = frozenset({"content-type", "content-length", "content-encoding", "transfer-encoding", "host", "connection"})
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def check_headers(headers: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Return header fields that are sent with each request.

    Raises:
        WrongSettings: one has a name or a value that can't be sent, or describes the body.
    """
    for name, value in (headers or {}).items():
        if name.lower() in _RESERVED:
            raise WrongSettings(f"The header field {name} follows from the message.", "Leave it out.")
        if not _TOKEN.fullmatch(name) or not value.isprintable() or not value.isascii():
            raise WrongSettings(f"The header field {name!r} has a name or a value that can't be sent.")
    return tuple((headers or {}).items())


def make_context(client_certificate: tuple[Path, Path] | None = None, ca: Path | None = None) -> ssl.SSLContext:
    """Return a context of TLS 1.2 or newer that verifies the receiver's certificate and its name.

    `client_certificate` has two files in PEM, the certificate (with those of its issuers behind it) and its key. `ca`
    is a file in PEM with the certificates that are trusted; without it, they are those of the system.

    Raises:
        WrongSettings: a file is missing, or not what it should be.
    """
    if ca is not None:
        _check_readable(ca, "the certificate of the CA (ca)")
    try:
        context = ssl.create_default_context(cafile=None if ca is None else fspath(ca))
    except ssl.SSLError:
        raise WrongSettings(f"{ca}: There is no certificate in PEM in this file.", _PEM.format("CERTIFICATE")) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if client_certificate is not None:
        certificate, key = client_certificate
        _check_readable(certificate, "the client certificate")
        _check_readable(key, "the key of the client certificate")
        _load_client_certificate(context, certificate, key)
    return context


_PEM = "A file in PEM has a line -----BEGIN {}-----. `openssl x509 -inform DER -in FILE` converts one in DER."


def _load_client_certificate(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    def refuse_password() -> str:
        raise WrongSettings(
            f"{fspath(key)}: The key is encrypted.", "Decrypt it (openssl pkey), or pass an ssl.SSLContext that has it."
        )

    try:
        context.load_cert_chain(certificate, key, refuse_password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            message = f"{fspath(key)}: This is not the key of the certificate {fspath(certificate)}."
            raise WrongSettings(message, "Pass the key that the certificate was made for.") from None
        message = (
            f"{fspath(certificate)}, {fspath(key)}: There is no certificate in PEM in the one, or no key in the other."
        )
        raise WrongSettings(message, _PEM.format("CERTIFICATE")) from None


def _check_readable(path: Path, role: str) -> None:
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        message = f"{fspath(path)}: This file, {role}, can't be read: {error.strerror or error}."
        raise WrongSettings(message, "Check the path and its permissions.") from None
