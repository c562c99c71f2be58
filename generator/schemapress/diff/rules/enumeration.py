"""The values that a type enumerates (XSD 1.0 Part 2 §4.3.5)."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import chain
from schemapress.diff.rule import Side, aspect

LONGEST = 12
"""Values that are shown."""


def _shown(side: Side, other: Side) -> str:
    own, others = _values(side), _values(other)
    if own is None:
        return "not enumerated"
    only = [value for value in own if others is None or value not in others]
    listed = ", ".join(map(repr, only[:LONGEST])) + (f" and {len(only) - LONGEST} more" if len(only) > LONGEST else "")
    same = len(own) - len(only)
    if not same:
        return listed
    return f"{listed}; {same} in both" if listed else f"{same} in both"


def _values(side: Side) -> tuple[str, ...] | None:
    return next((step.enumeration for step in chain(side.text_type) if step.enumeration is not None), None)


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
