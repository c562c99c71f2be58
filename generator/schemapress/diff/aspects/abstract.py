"""Whether an element or its type is abstract, so that another must replace it (XSD 1.0 Part 1 §3.3.4 clause 2)."""

from __future__ import annotations

from functools import partial

from schemapress.diff.aspects.aspect import Aspect, Difference, Outcomes, Side
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.pair import Pair, SchemaPair
from schemapress_runtime.xsd.components import ComplexType, ElementDeclaration, Type


def _describe(side: Side, _: Side) -> str:
    if side.declaration.abstract:
        return "an abstract element"
    return "an abstract type" if is_abstract(side.declaration, side.type) else "not abstract"


ASPECT = Aspect(
    "abstract",
    narrowed=narrowing_rule(
        "abstract-added",
        "An element can no longer appear itself, or must name a derived type with xsi:type.",
        "Derive the new types from a type that stays concrete.",
    ),
    widened=widening_rule(
        "abstract-removed", "An element can appear itself, or need not name a derived type with xsi:type."
    ),
    describe=_describe,
    is_of_declaration=True,
)


def find_differences(pair: Pair, schemas: SchemaPair) -> Outcomes:
    """Yield the difference if only `wide` is abstract."""
    if is_abstract(pair.wide, pair.wide_type) and not is_abstract(pair.narrow, pair.narrow_type):
        yield Difference(ASPECT, "", pair, partial(schemas.make_element, pair))


def is_abstract(declaration: ElementDeclaration, type_: Type) -> bool:
    """Whether no element with this declaration and type is valid."""
    return declaration.abstract or (isinstance(type_, ComplexType) and type_.abstract)
