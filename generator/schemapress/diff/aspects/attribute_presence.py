"""Whether an attribute may be absent (XSD 1.0 Part 1 §3.4.4 clause 4)."""

from __future__ import annotations

from lxml import etree

from schemapress.diff.aspects.aspect import Aspect, Difference
from schemapress.diff.notation import describe_attribute
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.pair import Pair, SchemaPair

ASPECT = Aspect(
    "attribute_presence",
    narrowed=narrowing_rule(
        "attribute-now-required",
        "An attribute that could be absent, or that did not exist, is required.",
        "Make it optional, with a default that states what its absence means.",
    ),
    widened=widening_rule("attribute-now-optional", "An attribute that was required may be absent."),
    describe=lambda side, _: describe_attribute(side.attribute),
)


def make_difference(name: str, pair: Pair, schemas: SchemaPair) -> Difference:
    """Return the difference of an attribute that only `wide` requires."""

    def make_without() -> etree._Element:
        element = schemas.make_element(pair)
        if name in element.attrib:
            del element.attrib[name]
        return element

    return Difference(ASPECT, name, pair, make_without, is_of_attribute=True)
