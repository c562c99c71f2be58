"""The aspects of a comparison: one module per thing in which two declarations can differ.

A module has everything that is specific to its aspect: the names and documentation of its two rules, its facets, its
decision, and its words.
"""

from schemapress.diff.aspects import (
    abstract,
    attribute,
    attribute_presence,
    attribute_wildcard,
    bounds,
    content_model,
    content_type,
    declaration,
    derived_type,
    digits,
    element,
    enumeration,
    fixed_value,
    identity_constraint,
    length,
    mixed,
    nillable,
    occurs,
    pattern,
    presence,
    rename,
    substitution,
    undeclared_type,
    wildcard,
)  # fmt: skip
from schemapress.diff.aspects.aspect import Aspect

_MODULES = (
    element, rename, presence, occurs, content_model, wildcard, substitution, mixed, content_type, enumeration, pattern,
    length, bounds, digits, fixed_value, attribute, attribute_presence, attribute_wildcard, nillable, abstract,
    derived_type, undeclared_type, declaration, identity_constraint,
)  # fmt: skip

ASPECTS: tuple[Aspect, ...] = tuple(module.ASPECT for module in _MODULES)
"""Every aspect, in the order of the documentation."""
