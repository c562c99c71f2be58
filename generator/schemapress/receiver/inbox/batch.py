"""What goes to the writer's process and comes back: frames of bytes, each with its length in front."""

from __future__ import annotations

import pickle
import struct
from typing import NamedTuple

HEAD = struct.Struct("!I")


class Batch(NamedTuple):
    """What one transaction writes: the fields of arrivals, rejections and answers."""

    arrivals: list[tuple[object, ...]]
    rejections: list[tuple[object, ...]]
    answers: list[tuple[object, ...]]


class Written(NamedTuple):
    """What became of a batch: the fields of an outcome per arrival, or why nothing was written."""

    outcomes: list[tuple[object, ...]]
    error: str | None = None


def pack(value: Batch | Written) -> bytes:
    """Return a frame."""
    content = pickle.dumps(tuple(value), pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(content)) + content


def unpack_batch(content: bytes) -> Batch:
    """Return the batch of a frame's content."""
    return Batch(*pickle.loads(content))  # from the receiver's own process


def unpack_written(content: bytes) -> Written:
    """Return the result of a frame's content."""
    return Written(*pickle.loads(content))  # from the writer's own process
