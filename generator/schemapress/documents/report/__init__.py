"""How outcomes are printed: one module for each format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from schemapress.documents.outcome import Outcome

from . import github, json, junit, text

Format = Callable[[Iterable[Outcome]], Iterator[str]]
"""Yields the text of outcomes piece by piece, as they come."""

FORMATS: dict[str, Format] = {
    "text": text.printed,
    "json": json.printed,
    "junit": junit.printed,
    "github": github.printed,
}
