"""The rules that findings name: one module for each thing that a change can be about.

A package can add checks of its own by the entry point group `schemapress.diff_checks`: see `schemapress.diff.check`.
"""

from __future__ import annotations

from schemapress.diff.rule import Aspect, Rule
from schemapress.diff.rules import (
    abstract,
    attribute,
    attribute_presence,
    attribute_wildcard,
    bounds,
    content_model,
    content_type,
    derived_type,
    digits,
    element,
    enumeration,
    fixed_value,
    identity_constraint,
    length,
    message,
    mixed,
    nillable,
    occurs,
    pattern,
    presence,
    substitution,
    undecided,
    wildcard,
)

_MODULES = (
    element, presence, occurs, content_model, wildcard, substitution, mixed, content_type, enumeration, pattern, length,
    bounds, digits, fixed_value, attribute, attribute_presence, attribute_wildcard, nillable, abstract, derived_type,
    identity_constraint,
)  # fmt: skip

ASPECTS: dict[str, Aspect] = {module.ASPECT.name: module.ASPECT for module in _MODULES}
"""What two declarations can differ in, by the names that differences have."""

DOCUMENT_RULES: tuple[Rule, ...] = (
    message.REMOVED,
    message.ADDED,
    *(rule for found in ASPECTS.values() for rule in (found.narrowed, found.widened)),
    undecided.RULE,
)
