"""Differences of attributes, and of the wildcards that admit them (XSD 1.0 Part 1 §3.4.4 clauses 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemapress.diff.inclusion.difference import value_constraint
from schemapress.diff.inclusion.difference.pair import Difference, Found, Pair, Sides
from schemapress.diff.inclusion.example import Type
from schemapress.diff.inclusion.undecided import Undecided
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import AttributeUse, ComplexType, Declarations


def differences(pair: Pair, sides: Sides) -> Found:
    """Yield the differences of the attributes that an element can have.

    Raises:
        Undecided: after all that could be found, where the values of an attribute are out of reach.
    """
    narrow, wide = attributes_of(pair.narrow_type), attributes_of(pair.wide_type)
    has_wildcard = isinstance(pair.narrow_type, ComplexType) and pair.narrow_type.wildcard is not None
    admitted = (*sides.narrow.attributes, *sides.wide.attributes, *sides.names) if has_wildcard else ()
    undecided: list[str] = []
    tells_of_wildcard = False
    for name in dict.fromkeys((*narrow, *wide, *admitted)):
        one = narrow.get(name) or _admitted(pair.narrow_type, name, sides.narrow)
        other = wide.get(name) or _admitted(pair.wide_type, name, sides.wide)
        if name in wide and wide[name].required and (one is None or not one.required):
            element = sides.shell(pair)
            if name in element.attrib:
                del element.attrib[name]
            yield Difference("attribute-presence", name, pair, element, is_of_attribute=True)
        if one is None:
            continue
        if other is None:
            if name not in narrow and tells_of_wildcard:
                continue
            tells_of_wildcard = tells_of_wildcard or name not in narrow
            element = sides.shell(pair)
            element.set(name, sides.examples.attribute(one, None))
            yield Difference(
                "attribute" if name in narrow else "attribute-wildcard", name, pair, element, is_of_attribute=True
            )
            continue
        try:
            texts = list(value_constraint.outside_attribute(one, other))
        except Undecided as error:
            undecided.append(f"attribute {name}: {error}")
            continue
        for aspect, text in texts:
            element = sides.shell(pair)
            element.set(name, text)
            yield Difference(aspect, name, pair, element, is_of_attribute=True)
    if undecided:
        raise Undecided("; ".join(undecided))


def attributes_of(type_: Type) -> Mapping[str, AttributeUse]:
    """Return the attributes that a type declares."""
    return type_.attributes if isinstance(type_, ComplexType) else {}


def values(pair: Pair) -> Iterator[tuple[str, AttributeUse, AttributeUse]]:
    """Yield the name and both declarations of each attribute that both types declare."""
    wide = attributes_of(pair.wide_type)
    for name, attribute in attributes_of(pair.narrow_type).items():
        if name in wide:
            yield name, attribute, wide[name]


def _admitted(type_: Type, name: str, declarations: Declarations) -> AttributeUse | None:
    """Return what governs an attribute that a wildcard admits; None where it is refused (§3.4.4 clause 3.2)."""
    wildcard = type_.wildcard if isinstance(type_, ComplexType) else None
    if wildcard is None or not wildcard.admits(name):
        return None
    if wildcard.process != "skip" and name in declarations.attributes:
        return declarations.attributes[name]
    return None if wildcard.process == "strict" else AttributeUse(BUILTIN["anySimpleType"])
