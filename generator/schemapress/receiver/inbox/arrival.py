"""What comes to an inbox, and what becomes of it: plain values, which cross to the process of the writer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple


class MessageSender(NamedTuple):
    """Who sends a message: the name of the peer, for whom it may speak (None: for anybody), its certificate in DER."""

    name: str
    identifiers: frozenset[str] | None = None
    certificate: bytes | None = None


class Submission(NamedTuple):
    """A request whose header fields are in order, as the server hands it over. `endpoint` is its place in the exchange.

    `received_at` is in microseconds since 1970.
    """

    endpoint: int
    path: str
    headers: Mapping[str, str]
    charset: str | None
    content_length: int | None
    body: bytes
    sender: MessageSender | None
    received_at: int


class Arrival(NamedTuple):
    """A valid message, with the keys that the schema names.

    `operation` is empty where the endpoint has one; of several, each has keys of its own.
    """

    endpoint: str
    message_key: str | None
    ordering_key: str | None
    submission: Submission
    operation: str = ""

    @property
    def identity(self) -> bytes | None:
        """What is equal for a message that is sent again: made of key, endpoint, operation and sender."""
        if self.message_key is None:
            return None
        sender = self.submission.sender
        operation = (self.operation,) if self.operation else ()
        return identity_of(self.message_key, self.endpoint, *operation, "" if sender is None else sender.name)


class Rejection(NamedTuple):
    """A message that is refused: why, as the last part of the problem's type, and its problems as JSON.

    `conflicts_with` is the number of the message that came before with the same key.
    """

    endpoint: str
    message_key: str | None
    status: int
    reason: str
    report: str
    submission: Submission
    conflicts_with: int | None = None


class StoredAnswer(NamedTuple):
    """The answer to a message that is handled inside its request. `headers` are JSON."""

    id: int
    status: int
    headers: str
    body: bytes


class FailedHandling(NamedTuple):
    """Why the handler of a message failed inside its request."""

    id: int
    error: str


class Outcome(NamedTuple):
    """What became of an arrival: stored now, or known before.

    `id` is that of the stored message. `conflicts`: another message with the same key was stored before. A message
    that is known has the answer of the one before, and its state: where it is to be handled now, the new one.
    """

    id: int
    is_new: bool = True
    conflicts: bool = False
    state: str = ""
    answer: StoredAnswer | None = None


class SubmissionReply(NamedTuple):
    """What the server is to answer to a submission.

    `id` and `state` are those of the stored message, if there is one; `state` is empty of a new one. `reason` is that
    of a refusal, as in the quarantine.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    id: int | None = None
    state: str = ""
    reason: str = ""


LONGEST_KEY_KEPT = 40
"""Bytes of a message key that stands in an identity as it is."""


def identity_of(key: str, *scope: str) -> bytes:
    """Return what identifies a message key within its scope, such as its endpoint and its sender.

    Identities of one scope are in the order of their keys; long keys stand last, by their digests. Most senders count,
    or begin a key with the time: the index of a database then grows at its end, and a batch changes few of its pages.
    """
    content = key.encode("utf-8", "surrogatepass")
    if len(content) > LONGEST_KEY_KEPT:
        content = b"\xff" + hashlib.sha256(content).digest()
    return _digest(scope) + content


@lru_cache(1_000)
def _digest(scope: tuple[str, ...]) -> bytes:
    """Return a digest of 128 bits of texts; it differs wherever one ends and the next begins."""
    digest = hashlib.sha256()
    for part in scope:
        text = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(text))
        digest.update(text)
    return digest.digest()[:16]
