"""The primitive types of XML Schema: which texts they admit, and which values those denote (XSD 1.0 Part 2 §3.2)."""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from typing import Literal

from ..names import XML_NAMESPACE
from .dates import FORMS, USUAL_DURATION, DateForm, parse_duration, without_groups
from .usual_form import ANY_TEXT, NO_TEXT, UsualForm

Value = object
"""A value that equals another one exactly where XML Schema says so, within one primitive type."""

Namespaces = Mapping[str | None, str]
"""The prefixes in scope where a text stands; None is the default namespace."""

Whitespace = Literal["preserve", "replace", "collapse"]


class NotInLexicalSpace(Exception):
    """The text denotes no value of the type."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """A primitive type.

    `value` takes a normalized text and the prefixes in scope, and raises NotInLexicalSpace. `length` is in the unit of
    the length facets. `compare` returns -1, 0 or 1, or None where two values have no order. `usual` is the form of
    texts that are certainly valid. Every normalized text matches `pattern`, one of XML Schema. `is_bounded` where
    `MAX_DIGITS` bounds the texts: those of numbers, dates and durations.
    """

    name: str
    description: str
    value: Callable[[str, Namespaces], Value]
    whitespace: Whitespace = "collapse"
    length: Callable[[str, Value], int] | None = None
    compare: Callable[[Value, Value], int | None] | None = None
    usual: UsualForm = NO_TEXT
    pattern: str | None = None
    unit: str = "character"
    needs_namespaces: bool = False
    is_bounded: bool = False


def _string(text: str, _: Namespaces) -> Value:
    return text


BOOLEANS: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False}
"""The texts of xs:boolean with their values (§3.2.2.1)."""


def _boolean(text: str, _: Namespaces) -> Value:
    try:
        return BOOLEANS[text]
    except KeyError:
        raise NotInLexicalSpace from None


_DECIMAL_PATTERN = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_DECIMAL = re.compile(without_groups(_DECIMAL_PATTERN))
_FLOAT = re.compile(without_groups(rf"{_DECIMAL_PATTERN}([Ee][+-]?[0-9]+)?|-?INF|NaN"))


_USUAL_DECIMAL = r"[+-]?+(?:[0-9]{1,400}+(?:\.[0-9]{0,400}+)?+|\.[0-9]{1,400}+)"
"""Shorter than the bound of digits."""


def _decimal(text: str, _: Namespaces) -> Value:
    if not _DECIMAL.fullmatch(text):
        raise NotInLexicalSpace
    return Decimal(text)


def _double(text: str, _: Namespaces) -> Value:
    if not _FLOAT.fullmatch(text):
        raise NotInLexicalSpace
    value = float(text.replace("INF", "inf"))
    return "NaN" if value != value else value


def _float(text: str, namespaces: Namespaces) -> Value:
    value = _double(text, namespaces)
    if not isinstance(value, float):
        return value
    try:
        (rounded,) = struct.unpack("<f", struct.pack("<f", value))
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return float(rounded)


def _order(left: Value, right: Value) -> int | None:
    """Order two numbers; NaN is equal to itself and greater than nothing."""
    if isinstance(left, str) or isinstance(right, str):
        return 0 if left == right else None
    return int(left > right) - int(left < right)  # type: ignore[operator]  # both are numbers of one primitive type


def _date(form: DateForm, text: str, _: Namespaces) -> Value:
    value = form.parse(text)
    if value is None:
        raise NotInLexicalSpace
    return value


def _duration(text: str, _: Namespaces) -> Value:
    value = parse_duration(text)
    if value is None:
        raise NotInLexicalSpace
    return value


def _partial_order(left: Value, right: Value) -> int | None:
    return left.compare(right)  # type: ignore[attr-defined, no-any-return]  # both are Instant, or both Duration


_HEX_PATTERN = "([0-9a-fA-F]{2})*"
_HEX = re.compile(without_groups(_HEX_PATTERN))
_BASE64 = re.compile(
    r"(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]"
    r"|(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?"
)


def _hex(text: str, _: Namespaces) -> Value:
    if not _HEX.fullmatch(text):
        raise NotInLexicalSpace
    return bytes.fromhex(text)


def _base64(text: str, _: Namespaces) -> Value:
    if not _BASE64.fullmatch(text):
        raise NotInLexicalSpace
    return base64.b64decode(text)


NAME_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME_CHARACTER = NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
NCNAME = f"[{NAME_START[1:]}][{NAME_CHARACTER[1:]}]*"
EXPANDED_NAME = rf"\{{[^{{}}]+\}}{NCNAME}"
"""A name with its namespace before it, in braces."""


class LatePattern:
    """A regular expression that is compiled when a text is first matched: one of names takes milliseconds."""

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def fullmatch(self) -> Callable[[str], re.Match[str] | None]:
        """Match a whole text."""
        return re.compile(self._source).fullmatch


_NCNAME = LatePattern(NCNAME)
_QNAME = LatePattern(f"(?:({NCNAME}):)?({NCNAME})")


def is_ncname(text: str) -> bool:
    """Whether a text is a name without a colon (Namespaces in XML §3)."""
    return _NCNAME.fullmatch(text) is not None


def expand_name(text: str, namespaces: Namespaces) -> tuple[str, str]:
    """Return the namespace and the local name that a QName stands for (XSD 1.0 Part 2 §3.2.18).

    Raises:
        NotInLexicalSpace: the text is no QName, or its prefix is not declared.
    """
    match = _QNAME.fullmatch(text)
    if match is None:
        raise NotInLexicalSpace
    prefix, local = match.groups()
    if prefix == "xml":
        return (XML_NAMESPACE, local)
    if prefix is not None and prefix not in namespaces:
        raise NotInLexicalSpace
    return (namespaces.get(prefix, ""), local)


def _qname(text: str, namespaces: Namespaces) -> Value:
    return expand_name(text, namespaces)


def _characters(text: str, _: Value) -> int:
    return len(text)


def _octets(_: str, value: Value) -> int:
    return len(value)  # type: ignore[arg-type]  # hexBinary and base64Binary have bytes as values


def _date_type(form: DateForm) -> Primitive:
    parse = partial(_date, form)
    return Primitive(
        form.name,
        form.description,
        parse,
        compare=_partial_order,
        usual=UsualForm(form.usual_without_groups),
        pattern=form.xsd_pattern,
        is_bounded=True,
    )


PRIMITIVES: Mapping[str, Primitive] = {
    primitive.name: primitive
    for primitive in (
        Primitive("string", "a string", _string, "preserve", _characters, usual=ANY_TEXT),
        Primitive(
            "boolean",
            "true, false, 1 or 0",
            _boolean,
            usual=UsualForm("(?!)", texts=frozenset(BOOLEANS)),
            pattern="|".join(BOOLEANS),
        ),
        Primitive(
            "decimal",
            "a decimal number such as -12.50",
            _decimal,
            compare=_order,
            usual=UsualForm(_USUAL_DECIMAL),
            pattern=_DECIMAL_PATTERN,
            is_bounded=True,
        ),
        Primitive(
            "float",
            "a 32-bit floating-point number, INF, -INF or NaN",
            _float,
            compare=_order,
            usual=UsualForm(_USUAL_DECIMAL),
            is_bounded=True,
        ),
        Primitive(
            "double",
            "a 64-bit floating-point number, INF, -INF or NaN",
            _double,
            compare=_order,
            usual=UsualForm(_USUAL_DECIMAL),
            is_bounded=True,
        ),
        Primitive(
            "duration",
            "a duration such as P1DT12H",
            _duration,
            compare=_partial_order,
            usual=UsualForm(USUAL_DURATION),
            is_bounded=True,
        ),
        *map(_date_type, FORMS.values()),
        Primitive(
            "hexBinary",
            "pairs of hexadecimal digits",
            _hex,
            length=_octets,
            usual=UsualForm(f"{without_groups(_HEX_PATTERN)}+"),
            pattern=_HEX_PATTERN,
            unit="byte",
        ),
        Primitive("base64Binary", "Base64 text", _base64, length=_octets, unit="byte"),
        Primitive("anyURI", "a URI", _string, length=_characters, usual=ANY_TEXT),
        Primitive("QName", "a name whose prefix is declared", _qname, needs_namespaces=True),
        Primitive("NOTATION", "the name of a notation", _qname, needs_namespaces=True),
        Primitive("anySimpleType", "any text", _string, "preserve", usual=ANY_TEXT),
    )
}
