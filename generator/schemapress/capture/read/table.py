"""Markdown tables in descriptions, which list values and their meanings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .page import PageValue

_SEPARATOR = re.compile(r":?-+:?")


@dataclass(frozen=True, slots=True)
class Table:
    """A Markdown table; `heading` is empty without a header row."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def values(self) -> tuple[PageValue, ...] | None:
        """The values of a table with one column, or two (value and meaning); None for a wider table."""
        widths = {len(row) for row in self.rows}
        if not widths or not widths <= {1, 2} or len(widths) > 1:
            return None
        return tuple(PageValue(_unquote(row[0]), " ".join(row[1:])) for row in self.rows if row[0])


def read_table(lines: list[str]) -> Table:
    """Return the table in lines of Markdown, each of which begins with a `|`."""
    rows = [tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in lines]
    for index, row in enumerate(rows):
        if all(_SEPARATOR.fullmatch(cell) for cell in row):
            heading = rows[index - 1] if index else ()
            return Table(heading if any(heading) else (), tuple(rows[index + 1 :]))
    return Table((), tuple(rows))


def _unquote(cell: str) -> str:
    """Return a cell without the quotes or back-ticks around a value."""
    for mark in ("`", '"'):
        if len(cell) > 1 and cell.startswith(mark) and cell.endswith(mark):
            return cell[1:-1]
    return cell
