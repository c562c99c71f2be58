"""What goes to the inbox's process and comes back: the contents of frames."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import NamedTuple

from schemapress.receiver.frames import make_frame
from schemapress.receiver.inbox.arrival import FailedHandling, StoredAnswer, Submission, SubmissionReply
from schemapress.receiver.inbox.deliveries import Attempt

Entry = Submission | StoredAnswer | FailedHandling | Attempt
"""What one transaction writes among others."""


class Batch(NamedTuple):
    """What one transaction writes."""

    submissions: Sequence[Submission] = ()
    answers: Sequence[StoredAnswer] = ()
    failures: Sequence[FailedHandling] = ()
    attempts: Sequence[Attempt] = ()

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Batch:
        """Return the batch of entries, which keep their order among those of their kind."""
        return cls(
            [entry for entry in entries if isinstance(entry, Submission)],
            [entry for entry in entries if isinstance(entry, StoredAnswer)],
            [entry for entry in entries if isinstance(entry, FailedHandling)],
            [entry for entry in entries if isinstance(entry, Attempt)],
        )

    @property
    def entries(self) -> list[Entry]:
        """All entries, by their kind."""
        return [*self.submissions, *self.answers, *self.failures, *self.attempts]


class Written(NamedTuple):
    """What became of a batch: the reply to each submission, or why nothing was written, and how long that took.

    `unwritten` has the places in `Batch.entries` of single entries that were not written, with the reasons; a
    submission among them has no reply that counts.
    """

    replies: Sequence[SubmissionReply] = ()
    error: str | None = None
    seconds: float = 0.0
    unwritten: tuple[tuple[int, str], ...] = ()


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
