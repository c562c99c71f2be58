"""How many digits a number may have (XSD 1.0 Part 2 §4.3.11, §4.3.12)."""

from __future__ import annotations

from schemapress.diff.inclusion.lexical import limits
from schemapress.diff.rule import Side, aspect
from schemapress_runtime.xsd.facets import facets_about


def _shown(side: Side, _: Side) -> str:
    return limits(side.text_type, facets_about("digits")) or "any number of digits"


ASPECT = aspect(
    "digits",
    (
        "digits-narrowed",
        "A number that had few enough digits has too many now.",
        "Keep the digits of the schema, and round the number where it is used.",
    ),
    ("digits-widened", "A number may have more digits than before."),
    _shown,
)
