"""The value that an element or attribute must have, or stands for (XSD 1.0 Part 1 §3.3.4 clause 5, §3.5.4)."""

from __future__ import annotations

from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    holder = side.attribute or side.declaration
    if holder.fixed is not None:
        return f"fixed {holder.fixed!r}"
    return "no fixed value" if holder.default is None else f"default {holder.default!r}"


ASPECT = aspect(
    "fixed-value",
    (
        "fixed-value-narrowed",
        "A text that was taken is not the value that is fixed now, or stands for nothing any more where it is empty.",
        "Let the value be a default, which may differ.",
    ),
    ("fixed-value-widened", "A text is taken that was not the fixed value."),
    _shown,
)
