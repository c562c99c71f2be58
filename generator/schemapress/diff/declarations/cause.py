"""The cause of a difference: what changed in the source, however many elements it changes."""

from __future__ import annotations

from collections.abc import Hashable

from schemapress.diff.aspects import declaration, derived_type, substitution, undeclared_type, wildcard
from schemapress.diff.aspects.aspect import Difference, Side
from schemapress.diff.difference_place import declared_place, facet_place
from schemapress.inclusion.pair import Pair, SchemaPair
from schemapress_runtime.xsd.components import Declarations, Type
from schemapress_runtime.xsd.place import NOWHERE
from schemapress_runtime.xsd.simple_type import SimpleType


def cause_of(difference: Difference, schemas: SchemaPair) -> Hashable:
    """Return what all differences of one cause share, and no other one has.

    Facets of one simple type are one cause for all attributes and elements of that type; an attribute or element of a
    group, or of a base, is one for all types that have it; types that disappear are one for each hierarchy.
    """
    pair, aspect, subject = difference.pair, difference.aspect, difference.subject
    if aspect is declaration.ASPECT:
        return aspect.name, pair.narrow.name
    if aspect is undeclared_type.ASPECT:
        return (aspect.name,)
    if aspect is derived_type.ASPECT:
        return aspect.name, _find_top(schemas.narrow, subject)
    if aspect is wildcard.ASPECT:  # whatever elements it admits
        return aspect.name, pair.key
    if aspect is substitution.ASPECT:
        return aspect.name, subject
    narrow = Side(schemas.narrow, pair.narrow, pair.narrow_type, subject, difference.is_of_attribute)
    wide = Side(schemas.wide, pair.wide, pair.wide_type, subject, difference.is_of_attribute)
    facets = [facet_place(side, aspect, None) for side in (narrow, wide)]
    if any(facets):
        return aspect.name, "facet", *facets
    if aspect.facets:
        named = [_name_of(side.text_type) for side in (narrow, wide)]
        if None not in named:
            return aspect.name, "type", *named
    if aspect.is_of_declaration:
        places = [pair.narrow.place, pair.wide.place]
    else:
        places = [place for side in (narrow, wide) if (place := declared_place(side)) is not None]
    if not places or NOWHERE in places:
        return aspect.name, subject, pair.key
    return aspect.name, subject, *places


def name_cause(difference: Difference) -> Difference:
    """Return a difference as one of the declaration that a lax wildcard finds, where only one side finds one.

    It is then one of that element, whatever inside of it shows it. One inside of an element that neither side declares
    is one of the type that xsi:type names there.
    """
    pair: Pair | None = difference.pair
    outermost = None
    while pair is not None:
        if pair.narrow.is_declared != pair.wide.is_declared and not pair.is_typed:
            outermost = pair
        pair = pair.parent
    if difference.aspect is undeclared_type.ASPECT:
        return difference
    if outermost is not None:
        return Difference(declaration.ASPECT, "", outermost, lambda: difference.element)
    if is_undeclared(difference.pair):
        return Difference(undeclared_type.ASPECT, "", difference.pair, lambda: difference.element)
    return difference


def is_undeclared(pair: Pair | None) -> bool:
    """Whether a pair stands in an element that neither side declares."""
    while pair is not None:
        if not pair.narrow.is_declared and not pair.wide.is_declared:
            return True
        pair = pair.parent
    return False


def _find_top(declarations: Declarations, name: str) -> str:
    """Return the key of the type that a hierarchy begins with, below xs:anyType."""
    type_: Type = declarations.types[name]
    while type_.base is not None and not (isinstance(type_.base, SimpleType) and type_.base.is_builtin):
        type_ = type_.base
    return type_.source.key


def _name_of(type_: SimpleType | None) -> str | None:
    """Return the name of a type that the schema defines; None of any other."""
    return None if type_ is None or type_.is_builtin else type_.source.name
