"""What became of one document."""

from __future__ import annotations

from dataclasses import dataclass

from schemapress_runtime.report.amount import agreeing, counted
from schemapress_runtime.report.problem import Report


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: its report, or why it could not be read.

    `name` is how the user called the document, as it can be printed. A folder without documents, or one that can't be
    read, has an error in the place of those, and is no document.
    """

    name: str
    report: Report | None
    error: str | None = None
    is_document: bool = True

    @property
    def valid(self) -> bool:
        """Whether the document was read, and is valid."""
        return self.report is not None and self.report.valid


@dataclass(slots=True)
class Tally:
    """How many documents there were, how many of them are valid, and how many could not be read; folders apart."""

    documents: int = 0
    valid: int = 0
    unread: int = 0
    folders: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count a document."""
        if not outcome.is_document:
            self.folders += 1
            return
        self.documents += 1
        self.valid += outcome.valid
        self.unread += outcome.report is None

    @property
    def code(self) -> int:
        """The exit code.

        2 where something could not be read or a folder has no document, 1 where a document is not valid, otherwise 0.
        """
        if self.unread or self.folders:
            return 2
        return int(self.valid < self.documents)

    def __str__(self) -> str:
        unread = f"; {self.unread} could not be read" if self.unread else ""
        verb = agreeing(self.valid, "is", "are")
        return f"{self.valid} of {counted(self.documents, 'document')} {verb} valid{unread}"
