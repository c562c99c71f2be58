"""Whether text is allowed between children (XSD 1.0 Part 1 §3.4.4 clause 2.3)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_content
from schemapress.diff.rule import narrowing_rule, widening_rule

ASPECT = Aspect(
    "mixed",
    narrowed=narrowing_rule(
        "mixed-content-removed",
        "Text between child elements is no longer allowed.",
        "Keep the content mixed, and ignore the text.",
    ),
    widened=widening_rule("mixed-content-added", "Text between child elements is allowed."),
    describe=lambda side, _: describe_content(side.type),
)
