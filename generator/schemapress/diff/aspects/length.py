"""The length of a text, in characters, bytes or items (XSD 1.0 Part 2 §4.3.1 to §4.3.3)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_facets
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.simple_types import (
    chain,
    is_never_empty,
    is_one_word,
    is_text_type,
    length_pattern,
    lengths_of,
    primitive_of,
    proves_match,
)  # fmt: skip
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType

ASPECT = Aspect(
    "length",
    narrowed=narrowing_rule(
        "length-narrowed",
        "A text of an allowed length is now too short or too long.",
        "Keep the limits of the schema, and refuse such texts in the application, which can give the reason.",
    ),
    widened=widening_rule("length-widened", "A text may be shorter or longer than before."),
    describe=lambda side, _: describe_facets(side.text_type, facets_about("length")) or "any length",
    facets=facets_about("length"),
)


def proves(narrow: SimpleType, wide: Restriction, *, same_space: bool) -> bool:
    """Whether every text of `narrow` certainly has a length that `wide` allows."""
    return all(
        _proves_limit(narrow, wide, facet, int(wide.limits[facet]), same_space=same_space)
        for facet in ASPECT.facets
        if facet in wide.limits
    )


def proves_shorter(narrow: SimpleType, wide: Restriction) -> bool:
    """Whether a step limits the length of texts alone, and `narrow` has none that is longer.

    White space that `wide` collapses makes a text shorter, so it does not matter; what `narrow` alone collapses does.
    """
    if wide.whitespace != "collapse" and narrow.whitespace not in ("preserve", wide.whitespace):
        return False
    facets = (wide.patterns, wide.enumeration, wide.lexical, wide.limits.get("minLength") or None)
    if (
        any(facets)
        or set(wide.limits) - {"minLength", "maxLength"}
        or not (is_text_type(narrow) and is_text_type(wide))
    ):
        return False
    _, largest = lengths_of(chain(narrow))
    return "maxLength" not in wide.limits or (largest is not None and largest <= int(wide.limits["maxLength"]))


def _proves_limit(narrow: SimpleType, wide: Restriction, facet: str, limit: int, *, same_space: bool) -> bool:
    if facet == "minLength" and limit == 1 and is_never_empty(narrow) and is_text_type(wide):
        return True
    if isinstance(primitive_of(wide), List) and is_one_word(narrow):
        return (facet == "maxLength" and limit >= 1) or (limit == 1 and is_never_empty(narrow))
    are_lists = isinstance(primitive_of(wide), List) and isinstance(primitive_of(narrow), List)
    if not are_lists and not same_space:
        return False
    smallest, largest = lengths_of(chain(narrow))
    lower = 0 if facet == "maxLength" else limit
    upper = None if facet == "minLength" else limit
    if smallest >= lower and (upper is None or (largest is not None and largest <= upper)):
        return True
    return is_text_type(narrow) and proves_match(narrow, (length_pattern(lower, upper),))
