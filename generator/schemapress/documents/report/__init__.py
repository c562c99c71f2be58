"""Formats of outcomes: one module per format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from schemapress.documents.outcome import DocumentOutcome

from . import github, json, junit, text

OutcomeFormat = Callable[[Iterable[DocumentOutcome]], Iterator[str]]
"""Yields the text of outcomes piece by piece."""

OUTCOME_FORMATS: dict[str, OutcomeFormat] = {
    "text": text.render,
    "json": json.render,
    "junit": junit.render,
    "github": github.render,
}
