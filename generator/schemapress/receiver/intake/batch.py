"""What goes to the inbox's process and comes back: frames of bytes, each with its length in front."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemapress.receiver.inbox.arrival import StoredAnswer, Submission, SubmissionReply
from schemapress.receiver.inbox.deliveries import Attempt

_HEAD = struct.Struct("!I")


class Batch(NamedTuple):
    """What one transaction writes."""

    submissions: list[Submission]
    answers: list[StoredAnswer]
    attempts: list[Attempt]


class Written(NamedTuple):
    """What became of a batch: the reply to each submission, or why nothing was written, and how long that took."""

    replies: list[SubmissionReply]
    error: str | None = None
    seconds: float = 0.0


class FrameReader:
    """Finds the frames in bytes that come in parts."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, part: bytes) -> Iterator[bytes]:
        """Yield the contents of the frames that are complete with a part."""
        self._bytes += part
        while len(self._bytes) >= _HEAD.size:
            end = _HEAD.size + _HEAD.unpack_from(self._bytes)[0]
            if len(self._bytes) < end:
                return
            content = bytes(self._bytes[_HEAD.size : end])
            del self._bytes[:end]
            yield content


class Started(NamedTuple):
    """Deliveries that begin: the number of each message, and of the attempt."""

    deliveries: tuple[tuple[int, int], ...]


def pack(value: Batch | Written | Started | Sequence[Attempt]) -> bytes:
    """Return a frame."""
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(len(content)) + content


def unpack_batch(content: bytes) -> Batch:
    """Return the batch of a frame's content."""
    batch: Batch = pickle.loads(content)  # from the receiver's own process
    return batch


def unpack_written(content: bytes) -> Written:
    """Return the result of a frame's content."""
    written: Written = pickle.loads(content)  # from the inbox's own process
    return written


def unpack_deliveries(content: bytes) -> Started | Sequence[Attempt]:
    """Return the deliveries that begin, or what some came to, of a frame's content."""
    deliveries: Started | Sequence[Attempt] = pickle.loads(content)  # from the receiver's own process of deliveries
    return deliveries
