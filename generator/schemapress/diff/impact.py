"""The impact of a change on a folder of real messages: which of them would change their verdict."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml import etree

from schemapress.diff.inputs.version import Version
from schemapress.errors import SchemapressError
from schemapress.load.roots import files_below
from schemapress_runtime.report.amount import agreeing
from schemapress_runtime.report.problem import Problem

ValidityChange = Literal["refused", "accepted", "valid", "invalid", "unknown"]
"""The effect on a message: no longer valid, newly valid, valid or invalid in both versions, or declared by neither."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effect on one message; `problem` is the first that the refusing version reports."""

    file: str
    effect: ValidityChange
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """The effects on the messages in a folder."""

    folder: str
    outcomes: tuple[Outcome, ...]

    def count(self, effect: ValidityChange) -> int:
        """Return the number of messages with this effect."""
        return sum(outcome.effect == effect for outcome in self.outcomes)

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """The messages whose verdict changes."""
        return tuple(outcome for outcome in self.outcomes if outcome.effect in ("refused", "accepted"))

    def describe_rest(self) -> str:
        """Return the counts of messages that keep their verdict, and of those that no version declares, in a phrase."""
        valid, invalid, unknown = self.count("valid"), self.count("invalid"), self.count("unknown")
        kept = f"{valid} {agreeing(valid, 'stays', 'stay')} valid"
        kept += f", {invalid} {agreeing(invalid, 'stays', 'stay')} invalid"
        return f"{kept}, {unknown} {agreeing(unknown, 'matches', 'match')} no message of these schemas"


def find_messages(folder: Path) -> list[Path]:
    """Return the messages in a folder and its subfolders.

    Raises:
        SchemapressError: the folder does not exist, or has no .xml file.
    """
    if not folder.is_dir():
        raise SchemapressError("The folder does not exist.", place=str(folder), hint="Name a folder of messages.")
    files = [path for path in files_below(folder, ".xml") if path.is_file()]
    if not files:
        raise SchemapressError("The folder has no .xml file.", place=str(folder), hint="Name a folder of messages.")
    return files


def measure_impact(folder: Path, files: Iterable[Path], versions: Sequence[tuple[Version, Version]]) -> Impact:
    """Validate messages against both versions of the first API that declares their root element."""
    outcomes = (_validate(file.relative_to(folder).as_posix(), file.read_bytes(), versions) for file in files)
    return Impact(str(folder), tuple(outcomes))


def _validate(name: str, data: bytes, versions: Sequence[tuple[Version, Version]]) -> Outcome:
    root = _find_root(data)
    for old, new in versions:
        if root in old.schema.elements or root in new.schema.elements:
            before, after = old.validator.validate(data), new.validator.validate(data)
            if before.valid and after.valid:
                return Outcome(name, "valid")
            if before.valid:
                return Outcome(name, "refused", after.problems[0])
            return Outcome(name, "accepted" if after.valid else "invalid", before.problems[0])
    return Outcome(name, "unknown")


def _find_root(data: bytes) -> str | None:
    """Return the tag of the root element; None if the data is not XML."""
    try:
        for _, element in etree.iterparse(io.BytesIO(data), events=("start",), resolve_entities=False, no_network=True):
            return str(element.tag)
    except etree.XMLSyntaxError:
        pass
    return None
