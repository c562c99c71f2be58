"""Whether an element or its type is abstract, so that another one must stand in (XSD 1.0 Part 1 §3.3.4 clause 2)."""

from __future__ import annotations

from schemapress.diff.rule import Side, aspect
from schemapress_runtime.xsd.components import ComplexType


def _shown(side: Side, _: Side) -> str:
    if side.declaration.abstract:
        return "an abstract element"
    return "an abstract type" if isinstance(side.type, ComplexType) and side.type.abstract else "not abstract"


ASPECT = aspect(
    "abstract",
    (
        "abstract-added",
        "An element may not stand for itself any more, or its type must be named by xsi:type.",
        "Derive the new types from one that stays concrete.",
    ),
    ("abstract-removed", "An element may stand for itself, or its type need not be named any more."),
    _shown,
)
