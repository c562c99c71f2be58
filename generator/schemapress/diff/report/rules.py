"""The list of rules, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from schemapress.diff.rule_list import list_rules


def render_rules() -> str:
    """Return every rule, by kind: its name, its severity, whom it breaks, its documentation, and its suggestion."""
    return "".join(f"{line}\n" for line in _render_lines())


def _render_lines() -> Iterator[str]:
    kind = ""
    for rule in list_rules():
        if rule.kind != kind:
            kind = rule.kind
            yield click.style(kind, bold=True)
        yield f"  {rule.name} ({rule.severity}; breaks {rule.breaks})"
        instead = [f"Instead: {rule.suggestion}"] if rule.suggestion else []
        for text in (rule.documentation, *instead):
            yield from textwrap.wrap(text, 100, initial_indent="    ", subsequent_indent="    ")
