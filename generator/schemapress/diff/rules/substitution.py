"""Which elements may stand in the place of another one (XSD 1.0 Part 1 §3.3.6)."""

from __future__ import annotations

from schemapress.diff.notation import substitutes
from schemapress.diff.rule import aspect

ASPECT = aspect(
    "substitution",
    (
        "substitution-removed",
        "An element may not stand any more in the place of the head of its substitution group.",
        "Keep it in the group, and say in its documentation that it is not used any more.",
    ),
    ("substitution-added", "An element may stand in the place of the head of a substitution group."),
    lambda side, _: substitutes(side),
)
