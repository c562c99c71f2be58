"""The context of TLS that a client connects with."""

from __future__ import annotations

import ssl
from os import fspath

from .settings import Path, WrongSettings


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
