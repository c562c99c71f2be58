"""The elements that a content model allows (XSD 1.0 Part 1 §3.4.4 clause 2.4)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_occurrence
from schemapress.diff.rule import narrowing_rule, widening_rule

ASPECT = Aspect(
    "element",
    narrowed=narrowing_rule(
        "element-removed",
        "The content model no longer allows an element.",
        "Keep the element, make it optional, and mark it as deprecated in its documentation.",
    ),
    widened=widening_rule("element-added", "The content model allows an element that it did not allow before."),
    describe=lambda side, _: describe_occurrence(side.type, side.subject),
    cause="unknown",
)
