"""The length of a text, in characters, bytes or items (XSD 1.0 Part 2 §4.3.1 to §4.3.3)."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import limits
from schemapress.diff.rule import Side, aspect
from schemapress_runtime.xsd.facets import facets_about


def _shown(side: Side, _: Side) -> str:
    return limits(side.text_type, facets_about("length")) or "any length"


ASPECT = aspect(
    "length",
    (
        "length-narrowed",
        "A text of a length that was allowed is now too short or too long.",
        "Keep the limits of the schema, and refuse such texts by a rule of the application, where it can say why.",
    ),
    ("length-widened", "A text may be shorter or longer than before."),
    _shown,
)
