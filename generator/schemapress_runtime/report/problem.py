"""Problems of a document, the report that lists them, and the error that carries the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from .amount import counted


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document.

    `path` is an XPath whose prefixes are those of the package's `NAMESPACES`, `xsi` and `xml`; `line` and `column`
    count from 1, and are None where nothing was parsed (an object that is being encoded); a document that is read in
    parts has no columns;
    `code` is the rule's name in XSD 1.0 (`cvc-…`), or `xml-…` for a document that is not acceptable XML.
    """

    path: str
    line: int | None
    column: int | None
    code: str
    value: str | None
    expected: str | None
    message: str

    def __str__(self) -> str:
        column = "" if self.column is None else f", column {self.column}"
        place = "" if self.line is None else f"line {self.line}{column}: "
        return f"{place}{self.path}: {self.message} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a validation: the problems in document order; none where the document is valid.

    A report lists at most as many as `DocumentLimits.problems` says. `unlisted` is the number of the others, which have
    been counted, but have neither a place nor a message.
    """

    problems: tuple[Problem, ...] = ()
    unlisted: int = 0

    @property
    def valid(self) -> bool:
        """Whether the document is valid."""
        return not self.total

    @property
    def total(self) -> int:
        """The number of problems of the document, those that are not listed included."""
        return len(self.problems) + self.unlisted

    @property
    def complete(self) -> bool:
        """Whether every problem is listed."""
        return not self.unlisted

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)

    def __bool__(self) -> bool:
        """Always true: ask `valid`, so that `if validate(data):` is not taken for its opposite."""
        return True

    def __str__(self) -> str:
        if self.valid:
            return "valid"
        return "\n".join([*map(str, self.problems), *([self.end] if self.end else [])])

    @property
    def end(self) -> str:
        """The note that there are more problems than the report lists; empty if the report is complete."""
        return "" if self.complete else f"The report ends here; it lists {len(self):,} of {self.total:,} problems."

    @property
    def count(self) -> str:
        """The number of all problems in words: `1 problem`, `2 problems`, `100,000 problems`."""
        return counted(self.total, "problem")

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain data, ready for JSON."""
        problems = [asdict(problem) for problem in self.problems]
        return {"valid": self.valid, "complete": self.complete, "total": self.total, "problems": problems}


NO_PROBLEMS = Report()
"""The report of a valid document."""


class InvalidDocument(ValueError):
    """Raised by `decode` for a document, and by `encode` for an object, that is not valid."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that the report lists."""
        return self.report.problems

    def __str__(self) -> str:
        return f"{self.report.count}\n{self.report}"
