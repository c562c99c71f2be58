"""The patterns that a text has to match (XSD 1.0 Part 2 §4.3.4)."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import chain
from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    found = [" or ".join(step.patterns) for step in chain(side.text_type) if step.patterns]
    return " and ".join(found) or "no pattern"


ASPECT = aspect(
    "pattern",
    (
        "pattern-narrowed",
        "A text that matched the pattern does not match the new one, or there was none.",
        "Add the old pattern beside the new one: of several patterns of one type, a text has to match any.",
    ),
    ("pattern-widened", "A text matches the pattern that did not match the old one, or there is none any more."),
    _shown,
)
