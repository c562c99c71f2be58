"""An attribute that an element may have (XSD 1.0 Part 1 §3.4.4 clause 3)."""

from __future__ import annotations

from schemapress.diff.notation import attribute
from schemapress.diff.rule import aspect

ASPECT = aspect(
    "attribute",
    (
        "attribute-removed",
        "An element may not have an attribute any more that it could have.",
        "Keep the attribute, make it optional, and say in its documentation that it is not used any more.",
    ),
    ("attribute-added", "An element may have an attribute that it could not have."),
    lambda side, _: attribute(side.attribute),
)
