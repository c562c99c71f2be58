"""Whether an element may be absent (XSD 1.0 Part 1 §3.9.1)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_occurrence
from schemapress.diff.rule import narrowing_rule, widening_rule

ASPECT = Aspect(
    "presence",
    narrowed=narrowing_rule(
        "element-now-required",
        "An element that could be absent, or that did not exist, is required.",
        'Make it optional (minOccurs="0"), and document what its absence means.',
    ),
    widened=widening_rule("element-now-optional", "An element that was required may be absent."),
    describe=lambda side, _: describe_occurrence(side.type, side.subject),
    cause="missing",
)
