"""Frames of bytes, each with its length in front: what the processes of a receiver say to one another."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator

_HEAD = struct.Struct("!I")


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


def make_frame(value: object) -> bytes:
    """Return a frame with a value, pickled: both ends are processes of one receiver."""
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(len(content)) + content
