"""The number of digits of a number (XSD 1.0 Part 2 §4.3.11, §4.3.12)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_facets
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.simple_types import chain, is_whole
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType

ASPECT = Aspect(
    "digits",
    narrowed=narrowing_rule(
        "digits-narrowed",
        "A number that was allowed has too many digits.",
        "Keep the digits of the schema, and round the number where you use it.",
    ),
    widened=widening_rule("digits-widened", "A number may have more digits than before."),
    describe=lambda side, _: describe_facets(side.text_type, facets_about("digits")) or "any number of digits",
    facets=facets_about("digits"),
)


def proves(narrow: SimpleType, wide: Restriction) -> bool:
    """Whether every number of `narrow` certainly has no more digits than `wide` allows."""
    return all(_proves_limit(narrow, facet, int(wide.limits[facet])) for facet in ASPECT.facets if facet in wide.limits)


def _proves_limit(narrow: SimpleType, facet: str, limit: int) -> bool:
    steps = list(chain(narrow))
    if any(int(step.limits.get(facet, limit + 1)) <= limit for step in steps):
        return True
    if facet == "fractionDigits" or not is_whole(narrow):
        return facet == "fractionDigits" and is_whole(narrow)
    edges: dict[str, str] = {}
    for step in steps:
        for name in facets_about("range"):
            if name in step.limits:
                edges.setdefault(name[:3], str(step.limits[name]))
    return len(edges) == 2 and all(len(edge.lstrip("+-").lstrip("0")) <= limit for edge in edges.values())
