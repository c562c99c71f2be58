"""Keys, references to keys, and unique values (XSD 1.0 Part 1 §3.11)."""

from __future__ import annotations

import re

from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import IdentityConstraint


def _describe(side: Side, other: Side) -> str:
    others = {constraint.name: constraint for constraint in other.declaration.constraints}
    described = (
        _show(constraint, with_paths=others.get(constraint.name, constraint) != constraint)
        for constraint in side.declaration.constraints
    )
    return ", ".join(described) or "no constraint"


def _show(constraint: IdentityConstraint, *, with_paths: bool) -> str:
    """Return the kind and the name of a constraint, and its paths with local names."""
    named = f"{constraint.kind} {local_name(constraint.name)}"
    if not with_paths:
        return named
    fields, selector = (
        re.sub(r"\{[^}]*\}", "", path) for path in (" and ".join(constraint.fields), constraint.selector)
    )
    return f"{named} ({fields} of {selector})"


ASPECT = Aspect(
    "identity_constraint",
    narrowed=narrowing_rule(
        "identity-constraint-added",
        "A new key, keyref or unique constraint refuses values that were allowed.",
        "Check the values in the application if you can: a schema refuses the whole document.",
    ),
    widened=widening_rule("identity-constraint-removed", "Values may be duplicated, be absent, or refer to nothing."),
    describe=_describe,
    is_of_declaration=True,
)
