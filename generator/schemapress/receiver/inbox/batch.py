"""What goes to the writer's process and comes back: frames of bytes, each with its length in front."""

from __future__ import annotations

import pickle
import struct
from typing import NamedTuple

from .arrival import Answer, Arrival, Outcome, Rejection

HEAD = struct.Struct("!I")


class Batch(NamedTuple):
    """What one transaction writes."""

    arrivals: list[Arrival]
    rejections: list[Rejection]
    answers: list[Answer]


class Written(NamedTuple):
    """What became of a batch: the outcome of each arrival, or why nothing was written."""

    outcomes: list[Outcome]
    error: str | None = None


def pack(value: Batch | Written) -> bytes:
    """Return a frame."""
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(content)) + content


def unpack_batch(content: bytes) -> Batch:
    """Return the batch of a frame's content."""
    batch: Batch = pickle.loads(content)  # from the receiver's own process
    return batch


def unpack_written(content: bytes) -> Written:
    """Return the result of a frame's content."""
    written: Written = pickle.loads(content)  # from the writer's own process
    return written
