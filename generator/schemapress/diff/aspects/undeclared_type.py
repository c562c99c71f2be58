"""The types that an element which is declared nowhere may name, under a wildcard that admits it (§3.10.4)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.notation import describe_named_type
from schemapress.diff.rule import narrowing_rule, widening_rule

ASPECT = Aspect(
    "undeclared_type",
    narrowed=narrowing_rule(
        "undeclared-type-removed",
        "An element that is declared nowhere, and that a wildcard admits, can no longer name a type with xsi:type.",
        "Keep the type, if anybody sends such elements.",
        severity="off",
    ),
    widened=widening_rule(
        "undeclared-type-added",
        "An element that is declared nowhere, and that a wildcard admits, can name a type with xsi:type.",
        severity="off",
    ),
    describe=lambda side, _: describe_named_type(side.subject, side.declaration, side.declarations),
    is_of_declaration=True,
    step="xsi:type=",
)
