"""Whether an element that a lax wildcard admits is declared, and so validated (XSD 1.0 Part 1 §3.10.4)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect
from schemapress.diff.rule import narrowing_rule, widening_rule

ASPECT = Aspect(
    "declaration",
    narrowed=narrowing_rule(
        "wildcard-element-declared",
        "An element that a lax wildcard admits is declared, so it is validated; before, it could have any content.",
        "Declare it where it is used, not globally, or in a namespace of its own.",
    ),
    widened=widening_rule(
        "wildcard-element-undeclared",
        "An element that a lax wildcard admits is no longer declared, so it can have any content.",
    ),
    describe=lambda side, _: "declared" if side.declaration.is_declared else "not declared",
    is_of_declaration=True,
)
