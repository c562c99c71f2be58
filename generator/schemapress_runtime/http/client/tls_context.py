"""The context of TLS that a client connects with."""

from __future__ import annotations

import ssl
from os import fspath

from ..pem import describe_other, has_certificate, has_key, is_encrypted
from .settings import Path, WrongSettings


def make_context(
    client_certificate: tuple[Path, Path] | None = None, ca: Path | None = None, key_password: str | None = None
) -> ssl.SSLContext:
    """Return a context of TLS 1.2 or newer that verifies the receiver's certificate and its name.

    `client_certificate` has two files in PEM, the certificate (with those of its issuers behind it) and its key, whose
    password is `key_password`. `ca` is a file in PEM with the certificates that are trusted; without it, they are those
    of the system.

    Raises:
        WrongSettings: a file is missing, or not what it should be.
    """
    if ca is not None:
        content = _read(ca, "the certificate of the CA (`ca`)")
        if not has_certificate(content):
            raise _refuse(ca, content, "a certificate", _LINE)
    try:
        context = ssl.create_default_context(cafile=None if ca is None else fspath(ca))
    except ssl.SSLError:
        raise WrongSettings(f"{ca}: A certificate of this file can't be read.", _CUT) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if client_certificate is not None:
        _load_client_certificate(context, *client_certificate, key_password)
    return context


_LINE = "A certificate in PEM has a line -----BEGIN CERTIFICATE-----."
_KEY_LINE = "The key of `client_certificate` has a line that ends with PRIVATE KEY-----."
_CUT = "Was the file cut short?"


def _load_client_certificate(context: ssl.SSLContext, certificate: Path, key: Path, password: str | None) -> None:
    first = _read(certificate, "the client certificate")
    content = _read(key, "the key of the client certificate")
    if has_key(first) and not has_certificate(first) and has_certificate(content):
        message = f"{fspath(certificate)}: This is a private key; expected the client certificate."
        raise WrongSettings(message, "The certificate and the key are exchanged: pass the certificate first.")
    if not has_certificate(first):
        raise _refuse(certificate, first, "the client certificate", _LINE)
    if not has_key(content):
        if fspath(key) == fspath(certificate):
            hint = "Pass the file of the key in `client_certificate`, or add the key to this file."
            raise WrongSettings(f"{fspath(key)}: The file has a certificate, and no key.", hint)
        raise _refuse(key, content, "a private key", _KEY_LINE)
    is_locked = is_encrypted(content)
    if is_locked and password is None:
        hint = "Pass `key_password`, or a key without one: openssl pkey -in KEY -out KEY-WITHOUT."
        raise WrongSettings(f"{fspath(key)}: The key has a password.", hint)
    try:
        context.load_cert_chain(certificate, key, password or "")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            message = f"{fspath(key)}: This is not the key of the certificate {fspath(certificate)}."
            raise WrongSettings(message, "Pass the key that the certificate was made for.") from None
        if is_locked:
            message = f"{fspath(key)}: The password of the key is wrong."
            raise WrongSettings(message, "Try it: openssl pkey -in KEY -noout.") from None
        message = f"{fspath(certificate)}, {fspath(key)}: The certificate or the key can't be read."
        raise WrongSettings(message, _CUT) from None


def _refuse(path: Path, content: bytes, expected: str, hint: str) -> WrongSettings:
    """Return the error of a file that has something else."""
    message, conversion = describe_other(content, expected)
    return WrongSettings(f"{fspath(path)}: {message}", conversion or hint)


def _read(path: Path, role: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        message = f"{fspath(path)}: This file, {role}, can't be read: {error.strerror or error}."
        raise WrongSettings(message, "Check the path and its permissions.") from None
