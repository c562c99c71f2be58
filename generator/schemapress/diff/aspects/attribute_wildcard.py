"""The attributes that a wildcard allows (XSD 1.0 Part 1 §3.10)."""

from __future__ import annotations

from schemapress.diff.aspects.aspect import Aspect, Side
from schemapress.diff.rule import narrowing_rule, widening_rule
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import AttributeUse, ComplexType, Declarations, Type
from schemapress_runtime.xsd.wildcard import Wildcard


def _describe(side: Side, _: Side) -> str:
    wildcard = wildcard_of(side.type)
    if wildcard is None:
        return "no wildcard"
    return f"{wildcard.expected.replace('any element', 'any attribute')} ({wildcard.process})"


ASPECT = Aspect(
    "attribute_wildcard",
    narrowed=narrowing_rule(
        "attribute-wildcard-narrowed",
        "An attribute that only a wildcard allowed is refused.",
        "Keep the wildcard if partners may have extended the documents that you receive.",
    ),
    widened=widening_rule("attribute-wildcard-widened", "A wildcard allows an attribute that was refused before."),
    describe=_describe,
)


def wildcard_of(type_: Type) -> Wildcard | None:
    """Return the attribute wildcard of a type, if it has one."""
    return type_.wildcard if isinstance(type_, ComplexType) else None


def admit_attribute(type_: Type, name: str, declarations: Declarations) -> AttributeUse | None:
    """Return the declaration of an attribute under a wildcard; None if it is refused (§3.4.4 clause 3.2)."""
    wildcard = wildcard_of(type_)
    if wildcard is None or not wildcard.admits(name):
        return None
    if wildcard.process != "skip" and name in declarations.attributes:
        return declarations.attributes[name]
    return None if wildcard.process == "strict" else AttributeUse(BUILTIN["anySimpleType"])
