"""The bounds of a number, a date or a time (XSD 1.0 Part 2 §4.3.7 to §4.3.10)."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import limits
from schemapress.diff.rule import Side, aspect
from schemapress_runtime.xsd.facets import facets_about


def _shown(side: Side, _: Side) -> str:
    return limits(side.text_type, facets_about("range")) or "no bounds"


ASPECT = aspect(
    "range",
    (
        "range-narrowed",
        "A value that lay within the bounds lies outside of the new ones.",
        "Keep the bounds of the schema, and refuse such values by a rule of the application, where it can say why.",
    ),
    ("range-widened", "A value lies within the bounds that lay outside of the old ones."),
    _shown,
)
