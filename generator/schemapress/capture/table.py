"""Tables in descriptions: values, and what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .endpoint import Value

_SEPARATOR = re.compile(r":?-+:?")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of Markdown; `heading` has no cells where there is no header row."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def values(self) -> tuple[Value, ...] | None:
        """The values in a table of one column, or of two (a value and its meaning); None for a table of more."""
        widths = {len(row) for row in self.rows}
        if not widths or not widths <= {1, 2} or len(widths) > 1:
            return None
        return tuple(Value(_plain(row[0]), " ".join(row[1:])) for row in self.rows if row[0])


def read_table(lines: list[str]) -> Table:
    """Return the table that lines of Markdown make; each begins with a `|`."""
    rows = [tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in lines]
    for index, row in enumerate(rows):
        if all(_SEPARATOR.fullmatch(cell) for cell in row):
            heading = rows[index - 1] if index else ()
            return Table(heading if any(heading) else (), tuple(rows[index + 1 :]))
    return Table((), tuple(rows))


def _plain(cell: str) -> str:
    """Return a cell without the quotes and back-ticks that mark a value."""
    for mark in ("`", '"'):
        if len(cell) > 1 and cell.startswith(mark) and cell.endswith(mark):
            return cell[1:-1]
    return cell
