"""The patterns that a text must match (XSD 1.0 Part 2 §4.3.4)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.simple_types import chain, proves_match
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType


def _describe(side: Side, _: Side) -> str:
    steps = [" or ".join(step.patterns) for step in chain(side.text_type) if step.patterns]
    return " and ".join(steps) or "no pattern"


ASPECT = Aspect(
    "pattern",
    narrowed=narrowing_rule(
        "pattern-narrowed",
        "A text that was allowed does not match the new pattern.",
        "Keep the old pattern beside the new one: a text must match only one of the patterns of a type.",
    ),
    widened=widening_rule("pattern-widened", "A text that did not match the old pattern is allowed."),
    describe=_describe,
    facets=facets_about("pattern"),
)


def proves(narrow: SimpleType, wide: Restriction) -> bool:
    """Whether every text of `narrow` certainly matches the patterns of `wide`."""
    return not wide.patterns or proves_match(narrow, wide.patterns)
