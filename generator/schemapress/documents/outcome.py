"""The outcome of validating one document."""

from __future__ import annotations

from dataclasses import dataclass

from schemapress_runtime.report.amount import agreeing, counted
from schemapress_runtime.report.problem import Report


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """The report of a document, or the reason why it could not be read.

    `name` is the printable name that the user gave. A folder that has no documents or can't be read has an outcome
    with an error, and `is_document` is False.
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
    """The numbers of documents, of valid ones, of unreadable ones, and of folders without documents."""

    documents: int = 0
    valid: int = 0
    unread: int = 0
    folders: int = 0

    def add(self, outcome: DocumentOutcome) -> None:
        """Count a document."""
        if not outcome.is_document:
            self.folders += 1
            return
        self.documents += 1
        self.valid += outcome.valid
        self.unread += outcome.report is None

    @property
    def code(self) -> int:
        """The exit code: 2 if something could not be read or a folder has no documents, 1 for an invalid document."""
        if self.unread or self.folders:
            return 2
        return int(self.valid < self.documents)

    def __str__(self) -> str:
        unread = f"; {self.unread} could not be read" if self.unread else ""
        verb = agreeing(self.valid, "is", "are")
        return f"{self.valid} of {counted(self.documents, 'document')} {verb} valid{unread}"
