"""What is wrong with a file of a certificate or a key, in words: OpenSSL itself often says nothing."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from schemapress.errors import SchemapressError
from schemapress_runtime.http.pem import describe_other, has_certificate, has_key, is_encrypted

_LOG = logging.getLogger(__name__)

_LINES = "tls-cert and client-ca have lines -----BEGIN CERTIFICATE-----, tls-key has -----BEGIN PRIVATE KEY-----."


def read_file(path: Path) -> bytes:
    """Return the bytes of a file. SchemapressError: it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"The file can't be read: {error.strerror}."
        raise SchemapressError(message, place=str(path), hint="Check its name and its rights.") from None


def read_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a file, in PEM.

    Raises:
        SchemapressError: the file can't be read, or has something else; with the command that converts it.
    """
    content = read_file(path)
    if not has_certificate(content):
        raise _refuse(path, content, "a certificate")
    try:
        return tuple(x509.load_pem_x509_certificates(content))
    except ValueError as error:
        hint = "openssl x509 -in FILE -noout -text reads the first one. Was the file cut short?"
        raise SchemapressError(f"A certificate can't be read: {_reason(error)}.", place=str(path), hint=hint) from None


def check_key(certificate: Path, key: Path, password: str | None) -> None:
    """Check that a file has the private key of a certificate.

    Raises:
        SchemapressError: it has not, or its password is missing or wrong; or one of the files can't be read.
    """
    first = read_certificates(certificate)[0]
    content = read_file(key)
    place = str(key)
    if not has_key(content):
        if key == certificate:
            hint = "Give the file of the key (--tls-key), or add the key to this file."
            raise SchemapressError("The file has a certificate, and no key.", place=place, hint=hint)
        raise _refuse(key, content, "a private key")
    is_locked = is_encrypted(content)
    if is_locked and password is None:
        hint = "Give tls-key-password, or a key without one: openssl pkey -in KEY -out KEY-WITHOUT."
        raise SchemapressError("The key has a password.", place=place, hint=hint)
    try:
        private = load_pem_private_key(content, (password or "").encode() if is_locked else None)
    except Exception as error:  # cryptography raises several kinds, also for a key of an algorithm that it lacks
        if is_locked:
            message, hint = "The password of the key is wrong.", "Try it: openssl pkey -in KEY -noout."
        else:
            message, hint = f"The key can't be read: {_reason(error)}.", "Was the file cut short?"
        raise SchemapressError(message, place=place, hint=hint) from None
    if private.public_key() != first.public_key():
        message = "The key is not that of the certificate."
        hint = f"Give the key of {certificate}; the certificate of the server comes first in that file."
        raise SchemapressError(message, place=place, hint=hint)


def warn_of_readers(path: Path | None, what: str) -> None:
    """Log that every user of the machine can read a file, if so."""
    if path is None:
        return
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if mode & stat.S_IROTH:
        message = "%s: every user of this machine can read %s. Run chmod o-rwx on it."
        _LOG.warning(message, path, what, extra={"event": "readable-secret"})


def _refuse(path: Path, content: bytes, expected: str) -> SchemapressError:
    """Return the error of a file that has something else than was expected."""
    message, conversion = describe_other(content, expected)
    return SchemapressError(message, place=str(path), hint=conversion or _LINES)


def _reason(error: Exception) -> str:
    text = str(error).partition(".")[0].partition("(")[0].strip()
    return text or type(error).__name__
