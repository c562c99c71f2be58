"""Which types an element may take by `xsi:type` (XSD 1.0 Part 1 §3.3.4 clause 4)."""

from __future__ import annotations

from schemapress.diff.inclusion.example import may_stand_for
from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    type_ = side.declarations.types.get(side.subject)
    if type_ is None:
        return "no such type"
    return "may be named" if may_stand_for(type_, side.declaration) else "may not be named here"


ASPECT = aspect(
    "derived-type",
    (
        "derived-type-removed",
        "A type may not be named by xsi:type any more: it is gone, blocked, or not derived from the declared one.",
        "Keep the type, and its derivation.",
    ),
    ("derived-type-added", "A type may be named by xsi:type that could not be named."),
    _shown,
)
