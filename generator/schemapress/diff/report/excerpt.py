"""The lines of an example document that a report shows: how it differs from the minimal document of its message."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from schemapress.diff.finding import Witness
from schemapress.diff.review import WitnessStyle

LineKind = Literal["same", "added", "missing", "gap"]
"""What a line is: in both documents, only in the example, only in the minimal document, or a note on omitted lines."""

_BEFORE, _AFTER = 3, 3
"""Lines that are shown before and after the line of the problem, if they differ."""

_AROUND = 1
"""Lines that are shown around these, for context."""

_NAMESPACES = re.compile(r' xmlns(?::[^\s=]+)?="[^"]*"')


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of an example document; `number` is None if the document does not have the line.

    `is_marked` is true of the line of the problem.
    """

    number: int | None
    text: str
    kind: LineKind
    is_marked: bool = False

    @property
    def mark(self) -> str:
        """The character in front of the line: `>` problem, `+` only here, `-` only in the minimal document."""
        return ">" if self.is_marked else {"same": " ", "added": "+", "missing": "-", "gap": " "}[self.kind]


def list_lines(witness: Witness, style: WitnessStyle = "difference") -> tuple[DocumentLine, ...]:
    """Return the lines of an example document to show."""
    if style == "none":
        return ()
    lines = tuple(_compare(witness))
    return lines if style == "full" else tuple(_select(lines))


def _compare(witness: Witness) -> Iterator[DocumentLine]:
    """Yield the lines of the document, and those of the minimal document that it does not have."""
    texts, base = witness.document.splitlines(), witness.minimal.splitlines()
    marked = witness.problem.line
    if not base:
        yield from (DocumentLine(number, text, "same", number == marked) for number, text in enumerate(texts, 1))
        return
    left, right = ([_NAMESPACES.sub("", line) for line in lines] for lines in (base, texts))
    for operation, i, j, start, end in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if operation in ("delete", "replace"):
            yield from (DocumentLine(None, text, "missing") for text in base[i:j])
        kind: LineKind = "same" if operation == "equal" else "added"
        for number in range(start + 1, end + 1):
            yield DocumentLine(number, texts[number - 1], kind, number == marked)


def _select(lines: Sequence[DocumentLine]) -> Iterator[DocumentLine]:
    """Yield the lines near the problem that differ, with some around them and its parent, and a note for each gap."""
    differing = [index for index, line in enumerate(lines) if line.kind != "same" or line.is_marked]
    if not differing:
        differing = [0]
    middle = next((index for index in differing if lines[index].is_marked), differing[0])
    near = [index for index in differing if middle - _BEFORE <= index <= middle + _AFTER]
    shown = {index for at in near for index in range(at - _AROUND, at + _AROUND + 1)}
    shown.add(_find_parent(lines, middle))
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and end not in shown:
            end += 1
        if end - index > 1:
            yield DocumentLine(None, f"{_indent_of(lines[index])}… {end - index} lines", "gap")
        elif end > index:
            yield lines[index]
        if end < len(lines):
            yield lines[end]
        index = end + 1


def _find_parent(lines: Sequence[DocumentLine], index: int) -> int:
    """Return the index of the line that has the start tag around a line; documents are indented."""
    indent = len(_indent_of(lines[index]))
    return next((at for at in range(index, -1, -1) if len(_indent_of(lines[at])) < indent), 0)


def _indent_of(line: DocumentLine) -> str:
    return line.text[: len(line.text) - len(line.text.lstrip())]
