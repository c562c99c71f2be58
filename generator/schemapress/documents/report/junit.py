"""Outcomes as a test report: one case per document, which fails if the document is invalid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemapress import junit
from schemapress.documents.outcome import DocumentOutcome
from schemapress_runtime.report.problem import Report

from .text import place

_NAME = "schemapress validate"


def render(outcomes: Iterable[DocumentOutcome]) -> Iterator[str]:
    """Yield one suite. A case has one failure that lists all problems, since most readers show only the first."""
    suite = junit.make_suite(_NAME)
    for outcome in outcomes:
        case = junit.add_case(suite, _NAME, outcome.name)
        if outcome.report is None:
            junit.add_result(case, "error", "unreadable", str(outcome.error), f"{outcome.name}: {outcome.error}")
        elif not outcome.valid:
            first, count = outcome.report.problems[0], outcome.report.count
            lines = "\n".join(_lines(outcome.name, outcome.report))
            junit.add_result(case, "failure", first.code, f"{count}: {first.path}: {first.message}", lines)
    yield junit.render(_NAME, [suite])


def _lines(name: str, report: Report) -> Iterator[str]:
    for problem in report:
        yield f"{place(name, problem)}: {problem.path}: {problem.message} [{problem.code}]"
    if report.end:
        yield f"{name}: {report.end}"
