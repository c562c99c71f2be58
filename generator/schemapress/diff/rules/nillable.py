"""Whether an element may say by `xsi:nil` that it has no content (XSD 1.0 Part 1 §3.3.4 clause 3)."""

from __future__ import annotations

from schemapress.diff.rule import aspect

ASPECT = aspect(
    "nillable",
    (
        "nillable-removed",
        'An element may not have xsi:nil="true" any more.',
        "Keep it nillable, and take nil for what is meant now where nothing is said.",
    ),
    ("nillable-added", 'An element may have xsi:nil="true", and be empty then.'),
    lambda side, _: "nillable" if side.declaration.nillable else "not nillable",
)
