"""What the process of deliveries tells the server: the contents of frames."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import NamedTuple

from schemapress.receiver.frames import make_frame
from schemapress.receiver.inbox.deliveries import Attempt


class Started(NamedTuple):
    """Deliveries that begin: the number of each message, and of the attempt."""

    deliveries: tuple[tuple[int, int], ...]


def pack(deliveries: Started | Sequence[Attempt]) -> bytes:
    """Return a frame."""
    return make_frame(deliveries)


def unpack_deliveries(content: bytes) -> Started | Sequence[Attempt]:
    """Return the deliveries that begin, or what some came to, of a frame's content."""
    deliveries: Started | Sequence[Attempt] = pickle.loads(content)  # from the receiver's own process of deliveries
    return deliveries
