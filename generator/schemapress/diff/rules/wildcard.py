"""Which elements a wildcard admits, and how they are validated (XSD 1.0 Part 1 §3.10)."""

from __future__ import annotations

from schemapress.diff.notation import wildcards
from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    return wildcards(side.type) or "no wildcard"


ASPECT = aspect(
    "wildcard",
    (
        "wildcard-narrowed",
        "An element that only a wildcard admitted is refused: it is gone, admits fewer namespaces, or is stricter.",
        "Keep the wildcard where documents are received that others may have extended.",
    ),
    ("wildcard-widened", "A wildcard admits an element that none admitted."),
    _shown,
)
