"""What `xsi:type`, `xsi:nil` and abstract declarations make different (XSD 1.0 Part 1 §3.3.4 clauses 2 to 4)."""

from __future__ import annotations

from schemapress.diff.inclusion.difference.pair import Difference, Found, Pair, Sides
from schemapress.diff.inclusion.example import may_stand_for
from schemapress_runtime.xml.document import XSI_NIL
from schemapress_runtime.xsd.components import ANY_TYPE, ComplexType
from schemapress_runtime.xsd.simple_type import SimpleType


def is_abstract(pair: Pair, *, of_wide: bool) -> bool:
    """Whether an element that is governed so is never valid."""
    declaration, type_ = (pair.wide, pair.wide_type) if of_wide else (pair.narrow, pair.narrow_type)
    return declaration.abstract or (isinstance(type_, ComplexType) and type_.abstract)


def differences(pair: Pair, sides: Sides) -> Found:
    """Yield the differences of two start tags, their attributes apart."""
    if is_abstract(pair, of_wide=False):
        return
    if is_abstract(pair, of_wide=True):
        yield Difference("abstract", "", pair, sides.shell(pair))
    elif pair.narrow.nillable and not pair.wide.nillable:
        element = sides.shell(pair, [])
        element.text = None
        element.set(XSI_NIL, "true")
        yield Difference("nillable", "", pair, element)


def may_be_of_any_type(pair: Pair) -> bool:
    """Whether `xsi:type` may name every type on both sides, whatever element it is."""
    is_any = pair.narrow_type is ANY_TYPE and pair.wide_type is ANY_TYPE
    return is_any and not pair.narrow.blocked and not pair.wide.blocked


def derived_types(pair: Pair, sides: Sides) -> Found:
    """Yield what `xsi:type` can turn a pair to (clause 4)."""
    if pair.narrow_type is not pair.narrow.type or isinstance(pair.narrow_type, SimpleType):
        return
    for name, narrow_type in sides.derived(pair.narrow_type).items():
        if not may_stand_for(narrow_type, pair.narrow) or (
            isinstance(narrow_type, ComplexType) and narrow_type.abstract
        ):
            continue
        wide_type = sides.wide.types.get(name)
        if wide_type is None or not (wide_type is pair.wide.type or may_stand_for(wide_type, pair.wide)):
            yield Difference("derived-type", name, pair, sides.examples.shell(pair.narrow, narrow_type, None))
        else:
            yield Pair(pair.narrow, narrow_type, pair.wide, wide_type, pair)
