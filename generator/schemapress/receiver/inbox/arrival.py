"""What comes to an inbox, and what becomes of it: plain values, which cross to the process of the writer."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Arrival(NamedTuple):
    """A valid message. `state` is that in which it begins; `certificate` is the sender's, in DER."""

    endpoint: str
    sender: str
    message_key: str | None
    ordering_key: str | None
    received_at: int
    state: str
    path: str
    headers: str
    body: bytes
    certificate: bytes | None = None

    @property
    def identity(self) -> bytes | None:
        """What is equal for a message that is sent again: a digest of endpoint, sender and message key."""
        if self.message_key is None:
            return None
        return identity_of(self.endpoint, self.sender, self.message_key)


class Rejection(NamedTuple):
    """A refused message. `reason` is the last part of the problem's type, `report` its problems as JSON."""

    endpoint: str
    sender: str
    message_key: str | None
    received_at: int
    status: int
    reason: str
    report: str
    path: str
    headers: str
    body: bytes
    certificate: bytes | None = None


class Answer(NamedTuple):
    """The answer to a message that is handled inside its request. `headers` are JSON."""

    id: int
    status: int
    headers: str
    body: bytes


class Outcome(NamedTuple):
    """What became of an arrival: stored now, or known before.

    `id` is that of the stored message. `conflicts`: another message with the same key was stored before. A message
    that is known has the state and the answer of the one before.
    """

    id: int
    is_new: bool = True
    conflicts: bool = False
    state: str = ""
    answer_status: int | None = None
    answer_headers: str | None = None
    answer_body: bytes | None = None


def identity_of(*parts: str) -> bytes:
    """Return a digest of texts that differs for other texts, wherever one ends and the next begins."""
    digest = hashlib.sha256()
    for part in parts:
        text = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(text))
        digest.update(text)
    return digest.digest()
