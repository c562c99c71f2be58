"""The bounds of a number, a date or a time (XSD 1.0 Part 2 §4.3.7 to §4.3.10)."""

from __future__ import annotations

from collections.abc import Iterator

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_facets
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.simple_types import chain, is_whole, primitive_of
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType

ASPECT = Aspect(
    "bounds",
    narrowed=narrowing_rule(
        "range-narrowed",
        "A value that was within the bounds is outside the new bounds.",
        "Keep the bounds of the schema, and refuse such values in the application, which can give the reason.",
    ),
    widened=widening_rule("range-widened", "A value that was outside the bounds is within the new bounds."),
    describe=lambda side, _: describe_facets(side.text_type, facets_about("range")) or "no bounds",
    facets=facets_about("range"),
)


def proves(narrow: SimpleType, wide: Restriction, *, same_space: bool) -> bool:
    """Whether every value of `narrow` is certainly within the bounds of `wide`."""
    limits = [(facet, str(wide.limits[facet])) for facet in ASPECT.facets if facet in wide.limits]
    return not limits or (
        same_space
        and all(
            any(_is_as_tight(narrow, own, facet, limit) for own in _find_bounds(narrow, side=facet[:3]))
            for facet, limit in limits
        )
    )


def _find_bounds(type_: SimpleType, side: str) -> Iterator[tuple[str, str]]:
    """Yield the bounds of a type on one side (`min` or `max`), as facets and values."""
    for step in chain(type_):
        yield from (
            (facet, str(step.limits[facet]))
            for facet in ASPECT.facets
            if facet in step.limits and facet.startswith(side)
        )
        digits = step.limits.get("totalDigits")
        if digits is not None and is_whole(type_):  # a whole number of so many digits has bounds
            yield f"{side}Inclusive", f"{'-' if side == 'min' else ''}{'9' * int(digits)}"


def _is_as_tight(narrow: SimpleType, own: tuple[str, str], facet: str, limit: str) -> bool:
    """Whether a bound of `narrow` is at least as tight as a limit on the same side."""
    own_facet, bound = own
    type_ = primitive_of(narrow)
    order = type_.compare(type_.parse(bound, {}), type_.parse(limit, {}))
    if order is None:
        return False
    is_tighter = order > 0 if facet.startswith("min") else order < 0
    return is_tighter or (order == 0 and (facet.endswith("Inclusive") or own_facet.endswith("Exclusive")))
