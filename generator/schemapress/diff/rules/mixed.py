"""Whether text may stand between children (XSD 1.0 Part 1 §3.4.4 clause 2.3)."""

from __future__ import annotations

from schemapress.diff.notation import content_model
from schemapress.diff.rule import Side, aspect


def _shown(side: Side, _: Side) -> str:
    return content_model(side.type)


ASPECT = aspect(
    "mixed",
    (
        "mixed-content-removed",
        "Text may not stand any more where only elements may now.",
        "Keep the content mixed, and pass over the text.",
    ),
    ("mixed-content-added", "Text may stand where only elements could."),
    _shown,
)
