"""Which of a folder of real messages would change their verdict."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml import etree

from schemapress.diff.versions.version import Version
from schemapress.errors import SchemapressError
from schemapress.load.roots import files_below
from schemapress_runtime.report.amount import agreeing
from schemapress_runtime.report.problem import Problem

Effect = Literal["refused", "accepted", "valid", "invalid", "unknown"]
"""What becomes of a message: it was valid and is not, the other way round, it is the same in both, or of no version."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one message; `problem` is the first that the version finds which refuses it."""

    file: str
    effect: Effect
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """What becomes of the messages in a folder."""

    folder: str
    outcomes: tuple[Outcome, ...]

    def count(self, effect: Effect) -> int:
        """Return how many messages have this effect."""
        return sum(outcome.effect == effect for outcome in self.outcomes)

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """The messages whose verdict changes."""
        return tuple(outcome for outcome in self.outcomes if outcome.effect in ("refused", "accepted"))


def stays(number: int) -> str:
    """Return how many messages keep their verdict, with the verb that its name follows."""
    return f"{number} {agreeing(number, 'stays', 'stay')}"


def messages(folder: Path) -> list[Path]:
    """Return the messages in a folder and the folders below it.

    Raises:
        SchemapressError: there is no such folder, or no .xml in it.
    """
    if not folder.is_dir():
        raise SchemapressError("There is no such folder.", place=str(folder))
    found = [path for path in files_below(folder, ".xml") if path.is_file()]
    if not found:
        raise SchemapressError("There is no .xml in this folder.", place=str(folder))
    return found


def impact(
    folder: Path,
    files: Iterable[Path],
    versions: Sequence[tuple[Version, Version]],
    told: Callable[[], None] = lambda: None,
) -> Impact:
    """Validate messages by both versions of each API; `told` is called after each message.

    A message is of the first API that declares its root element.
    """
    outcomes = []
    for file in files:
        outcomes.append(_outcome(file.relative_to(folder).as_posix(), file.read_bytes(), versions))
        told()
    return Impact(str(folder), tuple(outcomes))


def _outcome(name: str, data: bytes, versions: Sequence[tuple[Version, Version]]) -> Outcome:
    root = _root(data)
    for old, new in versions:
        if root in old.schema.elements or root in new.schema.elements:
            before, after = old.validator.validate(data), new.validator.validate(data)
            if before.valid and after.valid:
                return Outcome(name, "valid")
            if before.valid:
                return Outcome(name, "refused", after.problems[0])
            return Outcome(name, "accepted" if after.valid else "invalid", before.problems[0])
    return Outcome(name, "unknown")


def _root(data: bytes) -> str | None:
    """Return the tag of the root element; None where the data is not XML."""
    try:
        for _, element in etree.iterparse(io.BytesIO(data), events=("start",), resolve_entities=False, no_network=True):
            return str(element.tag)
    except etree.XMLSyntaxError:
        pass
    return None
