"""The built-in types of XML Schema by their names (XSD 1.0 Part 2 §3)."""

from __future__ import annotations

from typing import Unpack

from .facets import Limits
from .primitive import PRIMITIVES, Whitespace
from .simple_type import Atomic, Identifier, List, Restriction, SimpleType, builtin_source
from .usual_form import NO_TEXT, UsualForm

BUILTIN: dict[str, SimpleType] = {name: Atomic(primitive) for name, primitive in PRIMITIVES.items()}


def _derive(
    base: str,
    name: str,
    description: str,
    *,
    lexical: str | None = None,
    whitespace: Whitespace | None = None,
    usual: UsualForm | None = None,
    identifier: Identifier | None = None,
    **limits: Unpack[Limits],
) -> None:
    BUILTIN[name] = Restriction(
        BUILTIN[base],
        name,
        description=description,
        whitespace=whitespace,
        lexical=lexical,
        usual=usual,
        identifier=identifier,
        source=builtin_source(name),
        **limits,
    )


def _derive_integer(
    base: str, name: str, *, lexical: str | None = None, lowest: int | None = None, highest: int | None = None
) -> None:
    limits: Limits = {}
    least, greatest = bounds_of_integer(BUILTIN[base])
    if lowest is not None:
        limits["min_inclusive"], least = str(lowest), lowest
    if highest is not None:
        limits["max_inclusive"], greatest = str(highest), highest
    _derive(base, name, "an integer", lexical=lexical, usual=_few_digits(least, greatest), **limits)


def _few_digits(lowest: int | None, highest: int | None) -> UsualForm:
    """Return the usual form of integers: digits alone, too few to reach a bound."""
    most = _USUAL_DIGITS if highest is None else digits_within(highest)
    if most < 1 or (lowest is not None and lowest > 1):
        return NO_TEXT
    if lowest == 1:
        return UsualForm(f"[1-9][0-9]{{0,{most - 1}}}+")
    sign = "-?+" if lowest is None or digits_within(-lowest) >= most else ""
    return UsualForm(f"{sign}[0-9]{{1,{most}}}+")


_USUAL_DIGITS = 400
"""Digits of an integer without a bound; they are fewer than `MAX_DIGITS`."""


def bounds_of_integer(type_: SimpleType) -> tuple[int | None, int | None]:
    """Return the least and the greatest value of a built-in type that derives from xs:integer, or is it."""
    limits: dict[str, int | str] = {}
    step: SimpleType | None = type_
    while isinstance(step, Restriction):
        limits = {**step.limits, **limits}
        step = step.base
    lowest, highest = (limits.get(facet) for facet in ("minInclusive", "maxInclusive"))
    return None if lowest is None else int(lowest), None if highest is None else int(highest)


def digits_within(bound: int) -> int:
    """Return the number of digits such that no integer from 0 on with as many is beyond a bound."""
    return len(str(bound + 1)) - 1 if bound >= 0 else 0


def _list(item: str, name: str, description: str) -> None:
    base = List(BUILTIN[item], name)
    BUILTIN[name] = Restriction(base, name, description=description, min_length=1, source=builtin_source(name))


_derive("string", "normalizedString", "a string", whitespace="replace")
_derive("normalizedString", "token", "a string", whitespace="collapse")
_derive("token", "language", "a language code such as en-GB", lexical="[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_derive("token", "NMTOKEN", "a name token", lexical=r"\c+")
_derive("token", "Name", "an XML name", lexical=r"\i\c*")
_derive("Name", "NCName", "an XML name without a colon", lexical=r"[\i-[:]][\c-[:]]*")
_derive("NCName", "ID", "an identifier", identifier="ID")
_derive("NCName", "IDREF", "a reference to an identifier", identifier="IDREF")
_derive("NCName", "ENTITY", "the name of an unparsed entity", identifier="ENTITY")
_list("NMTOKEN", "NMTOKENS", "name tokens")
_list("IDREF", "IDREFS", "references to identifiers")
_list("ENTITY", "ENTITIES", "names of unparsed entities")

_derive_integer("decimal", "integer", lexical="[+-]?[0-9]+")
_derive_integer("integer", "nonPositiveInteger", highest=0)
_derive_integer("nonPositiveInteger", "negativeInteger", highest=-1)
_derive_integer("integer", "nonNegativeInteger", lowest=0)
_derive_integer("nonNegativeInteger", "positiveInteger", lowest=1)
_derive_integer("integer", "long", lowest=-(2**63), highest=2**63 - 1)
_derive_integer("long", "int", lowest=-(2**31), highest=2**31 - 1)
_derive_integer("int", "short", lowest=-(2**15), highest=2**15 - 1)
_derive_integer("short", "byte", lowest=-(2**7), highest=2**7 - 1)
_derive_integer("nonNegativeInteger", "unsignedLong", highest=2**64 - 1)
_derive_integer("unsignedLong", "unsignedInt", highest=2**32 - 1)
_derive_integer("unsignedInt", "unsignedShort", highest=2**16 - 1)
_derive_integer("unsignedShort", "unsignedByte", highest=2**8 - 1)
