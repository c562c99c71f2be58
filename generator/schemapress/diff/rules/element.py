"""An element that may stand in a content model, or not at all (XSD 1.0 Part 1 §3.4.4 clause 2.4)."""

from __future__ import annotations

from schemapress.diff.notation import occurrence
from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    return occurrence(side.type, side.subject) or "absent"


ASPECT = aspect(
    "element",
    (
        "element-removed",
        "An element is no longer known in a content model where it could stand.",
        "Keep the element, make it optional, and say in its documentation that it is not used any more.",
    ),
    ("element-added", "A content model has an element that was not known there."),
    _shown,
)
