"""The place of a component in its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A file, relative to the folder of the schema, and a line from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


NOWHERE = Place("", 0)
"""The place of components without a source, as in generated packages."""

BUILT_IN_PLACE = Place("XMLSchema.xsd", 1)
"""The place of built-in components of XML Schema."""
