"""Whether an element may be empty with `xsi:nil` (XSD 1.0 Part 1 §3.3.4 clause 3)."""

from __future__ import annotations

from lxml import etree

from schemapress.diff.aspects.aspect import Aspect, Difference, Outcomes
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.pair import Pair, SchemaPair
from schemapress_runtime.xml.document import XSI_NIL

ASPECT = Aspect(
    "nillable",
    narrowed=narrowing_rule(
        "nillable-removed",
        'An element may no longer have xsi:nil="true".',
        "Keep it nillable, and treat nil as you treat an absent value.",
    ),
    widened=widening_rule("nillable-added", 'An element may be empty with xsi:nil="true".'),
    describe=lambda side, _: "nillable" if side.declaration.nillable else "not nillable",
    is_of_declaration=True,
)


def find_differences(pair: Pair, schemas: SchemaPair) -> Outcomes:
    """Yield the difference if only `narrow` is nillable."""
    if pair.narrow.nillable and not pair.wide.nillable:

        def make_nil() -> etree._Element:
            element = schemas.make_element(pair, [])
            element.text = None
            element.set(XSI_NIL, "true")
            return element

        yield Difference(ASPECT, "", pair, make_nil)
