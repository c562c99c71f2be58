"""Outcomes for the terminal: one line per valid document and per problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from schemapress.documents.outcome import DocumentOutcome
from schemapress.errors import printable
from schemapress_runtime.report.problem import Problem


def render(outcomes: Iterable[DocumentOutcome]) -> Iterator[str]:
    """Yield the lines of each readable document."""
    for outcome in outcomes:
        if outcome.valid:
            yield f"{printable(outcome.name)}: valid\n"
        elif outcome.report is not None:
            for problem in outcome.report:
                yield show_problem(outcome.name, problem)
            if outcome.report.end:
                yield f"{printable(outcome.name)}: {outcome.report.end}\n"


def show_problem(name: str, problem: Problem) -> str:
    """Return the line of a problem of a document."""
    code = click.style(f"[{printable(problem.code)}]", dim=True)
    return f"{place(name, problem)}: {printable(problem.path)}: {printable(problem.message)} {code}\n"


def place(name: str, problem: Problem) -> str:
    """Return the place of a problem as `file:line:column` or `file:line`, which editors can open."""
    shown = printable(name)
    numbers = (number for number in (problem.line, problem.column) if number is not None)
    return ":".join([shown, *map(str, numbers)])
