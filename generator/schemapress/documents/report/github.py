"""Outcomes as annotations of a pull request: one GitHub workflow command per problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemapress.documents.outcome import DocumentOutcome
from schemapress.workflow_command import workflow_command
from schemapress_runtime.report.problem import Problem


def render(outcomes: Iterable[DocumentOutcome]) -> Iterator[str]:
    """Yield a command for each problem, at its line and column, and for each document that could not be read."""
    for outcome in outcomes:
        if outcome.report is None:
            yield _line([("file", outcome.name), ("title", "unreadable")], str(outcome.error))
        else:
            for problem in outcome.report:
                yield _line(_properties(outcome.name, problem), f"{problem.path}: {problem.message}")
            if outcome.report.end:
                yield _line([("file", outcome.name), ("title", "incomplete")], outcome.report.end)


def _line(properties: Iterable[tuple[str, str]], text: str) -> str:
    return f"{workflow_command('error', properties, text)}\n"


def _properties(name: str, problem: Problem) -> Iterator[tuple[str, str]]:
    yield "file", name
    for key, number in (("line", problem.line), ("col", problem.column)):
        if number is not None:
            yield key, str(number)
    yield "title", problem.code
