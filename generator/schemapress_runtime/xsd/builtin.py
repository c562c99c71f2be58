"""The built-in types of XML Schema by their names (XSD 1.0 Part 2 §3)."""

from __future__ import annotations

from ..limits import MAX_DIGITS
from .primitive import NAME_CHARACTER, NAME_START, PRIMITIVES, Whitespace
from .simple_type import Atomic, Identifier, List, Restriction, SimpleType, builtin_source

BUILTIN: dict[str, SimpleType] = {name: Atomic(primitive) for name, primitive in PRIMITIVES.items()}


def _is_plain_integer(text: str) -> bool:
    return len(text) <= MAX_DIGITS and text.isascii() and text.isdigit()


def _is_small_number(text: str) -> bool:
    return len(text) < 8 and text.isascii() and text.isdigit()


def _derive(
    base: str,
    name: str,
    description: str,
    lexical: str | None = None,
    *,
    whitespace: Whitespace | None = None,
    min_inclusive: int | None = None,
    max_inclusive: int | None = None,
    identifier: Identifier | None = None,
) -> None:
    quick = _is_plain_integer if name == "integer" else None
    if max_inclusive is not None and max_inclusive >= 10_000_000:
        quick = _is_small_number
    BUILTIN[name] = Restriction(
        BUILTIN[base],
        name,
        description=description,
        whitespace=whitespace,
        lexical=lexical,
        min_inclusive=None if min_inclusive is None else str(min_inclusive),
        max_inclusive=None if max_inclusive is None else str(max_inclusive),
        quick=quick,
        identifier=identifier,
        source=builtin_source(name),
    )


def _list(item: str, name: str, description: str) -> None:
    base = List(BUILTIN[item], name)
    BUILTIN[name] = Restriction(base, name, description=description, min_length=1, source=builtin_source(name))


_derive("string", "normalizedString", "a string", whitespace="replace")
_derive("normalizedString", "token", "a string", whitespace="collapse")
_derive("token", "language", "a language code such as en-GB", "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
_derive("token", "NMTOKEN", "a name token", f"[{NAME_CHARACTER}]+")
_derive("token", "Name", "an XML name", f"[{NAME_START}][{NAME_CHARACTER}]*")
_derive("Name", "NCName", "an XML name without a colon", "[^:]*")
_derive("NCName", "ID", "an identifier", identifier="ID")
_derive("NCName", "IDREF", "a reference to an identifier", identifier="IDREF")
_derive("NCName", "ENTITY", "the name of an unparsed entity", identifier="ENTITY")
_list("NMTOKEN", "NMTOKENS", "name tokens")
_list("IDREF", "IDREFS", "references to identifiers")
_list("ENTITY", "ENTITIES", "names of unparsed entities")

_derive("decimal", "integer", "an integer", "[+-]?[0-9]+")
_derive("integer", "nonPositiveInteger", "an integer", max_inclusive=0)
_derive("nonPositiveInteger", "negativeInteger", "an integer", max_inclusive=-1)
_derive("integer", "nonNegativeInteger", "an integer", min_inclusive=0)
_derive("nonNegativeInteger", "positiveInteger", "an integer", min_inclusive=1)
for _name, _parent, _bits in (
    ("long", "integer", 64),
    ("int", "long", 32),
    ("short", "int", 16),
    ("byte", "short", 8),
):
    _derive(_parent, _name, "an integer", min_inclusive=-(2 ** (_bits - 1)), max_inclusive=2 ** (_bits - 1) - 1)
for _name, _parent, _bits in (
    ("unsignedLong", "nonNegativeInteger", 64),
    ("unsignedInt", "unsignedLong", 32),
    ("unsignedShort", "unsignedInt", 16),
    ("unsignedByte", "unsignedShort", 8),
):
    _derive(_parent, _name, "an integer", max_inclusive=2**_bits - 1)
