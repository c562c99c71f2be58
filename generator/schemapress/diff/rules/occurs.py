"""How often an element may occur (XSD 1.0 Part 1 §3.9.1)."""

from __future__ import annotations

from schemapress.diff.notation import occurrence
from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    return occurrence(side.type, side.subject) or "absent"


ASPECT = aspect(
    "occurs",
    (
        "occurs-narrowed",
        "An element may not occur as often as before.",
        "Keep the greater maxOccurs, and say in the documentation which of several is taken.",
    ),
    ("occurs-widened", "An element may occur more often than before."),
    _shown,
)
