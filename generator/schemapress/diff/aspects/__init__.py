"""The aspects of a comparison: one module per thing in which two declarations can differ.

A module has everything that is specific to its aspect: the names and documentation of its two rules, its facets, its
decision, and its words.
"""

from __future__ import annotations

from schemapress.diff.aspects import (
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
    mixed,
    nillable,
    occurs,
    pattern,
    presence,
    substitution,
    wildcard,
)
from schemapress.diff.aspects.aspect import Aspect

ASPECTS: tuple[Aspect, ...] = (
    element.ASPECT,
    presence.ASPECT,
    occurs.ASPECT,
    content_model.ASPECT,
    wildcard.ASPECT,
    substitution.ASPECT,
    mixed.ASPECT,
    content_type.ASPECT,
    enumeration.ASPECT,
    pattern.ASPECT,
    length.ASPECT,
    bounds.ASPECT,
    digits.ASPECT,
    fixed_value.ASPECT,
    attribute.ASPECT,
    attribute_presence.ASPECT,
    attribute_wildcard.ASPECT,
    nillable.ASPECT,
    abstract.ASPECT,
    derived_type.ASPECT,
    identity_constraint.ASPECT,
)
"""Every aspect, in the order of the documentation."""
