"""Outcomes as a report of tests: a case for each document, which has failed where the document is not valid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemapress import junit
from schemapress.documents.outcome import Outcome
from schemapress_runtime.report.problem import Report

from .text import place

_NAME = "schemapress validate"


def printed(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield one suite. A case has one failure, which lists all problems, for most readers show no second one."""
    suite = junit.suite(_NAME)
    for outcome in outcomes:
        case = junit.add_case(suite, _NAME, outcome.name)
        if outcome.report is None:
            junit.add_result(case, "error", "unreadable", str(outcome.error), f"{outcome.name}: {outcome.error}")
        elif not outcome.valid:
            first, count = outcome.report.problems[0], outcome.report.count
            lines = "\n".join(_lines(outcome.name, outcome.report))
            junit.add_result(case, "failure", first.code, f"{count}: {first.path}: {first.message}", lines)
    yield junit.printed(_NAME, [suite])


def _lines(name: str, report: Report) -> Iterator[str]:
    for problem in report:
        yield f"{place(name, problem)}: {problem.path}: {problem.message} [{problem.code}]"
    if report.end:
        yield f"{name}: {report.end}"
