"""The rules that findings name, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from schemapress.diff.check import rules


def printed() -> str:
    """Return every rule: its name, what it is about, its severity, its documentation, and what to do instead."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    kind = ""
    for rule in rules():
        if rule.kind != kind:
            kind = rule.kind
            yield click.style(kind, bold=True)
        yield f"  {rule.name} ({rule.severity})"
        instead = [f"Instead: {rule.suggestion}"] if rule.suggestion else []
        for text in (rule.documentation, *instead):
            yield from textwrap.wrap(text, 100, initial_indent="    ", subsequent_indent="    ")
