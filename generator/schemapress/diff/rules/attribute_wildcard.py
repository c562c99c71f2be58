"""Which attributes a wildcard admits (XSD 1.0 Part 1 §3.4.4 clause 3.2)."""

from __future__ import annotations

from schemapress.diff.rule import Side, aspect
from schemapress_runtime.xsd.components import ComplexType


def _shown(side: Side, _: Side) -> str:
    wildcard = side.type.wildcard if isinstance(side.type, ComplexType) else None
    if wildcard is None:
        return "no wildcard"
    return f"{wildcard.expected.replace('any element', 'any attribute')} ({wildcard.process})"


ASPECT = aspect(
    "attribute-wildcard",
    (
        "attribute-wildcard-narrowed",
        "An attribute that only a wildcard admitted is refused.",
        "Keep the wildcard where documents are received that others may have extended.",
    ),
    ("attribute-wildcard-widened", "A wildcard admits an attribute that none admitted."),
    _shown,
)
