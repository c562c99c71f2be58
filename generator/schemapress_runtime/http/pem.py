"""What a file of a certificate or a key has, told by its first bytes, with the command that makes PEM of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CERTIFICATE = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_KEY = b" PRIVATE KEY-----"  # not the whole line, which scanners for secrets would take for a key
_ENCRYPTED = (b" ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")
_NEW_FILE = "and give FILE.pem."


def has_certificate(content: bytes) -> bool:
    """Whether a file has a certificate in PEM."""
    return _CERTIFICATE.search(content) is not None


def has_key(content: bytes) -> bool:
    """Whether a file has a private key in PEM."""
    return _KEY in content


def is_encrypted(content: bytes) -> bool:
    """Whether the private key of a file has a password."""
    return any(mark in content for mark in _ENCRYPTED)


def describe_other(content: bytes, expected: str) -> tuple[str, str]:
    """Return what a file has that is not what was expected, and how to convert it ("" where nothing would)."""
    if not content.strip():
        return f"The file is empty; expected {expected}.", ""
    if has_certificate(content):
        return f"This is a certificate; expected {expected}.", ""
    if has_key(content):
        return f"This is a private key; expected {expected}.", ""
    der = _find_der(content)
    if der is None:
        return f"This is neither a certificate nor a key; expected {expected} in PEM.", ""
    return f"This is {der.what}; expected {expected} in PEM.", f"Convert it: openssl {der.command}, {_NEW_FILE}"


@dataclass(frozen=True, slots=True)
class _Der:
    what: str
    command: str


_PKCS12 = _Der("PKCS #12, a certificate and its key in one", "pkcs12 -in FILE -noenc -out FILE.pem")
_DER_CERTIFICATE = _Der("a certificate in DER", "x509 -inform DER -in FILE -out FILE.pem")
_DER_KEY = _Der("a private key in DER", "pkey -inform DER -in FILE -out FILE.pem")

_SEQUENCE, _INTEGER, _OBJECT, _OCTETS, _VERSION = 0x30, 0x02, 0x06, 0x04, 0xA0
"""Tags of DER: those of the types, and that of the version in a certificate."""


def _find_der(content: bytes) -> _Der | None:
    """Return what a file is in DER, by the first items of its sequence; None where it is not DER.

    A certificate begins with a sequence that begins with its version or its number (RFC 5280 §4.1), an encrypted key
    with one that begins with the object identifier of its algorithm, and octets behind it (RFC 5958 §3). Another key
    begins with the version 0 or 1 (RFC 5958 §2, RFC 5915 §3, RFC 8017 §A.1.2), PKCS #12 with the version 3 (RFC 7292
    §4).
    """
    whole = _find_sequence(content)
    if whole is None:
        return None
    inside = content[whole.start :]
    if inside[:2] == bytes((_INTEGER, 1)):
        return {b"\0": _DER_KEY, b"\1": _DER_KEY, b"\3": _PKCS12}.get(inside[2:3])
    first = _find_sequence(inside)
    if first is None:
        return None
    tag = inside[first.start : first.start + 1]
    if tag in (bytes((_VERSION,)), bytes((_INTEGER,))):
        return _DER_CERTIFICATE
    is_key = tag == bytes((_OBJECT,)) and inside[first.stop : first.stop + 1] == bytes((_OCTETS,))
    return _DER_KEY if is_key else None


def _find_sequence(content: bytes) -> slice | None:
    """Return where the content of the sequence is that some bytes begin with; None where they begin with another."""
    if len(content) < 2 or content[0] != _SEQUENCE:
        return None
    length, start = content[1], 2
    if length >= 0x80:
        start += length & 0x7F
        length = int.from_bytes(content[2:start])
    return slice(start, start + length)
