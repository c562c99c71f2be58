"""Whether an element may be missing (XSD 1.0 Part 1 §3.9.1)."""

from __future__ import annotations

from schemapress.diff.notation import occurrence
from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    return occurrence(side.type, side.subject) or "absent"


ASPECT = aspect(
    "presence",
    (
        "element-now-required",
        "An element has to be there that could be missing, or that did not exist.",
        'Let it be optional (minOccurs="0"), and give what is meant where it is missing in the documentation.',
    ),
    ("element-now-optional", "An element may be missing that had to be there."),
    _shown,
)
