"""The values that a type enumerates (XSD 1.0 Part 2 §4.3.5)."""

from __future__ import annotations

from schemapress.diff.aspects import pattern
from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.simple_types import (
    accepts_text,
    chain,
    escape_pattern,
    is_new_form,
    is_text_type,
    proves_match,
)
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType

SHOWN_VALUES = 12
"""Values that a report shows."""


def _describe(side: Side, other: Side) -> str:
    own, others = _find_values(side.text_type), _find_values(other.text_type)
    if own is None:
        return "not enumerated"
    only = [value for value in own if others is None or value not in others]
    listed = ", ".join(map(repr, only[:SHOWN_VALUES])) + (
        f" and {len(only) - SHOWN_VALUES} more" if len(only) > SHOWN_VALUES else ""
    )
    same = len(own) - len(only)
    if not same:
        return listed
    return f"{listed}; {same} in both" if listed else f"{same} in both"


ASPECT = Aspect(
    "enumeration",
    narrowed=narrowing_rule(
        "enumeration-narrowed",
        "A value was removed from the enumeration, or an enumeration was added.",
        "Keep the value, and mark it as deprecated in its documentation.",
    ),
    widened=widening_rule(
        "enumeration-widened", "A value was added to the enumeration, or the enumeration was removed."
    ),
    describe=_describe,
    facets=facets_about("enumeration"),
)


def proves(narrow: SimpleType, wide: Restriction, *, same_space: bool) -> bool:
    """Whether every value of `narrow` is certainly among those that `wide` enumerates."""
    if wide.enumeration is None:
        return True
    texts = _find_accepted(narrow)
    if texts is not None:
        return same_space and all(accepts_text(wide, text) for text in texts)
    return (
        is_text_type(narrow)
        and is_text_type(wide)
        and proves_match(narrow, tuple(map(escape_pattern, wide.enumeration)))
    )


def proves_each_value(narrow: SimpleType, wide: SimpleType, *, same_space: bool) -> bool:
    """Whether `narrow` enumerates its values, and `wide` certainly accepts each in every lexical form."""
    texts = _find_accepted(narrow)
    if texts is None or not all(accepts_text(wide, text) for text in texts):
        return False
    if is_text_type(narrow):
        return narrow.whitespace in ("preserve", wide.whitespace) or wide.whitespace == "collapse"
    return same_space and all(pattern.proves(narrow, step) and not is_new_form(step, narrow) for step in chain(wide))


def _find_values(type_: SimpleType | None) -> tuple[str, ...] | None:
    """Return the values that a type enumerates; None if it is no enumeration."""
    return next((step.enumeration for step in chain(type_) if step.enumeration is not None), None)


def _find_accepted(type_: SimpleType) -> list[str] | None:
    """Return the enumerated texts that the facets of a type accept; None if it is no enumeration."""
    values = _find_values(type_)
    return None if values is None else [text for text in values if accepts_text(type_, text)]
