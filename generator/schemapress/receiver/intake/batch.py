"""What goes to the inbox's process and comes back: the contents of frames."""

from __future__ import annotations

import pickle
from typing import NamedTuple

from schemapress.receiver.frames import make_frame
from schemapress.receiver.inbox.arrival import StoredAnswer, Submission, SubmissionReply
from schemapress.receiver.inbox.deliveries import Attempt


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


def pack(value: Batch | Written) -> bytes:
    """Return a frame."""
    return make_frame(value)


def unpack_batch(content: bytes) -> Batch:
    """Return the batch of a frame's content."""
    batch: Batch = pickle.loads(content)  # from the receiver's own process
    return batch


def unpack_written(content: bytes) -> Written:
    """Return the result of a frame's content."""
    written: Written = pickle.loads(content)  # from the inbox's own process
    return written
