"""Outcomes for the terminal: a line for each valid document, and for each problem of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from schemapress.documents.outcome import Outcome
from schemapress.errors import printable
from schemapress_runtime.report.problem import Problem


def printed(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield the lines of each document that could be read."""
    for outcome in outcomes:
        if outcome.valid:
            yield f"{printable(outcome.name)}: valid\n"
        elif outcome.report is not None:
            for problem in outcome.report:
                code = click.style(f"[{problem.code}]", dim=True)
                yield f"{place(outcome.name, problem)}: {problem.path}: {problem.message} {code}\n"
            if outcome.report.end:
                yield f"{printable(outcome.name)}: {outcome.report.end}\n"


def place(name: str, problem: Problem) -> str:
    """Return where a problem is, as editors know to open it, in one line whatever the name of the file."""
    shown = printable(name)
    return shown if problem.line is None else f"{shown}:{problem.line}:{problem.column}"
