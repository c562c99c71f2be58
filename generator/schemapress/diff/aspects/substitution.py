"""The elements that may replace another element (XSD 1.0 Part 1 §3.3.6)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress.inclusion.pair import model_of
from schemapress_runtime.names import local_name
from schemapress_runtime.xsd.components import ElementDeclaration, Type


def _describe(side: Side, _: Side) -> str:
    head = _find_head(side.subject, side.type)
    return "may not stand here" if head is None else f"may stand for {local_name(head)}"


ASPECT = Aspect(
    "substitution",
    narrowed=narrowing_rule(
        "substitution-removed",
        "An element may no longer replace the head of its substitution group.",
        "Keep it in the group, and mark it as deprecated in its documentation.",
    ),
    widened=widening_rule("substitution-added", "An element may replace the head of a substitution group."),
    describe=_describe,
)


def is_substitute(tag: str, type_: Type) -> bool:
    """Whether a child is allowed only in the place of the head of its substitution group."""
    declaration = model_of(type_).declared.get(tag)
    is_member = isinstance(declaration, ElementDeclaration) and declaration.substitution_group is not None
    return is_member and _find_head(tag, type_) is not None


def _find_head(tag: str, type_: Type) -> str | None:
    """Return the element that a child may replace in a content model, if there is one."""
    leaves = [leaf for leaf in model_of(type_).root.leaves() if tag in leaf.declarations]
    return next((head for leaf in leaves if (head := next(iter(leaf.declarations))) != tag), None)
