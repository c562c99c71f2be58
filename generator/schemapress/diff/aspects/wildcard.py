"""The elements that a wildcard allows, and how it validates them (XSD 1.0 Part 1 §3.10)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_wildcards
from schemapress.diff.rule import narrowing_rule, widening_rule

ASPECT = Aspect(
    "wildcard",
    narrowed=narrowing_rule(
        "wildcard-narrowed",
        "An element that only a wildcard allowed is refused:"
        " the wildcard is gone, allows fewer namespaces, or validates more strictly.",
        "Keep the wildcard if partners may have extended the documents that you receive.",
    ),
    widened=widening_rule("wildcard-widened", "A wildcard allows an element that was refused before."),
    describe=lambda side, _: describe_wildcards(side.type),
    cause="undeclared",
)
