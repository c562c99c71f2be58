"""The order and grouping of elements that both versions allow (XSD 1.0 Part 1 §3.8)."""

from __future__ import annotations

from functools import partial

from schemapress.diff.aspects.aspect import Aspect, Difference
from schemapress.diff.notation import describe_content
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.pair import Pair, SchemaPair, is_empty, may_have_space, model_of

ASPECT = Aspect(
    "content_model",
    narrowed=narrowing_rule(
        "content-model-narrowed",
        "The order or grouping of known elements changed: they may no longer appear together as before.",
        "Add new elements after the existing ones. To allow any order, replace the sequence with a choice.",
    ),
    widened=widening_rule(
        "content-model-widened", "Known elements may appear together in an order or grouping that was refused before."
    ),
    describe=lambda side, _: describe_content(side.type),
    cause="order",
)


def find_refused_space(pair: Pair, schemas: SchemaPair) -> Difference | None:
    """Return the difference if only `narrow` allows white space alone: `wide` must be empty."""
    may_be_space = may_have_space(pair.narrow_type) and pair.narrow.fixed is None
    if may_be_space and is_empty(pair.wide_type) and model_of(pair.narrow_type).start.accepts:
        return Difference(ASPECT, "", pair, partial(schemas.make_element, pair, text=" "))
    return None
