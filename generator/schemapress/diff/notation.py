"""What a declaration has, in a phrase: content models in the notation of DTDs, occurrences, attributes."""

from __future__ import annotations

from schemapress.diff.inclusion.difference.pair import model_of
from schemapress.diff.inclusion.example import Term, Type
from schemapress.diff.rule import Side
from schemapress_runtime.report.display import local_name
from schemapress_runtime.xsd.declaration import Attribute, ComplexType
from schemapress_runtime.xsd.particle import Particle
from schemapress_runtime.xsd.wildcard import Wildcard

LONGEST = 300
"""Characters of a content model that are shown."""


def content_model(type_: Type) -> str:
    """Return the content of a type, as a DTD would have it: `(id, note*)`."""
    if not isinstance(type_, ComplexType):
        return type_.name
    if type_.simple is not None:
        return type_.simple.name
    text = _particle(type_.content()) if type_.content is not None else "empty"
    text = f"text and {text}" if type_.mixed else text
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def occurrence(type_: Type, tag: str) -> str:
    """Return how often an element may occur in a content model, as `0..unbounded`; nothing where it can't at all."""
    leaves = [leaf for leaf in model_of(type_).root.leaves() if tag in leaf.declarations]
    return " or ".join(dict.fromkeys(_occurs(leaf) for leaf in leaves))


def wildcards(type_: Type) -> str:
    """Return which elements the wildcards of a content model admit, and how they are validated."""
    found = (term for leaf in model_of(type_).root.leaves() for term in leaf.declarations.values())
    return " or ".join(f"{term.expected} ({term.process})" for term in found if isinstance(term, Wildcard))


def attribute(declared: Attribute | None) -> str:
    """Return what an attribute is to its element."""
    if declared is None:
        return "absent"
    return f"{'required' if declared.required else 'optional'}, {declared.type.name}"


def substitutes(side: Side) -> str:
    """Return which element another one may stand for."""
    for leaf in model_of(side.type).root.leaves():
        head = next(iter(leaf.declarations), "")
        if side.subject in leaf.declarations and head != side.subject:
            return f"may stand for {local_name(head)}"
    return "may not stand here"


def _occurs(particle: Particle[Term]) -> str:
    """Return how often a leaf may occur, with all groups around it."""
    minimum: int = particle.minimum
    maximum: int | None = particle.maximum
    group = particle.parent
    while group is not None:
        minimum = 0 if group.kind == "choice" and len(group.children) > 1 else minimum * group.minimum
        maximum = None if maximum is None or group.maximum is None else maximum * group.maximum
        group = group.parent
    return f"{minimum}..{'unbounded' if maximum is None else maximum}"


def _particle(particle: Particle[Term]) -> str:
    if particle.kind == "any":
        text = "any"
    elif particle.kind == "element":
        text = " | ".join(local_name(tag) for tag in particle.declarations)
        text = f"({text})" if len(particle.declarations) > 1 else text
    else:
        separator = {"sequence": ", ", "choice": " | ", "all": " & "}[particle.kind]
        text = f"({separator.join(map(_particle, particle.children))})"
    occurs = (particle.minimum, particle.maximum)
    marks = {(1, 1): "", (0, 1): "?", (0, None): "*", (1, None): "+"}
    upper = "" if particle.maximum is None else particle.maximum
    return text + marks.get(occurs, f"{{{particle.minimum},{upper}}}")
