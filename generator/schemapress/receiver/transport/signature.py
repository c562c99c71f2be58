"""Signatures of messages, for partners without certificates: HMAC-SHA256 after Standard Webhooks 1.0."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemapress_runtime.http.signature import SIGNATURE_FIELDS, compute_digest

from .peers import Peer, PeerEntry
from .refusal import Refused

TOLERANCE = 300
"""Seconds that the time of a signature may differ from the server's."""

MOST_IDS = 500_000
"""Signatures that are remembered, each until it is too old to be accepted: some 150 bytes each."""

MOST_SIGNATURES = 16
"""Signatures of one message: one for each secret that the sender has."""

FIELDS = tuple(name.encode() for name in SIGNATURE_FIELDS)
"""The header fields of a signature."""

_ID = re.compile(r"[\x21-\x7e]{1,200}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class SignatureFields:
    """The fields of a signature, read, and not yet believed."""

    id: str
    timestamp: int
    signatures: tuple[bytes, ...]


def has_signature(fields: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request has any field of a signature."""
    return any(name in FIELDS for name, _ in fields)


def read_signature(fields: Iterable[tuple[bytes, bytes]], now: float, tolerance: int = TOLERANCE) -> SignatureFields:
    """Return the fields of a signature whose time is near.

    Raises:
        Refused: a field is missing, repeated or unreadable, or the time too far away.
    """
    values: dict[bytes, str] = {}
    for name, value in fields:
        if name in FIELDS:
            if name in values:
                raise Refused("wrong-signature", f"{name.decode()} has more than one value.")
            values[name] = value.decode("latin-1").strip()
    for name in FIELDS:
        if name not in values:
            raise Refused("wrong-signature", f"The request has no {name.decode()}.")
    identifier, timestamp, signatures = (values[name] for name in FIELDS)
    if not _ID.fullmatch(identifier) or "." in identifier:  # a full stop would leave open where the id ends
        raise Refused("wrong-signature", "webhook-id is not 1 to 200 visible characters without a full stop.")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Refused("wrong-signature", "webhook-timestamp is not a number of seconds.")
    if abs(now - int(timestamp)) > tolerance:
        raise Refused("old-signature", f"webhook-timestamp is more than {tolerance} seconds from the server's time.")
    return SignatureFields(identifier, int(timestamp), tuple(_read_signatures(signatures)))


def _read_signatures(text: str) -> list[bytes]:
    parts = text.split(" ")
    if len(parts) > MOST_SIGNATURES:
        raise Refused("wrong-signature", f"webhook-signature has more than {MOST_SIGNATURES} signatures.")
    signatures = []
    for part in parts:
        version, _, encoded = part.partition(",")
        if version == "v1":  # others, v1a among them, are signatures by other algorithms
            try:
                signatures.append(base64.b64decode(encoded, validate=True))
            except (binascii.Error, ValueError):
                raise Refused("wrong-signature", "A signature is not Base64.") from None
    if not signatures:
        raise Refused("wrong-signature", "webhook-signature has no signature of version v1.")
    return signatures


class Signatures:
    """Recognises peers by their signatures, and refuses a signature that was accepted before.

    A sender that tries again signs again, with a new timestamp: the same id with another timestamp is not refused.
    What was accepted is remembered in this process; after a restart, or in another process, the inbox recognises
    the message instead.
    """

    def __init__(self, signers: Sequence[PeerEntry], tolerance: int = TOLERANCE) -> None:
        self._signers = tuple(signers)
        self._tolerance = tolerance
        self._accepted: set[bytes] = set()
        self._order: deque[tuple[float, bytes]] = deque()

    def __bool__(self) -> bool:
        return bool(self._signers)

    def replace_signers(self, signers: Sequence[PeerEntry]) -> None:
        """Recognise other signers from now on."""
        self._signers = tuple(signers)

    def read(self, fields: Iterable[tuple[bytes, bytes]], now: float) -> SignatureFields:
        """Return the fields of a signature: see `read_signature`."""
        return read_signature(fields, now, self._tolerance)

    def verify(self, signed: SignatureFields, body: bytes) -> Peer:
        """Return the peer that signed a body.

        Raises:
            Refused: nobody known signed it.
        """
        peers = []
        for signer in self._signers:
            for secret in signer.secrets:
                digest = compute_digest(secret, signed.id, signed.timestamp, body)
                # every secret is compared with every signature, so that the time does not tell which one was right
                if sum([hmac.compare_digest(digest, signature) for signature in signed.signatures]):
                    peers.append(signer)
        if not peers:
            raise Refused("wrong-signature", "No known partner signed the body.")
        return Peer(peers[0].name, None, "", peers[0].identifiers)

    def accept_once(self, signed: SignatureFields, peer: Peer, now: float) -> None:
        """Remember a signature that was verified.

        Raises:
            Refused: it was accepted before, or too many were accepted to remember one more.
        """
        while self._order and self._order[0][0] < now:
            self._accepted.discard(self._order.popleft()[1])
        text = f"{peer.name}\n{signed.id}\n{signed.timestamp}"
        key = hashlib.sha256(text.encode()).digest()[:16]
        if key in self._accepted:
            raise Refused("replayed-signature", "This signature was used before; sign each attempt anew.", peer)
        if len(self._accepted) >= MOST_IDS:
            raise Refused("too-many-signatures", "Too many signed messages; try again later.", peer)
        self._accepted.add(key)
        # kept until the latest moment at which the timestamp is still near; in the order of arrival, which is enough
        self._order.append((now + 2 * self._tolerance + 1, key))
