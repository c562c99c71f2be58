"""Outcomes for programs: a list, with the report of each document as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from textwrap import indent

from schemapress.documents.outcome import DocumentOutcome


def render(outcomes: Iterable[DocumentOutcome]) -> Iterator[str]:
    """Yield the list piece by piece; for an unreadable document, `valid` is null and `error` has the reason."""
    before = "[\n"
    for outcome in outcomes:
        yield before + indent(json.dumps(_data(outcome), indent=2), "  ")
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _data(outcome: DocumentOutcome) -> dict[str, object]:
    if outcome.report is None:
        return {"file": outcome.name, "valid": None, "error": outcome.error}
    return {"file": outcome.name, **outcome.report.as_dict()}
