"""What is wrong with a file of a certificate or a key, in words: OpenSSL itself often says nothing."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

from schemapress.errors import SchemapressError

_LOG = logging.getLogger(__name__)

_CERTIFICATE, _KEY = b"-----BEGIN CERTIFICATE-----", b" PRIVATE KEY-----"
_ENCRYPTED = (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")
_NEW_FILE = "and give FILE.pem."


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
    if _CERTIFICATE not in content:
        raise SchemapressError(_name_content(content, "a certificate"), place=str(path), hint=_convert(content))
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
    if _KEY not in content:
        if key == certificate:
            hint = "Give the file of the key (--tls-key), or add the key to this file."
            raise SchemapressError("The file has a certificate, and no key.", place=place, hint=hint)
        raise SchemapressError(_name_content(content, "a private key"), place=place, hint=_convert(content))
    is_encrypted = any(mark in content for mark in _ENCRYPTED)
    if is_encrypted and password is None:
        hint = "Give tls-key-password, or a key without one: openssl pkey -in KEY -out KEY-WITHOUT."
        raise SchemapressError("The key has a password.", place=place, hint=hint)
    try:
        private = load_pem_private_key(content, (password or "").encode() if is_encrypted else None)
    except Exception as error:  # cryptography raises several kinds, also for a key of an algorithm that it lacks
        if is_encrypted:
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


def _name_content(content: bytes, expected: str) -> str:
    """Return the message about a file that has something else than was expected."""
    if not content.strip():
        return f"The file is empty; expected {expected}."
    if _CERTIFICATE in content:
        return f"This is a certificate; expected {expected}."
    if _KEY in content:
        return f"This is a private key; expected {expected}."
    if _is_pkcs12(content):
        return f"This is PKCS #12, a certificate and its key in one; expected {expected} in PEM."
    der = _find_der(content)
    if der is not None:
        return f"This is {der[0]} in DER; expected {expected} in PEM."
    return f"This is neither a certificate nor a key; expected {expected} in PEM."


def _convert(content: bytes) -> str:
    """Return how to make PEM of a file."""
    if _is_pkcs12(content):
        return f"Convert it: openssl pkcs12 -in FILE -noenc -out FILE.pem, {_NEW_FILE}"
    der = _find_der(content)
    if der is not None:
        return f"Convert it: openssl {der[1]} -inform DER -in FILE -out FILE.pem, {_NEW_FILE}"
    return "tls-cert and client-ca have lines -----BEGIN CERTIFICATE-----, tls-key has -----BEGIN PRIVATE KEY-----."


def _is_pkcs12(content: bytes) -> bool:
    """Whether a file is PKCS #12: a sequence whose first item is the version 3 (RFC 7292 §4)."""
    return content[:1] == b"\x30" and b"\x02\x01\x03\x30" in content[:10]


def _find_der(content: bytes) -> tuple[str, str] | None:
    """Return what a file is in DER, with the command of OpenSSL for it; None where it is not DER."""
    try:
        x509.load_der_x509_certificate(content)
    except ValueError:
        pass
    else:
        return "a certificate", "x509"
    try:
        load_der_private_key(content, None)
    except TypeError:  # it has a password
        pass
    except Exception:  # as for a key in PEM
        return None
    return "a private key", "pkey"


def _reason(error: Exception) -> str:
    text = str(error).partition(".")[0].partition("(")[0].strip()
    return text or type(error).__name__
