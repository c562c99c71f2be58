"""A validator in a process of its own, which is ended when it takes too long or too much memory."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

SECONDS = 10
"""The time for loading a schema and validating a document."""

MEMORY = 2 << 30
"""The bytes of address space that a process may have."""

IsValid = Callable[[bytes], bool]
"""Takes a document; returns whether it is valid."""


class JudgeProcess:
    """Validates documents in a process that is forked when the first document comes."""

    def __init__(self, load: Callable[[], IsValid | None]) -> None:
        """Take the function that loads the schema and returns the validator; None if it can't be loaded."""
        self._load = load
        self._connection: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        may_have_children = not multiprocessing.current_process().daemon
        self._is_able = may_have_children and "fork" in multiprocessing.get_all_start_methods()

    def judge(self, document: bytes) -> bool | None:
        """Return whether a document is valid; None if the process can't tell, now or ever again."""
        if not self._is_able:
            return None
        if self._connection is None:
            context = multiprocessing.get_context("fork")
            self._connection, other = context.Pipe()
            self._process = context.Process(target=_serve, args=(other, self._load), daemon=True)
            self._process.start()
            other.close()
        with suppress(EOFError, OSError):
            self._connection.send_bytes(document)
            if self._connection.poll(SECONDS):
                answer: bool | None = self._connection.recv()
                if answer is not None:
                    return answer
        self._is_able = False
        self.close()
        return None

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._connection is not None:
            self._process.kill()
            self._process.join()
            self._connection.close()
        self._process = self._connection = None


def _serve(connection: Connection, load: Callable[[], IsValid | None]) -> None:
    """Answer documents until the other end is closed; None says that there is no answer."""
    import resource  # which not every system has; those that can fork do

    with suppress(ValueError, OSError):  # where a lower limit is set already
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with suppress(EOFError, OSError):
        try:
            is_valid = load()
            while True:
                document = connection.recv_bytes()
                connection.send(None if is_valid is None else is_valid(document))
        except MemoryError:
            connection.send(None)
