"""The inputs of a load: what it asked the file system, and the answers that decided on the schema."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What the file system said of a path: where its links lead, whether a file is there, and the digest of its bytes.

    `digest` is the SHA-256, or None of a file that was only looked for.
    """

    real: str
    is_file: bool
    digest: str | None = None


@dataclass(eq=False)
class Inputs:
    """The paths that a load asked about, files that were not there included.

    `is_complete` is false if a file was there and could not be read: another load may come to something else.
    """

    is_complete: bool = True
    _looked_for: dict[Path, tuple[str, bool]] = field(default_factory=dict)
    _read: dict[Path, tuple[str, bytes]] = field(default_factory=dict)

    def is_file(self, path: Path) -> bool:
        """Whether there is a file at a path."""
        is_file = path.is_file()
        self._looked_for[path.absolute()] = os.path.realpath(path), is_file
        return is_file

    def note(self, path: Path, real: Path, data: bytes) -> None:
        """Note the bytes that were read from a path, and the path without links."""
        self._read[path.absolute()] = str(real), data

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file.

        Raises:
            OSError: the file can't be read.
        """
        real = path.resolve()
        try:
            data = path.read_bytes()
        except OSError:
            self.is_complete = False
            raise
        self.note(path, real, data)
        return data

    def answers(self) -> Iterator[tuple[str, Answer]]:
        """Yield each path that was asked about, and the answer."""
        for path, (real, is_file) in self._looked_for.items():
            if path not in self._read:
                yield str(path), Answer(real, is_file)
        digests: dict[str, str] = {}
        for path, (real, data) in self._read.items():
            if real not in digests:
                digests[real] = sha256(data).hexdigest()
            yield str(path), Answer(real, True, digests[real])


def ask_again(path: str, answer: Answer) -> bool:
    """Whether the file system still gives the same answer about a path."""
    if os.path.realpath(path) != answer.real:
        return False
    if answer.digest is None:
        return os.path.isfile(answer.real) == answer.is_file
    try:
        with open(answer.real, "rb") as file:
            return sha256(file.read()).hexdigest() == answer.digest
    except OSError:
        return False
