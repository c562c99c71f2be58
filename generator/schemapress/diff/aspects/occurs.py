"""The occurrence of an element (XSD 1.0 Part 1 §3.9.1)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_occurrence
from schemapress.diff.rule import narrowing_rule, widening_rule

ASPECT = Aspect(
    "occurs",
    narrowed=narrowing_rule(
        "occurs-narrowed",
        "An element may not occur as often as before.",
        "Keep the larger maxOccurs, and document which occurrence counts.",
    ),
    widened=widening_rule("occurs-widened", "An element may occur more often than before."),
    describe=lambda side, _: describe_occurrence(side.type, side.subject),
    cause="repeated",
)
