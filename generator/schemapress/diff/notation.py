"""Phrases for the parts of a declaration: content models in DTD notation, occurrences, facets, attributes."""

from __future__ import annotations

from collections.abc import Sequence

from schemapress.inclusion.example import may_stand_for
from schemapress.inclusion.pair import model_of
from schemapress.inclusion.simple_types import chain
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import (
    AttributeUse,
    BasicTerm,
    ComplexType,
    Declarations,
    ElementDeclaration,
    Type,
)
from schemapress_runtime.xsd.model_tree import ModelNode
from schemapress_runtime.xsd.simple_type import SimpleType
from schemapress_runtime.xsd.wildcard import Wildcard

LONGEST_NOTATION = 300
"""Characters of a content model that a report shows."""


def describe_content(type_: Type) -> str:
    """Return the content of a type in DTD notation: `(id, note*)`."""
    if not isinstance(type_, ComplexType):
        return type_.label
    if type_.simple is not None:
        return type_.simple.label
    text = _describe_particle(type_.model.root) if type_.model is not None else "empty"
    text = f"text and {text}" if type_.mixed else text
    return text if len(text) <= LONGEST_NOTATION else f"{text[:LONGEST_NOTATION]}…"


def describe_occurrence(type_: Type, tag: str) -> str:
    """Return the occurrence of an element in a content model, as `0..unbounded`, or `absent`."""
    leaves = [leaf for leaf in model_of(type_).root.leaves() if tag in leaf.declarations]
    return " or ".join(dict.fromkeys(_describe_range(leaf) for leaf in leaves)) or "absent"


def describe_wildcards(type_: Type) -> str:
    """Return the elements that the wildcards of a content model allow, and their validation."""
    terms = (term for leaf in model_of(type_).root.leaves() for term in leaf.declarations.values())
    wildcards = (f"{term.expected} ({term.process})" for term in terms if isinstance(term, Wildcard))
    return " or ".join(wildcards) or "no wildcard"


def describe_attribute(attribute: AttributeUse | None) -> str:
    """Return whether an attribute is required, and its type."""
    if attribute is None:
        return "absent"
    return f"{'required' if attribute.required else 'optional'}, {attribute.type.label}"


def describe_named_type(name: str, declaration: ElementDeclaration, declarations: Declarations) -> str:
    """Return whether an element may name a type with `xsi:type`."""
    type_ = declarations.types.get(name)
    if type_ is None:
        return "no such type"
    return "may be named" if may_stand_for(type_, declaration) else "may not be named here"


def describe_facets(type_: SimpleType | None, names: Sequence[str]) -> str:
    """Return the values of some facets of a type; empty if it has none of them."""
    limits: dict[str, int | str] = {}
    for step in chain(type_):
        limits = {**step.limits, **limits}
    return ", ".join(f"{name} {limits[name]}" for name in names if name in limits)


def _describe_range(particle: ModelNode[BasicTerm]) -> str:
    """Return the occurrence of a leaf, given all groups around it."""
    minimum: int = particle.minimum
    maximum: int | None = particle.maximum
    group = particle.parent
    while group is not None:
        minimum = 0 if group.kind == "choice" and len(group.children) > 1 else minimum * group.minimum
        maximum = None if maximum is None or group.maximum is None else maximum * group.maximum
        group = group.parent
    return f"{minimum}..{'unbounded' if maximum is None else maximum}"


def _describe_particle(particle: ModelNode[BasicTerm]) -> str:
    if particle.kind == "any":
        text = "any"
    elif particle.kind == "element":
        text = " | ".join(local_name(tag) for tag in particle.declarations)
        text = f"({text})" if len(particle.declarations) > 1 else text
    else:
        separator = {"sequence": ", ", "choice": " | ", "all": " & "}[particle.kind]
        text = f"({separator.join(map(_describe_particle, particle.children))})"
    occurs = (particle.minimum, particle.maximum)
    marks = {(1, 1): "", (0, 1): "?", (0, None): "*", (1, None): "+"}
    upper = "" if particle.maximum is None else particle.maximum
    return text + marks.get(occurs, f"{{{particle.minimum},{upper}}}")
