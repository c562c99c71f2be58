"""Sample messages of an endpoint, which a test starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Sample(Generic[Message]):
    """Two valid documents of one message, and their objects: with what it must have, and with all that it can have.

    The full one has each element once, one alternative of a choice, and no content of wildcards; what holds itself
    ends early. Each access to `smallest` and `full` makes a new object, which a test may change.
    """

    message: type[Message]
    decode: Callable[[bytes], object]
    smallest_document: bytes
    full_document: bytes

    @property
    def smallest(self) -> Message:
        """The message with what it must have."""
        return self._make(self.smallest_document)

    @property
    def full(self) -> Message:
        """The message with all that it can have."""
        return self._make(self.full_document)

    def _make(self, document: bytes) -> Message:
        message = self.decode(document)
        assert isinstance(message, self.message)
        return message
