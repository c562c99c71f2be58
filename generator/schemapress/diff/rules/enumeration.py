"""The values that a type enumerates (XSD 1.0 Part 2 §4.3.5)."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import chain
from schemapress.diff.rule import Side, aspect


def _shown(side: Side) -> str:
    found = next((step.enumeration for step in chain(side.text_type) if step.enumeration is not None), None)
    return "not enumerated" if found is None else ", ".join(map(repr, found))


ASPECT = aspect(
    "enumeration",
    (
        "enumeration-narrowed",
        "A value is no longer among those that are enumerated, or the values are enumerated now.",
        "Keep the value, and say in its documentation that it is not used any more.",
    ),
    ("enumeration-widened", "A value was added to those that are enumerated, or they are not enumerated any more."),
    _shown,
)
