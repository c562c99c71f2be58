"""Signatures of messages after Standard Webhooks 1.0: HMAC-SHA256 over the id, the time and the body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

ID_FIELD, TIME_FIELD, SIGNATURE_FIELD = "webhook-id", "webhook-timestamp", "webhook-signature"

SIGNATURE_FIELDS = (ID_FIELD, TIME_FIELD, SIGNATURE_FIELD)
"""The header fields of a signed message."""

LEAST_SECRET = 24
"""Bytes of a secret (Standard Webhooks: 24 to 64)."""


def read_secret(text: str) -> bytes:
    """Return the bytes of a secret (`whsec_` and Base64). ValueError: it is none."""
    if not text.startswith("whsec_"):
        raise ValueError("it does not begin with whsec_")
    try:
        secret = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("what follows whsec_ is not Base64") from None
    if len(secret) < LEAST_SECRET:
        raise ValueError(f"it has {len(secret)} bytes; {LEAST_SECRET} are the least")
    return secret


def compute_digest(secret: bytes, identifier: str, timestamp: int, body: bytes) -> bytes:
    """Return the HMAC of a message: of its id, the seconds since 1970 and its body, with full stops between."""
    mac = hmac.new(secret, b"%s.%d." % (identifier.encode(), timestamp), hashlib.sha256)
    mac.update(body)
    return mac.digest()


def sign(secret: bytes, identifier: str, timestamp: int, body: bytes) -> tuple[tuple[str, str], ...]:
    """Return the header fields of a signed message."""
    signature = base64.b64encode(compute_digest(secret, identifier, timestamp, body)).decode()
    return (ID_FIELD, identifier), (TIME_FIELD, str(timestamp)), (SIGNATURE_FIELD, f"v1,{signature}")
