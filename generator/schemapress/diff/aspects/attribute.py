"""The attributes that an element may have (XSD 1.0 Part 1 §3.4.4 clause 3)."""

from __future__ import annotations

from collections.abc import Mapping

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_attribute
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress_runtime.xsd.components import AttributeUse, ComplexType, Type

ASPECT = Aspect(
    "attribute",
    narrowed=narrowing_rule(
        "attribute-removed",
        "An element may no longer have an attribute.",
        "Keep the attribute, make it optional, and mark it as deprecated in its documentation.",
    ),
    widened=widening_rule("attribute-added", "An element may have an attribute that it could not have before."),
    describe=lambda side, _: describe_attribute(side.attribute),
)


def attribute_uses_of(type_: Type) -> Mapping[str, AttributeUse]:
    """Return the attributes that a type declares, by name."""
    return type_.attributes if isinstance(type_, ComplexType) else {}
