"""Functions from the values of fields to texts that are valid, and that are read back as the same values.

Values of the usual types are written by the functions of `to_text`. Any other is written as xsdata writes it, and read
back at once: what comes back as another value is given up. So the caller need not read the document again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any
from xml.etree.ElementTree import QName

from xsdata.exceptions import ConverterError
from xsdata.formats.converter import converter
from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..names import local_name, namespace_of
from ..verdict import GiveUp, QuickCheck
from ..xsd.builtin import BUILTIN
from ..xsd.primitive import is_ncname
from ..xsd.quick_checks import COLLAPSED, accept_any, unsure
from ..xsd.simple_type import SimpleType
from .document_marks import mark_identifier
from .object_parts import is_array
from .slot import Slot
from .to_text import (
    attribute_text,
    boolean_text,
    date_text,
    date_time_text,
    decimal_text,
    escape_attribute,
    escape_text,
    float_text,
    integer_text,
    time_text,
)
from .value_types import builtins_of, members_by_text

ToText = Callable[[Any], str]  # a value of any type
"""Takes a value; returns its text with the references that it needs. Raises GiveUp."""

Prefix = Callable[[str], str]
"""Takes a namespace; returns what stands for its prefix until the document is whole."""

_TO_TEXT: Mapping[type, ToText] = {
    bool: boolean_text,
    int: integer_text,
    float: float_text,
    Decimal: decimal_text,
    XmlDate: date_text,
    XmlDateTime: date_time_text,
    XmlTime: time_text,
}


class _NoScope:
    """Nothing in scope: what needs a namespace to be read back is not written here."""

    nsmap: Mapping[str | None, str] = {}  # never changed


_NO_SCOPE = _NoScope()


_is_collapsed = re.compile(COLLAPSED).fullmatch


def _mark_identifiers(type_: SimpleType, to_text: ToText) -> ToText:
    """Return a function that marks the identifiers and references in a text."""
    kind = type_.identifier
    if kind in ("ID", "IDREF"):

        def write_one(value: Any) -> str:  # a value of any type
            text = to_text(value)
            if _is_collapsed(text) is None:
                raise GiveUp
            return mark_identifier(str(kind), text)

        return write_one

    def write(value: Any) -> str:  # a value of any type
        text = to_text(value)
        pairs = list(type_.identifiers(text, {}))
        if " ".join(name for _, name in pairs) != text or any(kind == "ENTITY" for kind, _ in pairs):
            raise GiveUp
        return " ".join(mark_identifier(kind, name) for kind, name in pairs)

    return write


def is_valid_text(type_: SimpleType, text: str) -> bool:
    """Whether a text is certainly valid, with nothing in scope, and identifies nothing."""
    quick, accepts = _checks_of(type_, None)
    return not type_.has_identifiers and bool(quick(text) or accepts(text))


def make_writer(
    slot: Slot,
    variable: Any,  # xsdata's XmlVar
    type_: SimpleType,
    fixed: str | None,
    prefix: Prefix,
    *,
    attribute: bool = False,
) -> ToText:
    """Return the function that writes the values of a field.

    `type_` is what the schema says of the text, `fixed` its fixed value. The function raises GiveUp for a value that
    is not valid, or would be read back as another one.
    """
    if type_.has_identifiers:
        plain = _make_writer(slot, variable, type_, fixed, prefix, attribute=attribute)
        return _mark_identifiers(type_, plain)
    return _make_writer(slot, variable, type_, fixed, prefix, attribute=attribute)


def _make_writer(
    slot: Slot,
    variable: Any,  # xsdata's XmlVar
    type_: SimpleType,
    fixed: str | None,
    prefix: Prefix,
    *,
    attribute: bool,
) -> ToText:
    convert = slot.convert
    types: tuple[type, ...] = tuple(variable.types)
    if convert is None:
        return refuse
    quick, accepts = _checks_of(type_, fixed)

    def is_valid(text: str) -> object:
        return quick(text) or accepts(text)

    escape = attribute_text if attribute else escape_text
    is_plain = len(types) == 1 and not variable.tokens and not variable.format
    if is_plain and types[0] is str:
        is_empty_kept = convert(None if not attribute else "", _NO_SCOPE) == ""
        if quick is accept_any and is_empty_kept:
            return escape
        return _text_writer(escape, quick, accepts, is_empty_kept=is_empty_kept)
    if is_plain and types[0] in _TO_TEXT:
        to_text = _TO_TEXT[types[0]]
        is_always_valid = fixed is None and type_ in builtins_of(types[0])
        general = _general_writer(slot, variable, is_valid, attribute=attribute)
        return _first_of(to_text, accept_any if is_always_valid else quick, accepts, general)
    members = members_by_text(types[0]) if is_plain and issubclass(types[0], Enum) else None
    if members is not None:
        texts = {
            member: escape(text)
            for text, member in members.items()
            if is_valid(text) and (text or attribute)  # an empty element has no text
        }
        is_empty_kept = not attribute and bool(is_valid("")) and convert(None, _NO_SCOPE) == ""
        return _member_writer(types[0], texts, is_empty_kept=is_empty_kept)
    if is_plain and types[0] is QName:
        return _name_writer(type_, fixed, prefix)
    if any(map(_may_be_names, types)):
        return refuse
    return _general_writer(slot, variable, is_valid, attribute=attribute)


def _may_be_names(class_: type) -> bool:
    """Whether values of a class may be QNames, whose text depends on prefixes."""
    return class_ is QName or (
        issubclass(class_, Enum) and not all(isinstance(member.value, str | int | float | Decimal) for member in class_)
    )


def refuse(_: object) -> str:
    """Give up any value."""
    raise GiveUp


def _checks_of(type_: SimpleType, fixed: str | None) -> tuple[QuickCheck, QuickCheck]:
    """Return the quick and the general check of a text by the type of the schema, with nothing in scope."""
    if fixed is not None:
        return fixed.__eq__, unsure
    if type_.needs_namespaces:
        return unsure, unsure
    return type_.quick, lambda text: type_.accepts(text, {})


def _text_writer(escape: ToText, quick: QuickCheck, accepts: QuickCheck, *, is_empty_kept: bool) -> ToText:
    def write(value: Any) -> str:  # a value of any type
        if type(value) is not str or not (value or is_empty_kept) or not (quick(value) or accepts(value)):
            raise GiveUp
        return escape(value)

    return write


def _first_of(to_text: ToText, quick: QuickCheck, accepts: QuickCheck, general: ToText) -> ToText:
    """Return the function that writes a value in the usual way, or in the general one."""

    def write(value: Any) -> str:  # a value of any type
        try:
            text = to_text(value)
        except GiveUp:
            return general(value)
        if not quick(text) and not accepts(text):
            raise GiveUp
        return text

    def write_always_valid(value: Any) -> str:  # as above
        try:
            return to_text(value)
        except GiveUp:
            return general(value)

    return write_always_valid if quick is accept_any else write


def _member_writer(class_: type[Enum], texts: Mapping[Enum, str], *, is_empty_kept: bool) -> ToText:
    """Return the writer of members; the value of an empty text is that text, whatever the enumeration has."""

    def write(value: Any) -> str:  # a value of any type
        text = texts.get(value) if type(value) is class_ else None
        if is_empty_kept and type(value) is str and not value:
            return ""
        if text is None:
            raise GiveUp
        return text

    return write


def _name_writer(type_: SimpleType, fixed: str | None, prefix: Prefix) -> ToText:
    """Return the writer of QNames, which is for those that have a namespace."""
    is_any_name = type_ is BUILTIN["QName"]

    def write(value: Any) -> str:  # a value of any type
        if type(value) is not QName or fixed is not None:
            raise GiveUp
        namespace, local = namespace_of(value.text), local_name(value.text)
        if is_any_name:
            if not is_ncname(local):
                raise GiveUp
        elif not type_.accepts(f"p:{local}", {"p": namespace}) if namespace else not type_.accepts(local, {}):
            raise GiveUp
        return f"{prefix(namespace)}{local}"

    return write


def _general_writer(slot: Slot, variable: Any, is_valid: QuickCheck, *, attribute: bool) -> ToText:  # xsdata's XmlVar
    escape = escape_attribute if attribute else escape_text
    convert, is_list, types = slot.convert, bool(variable.tokens), frozenset(variable.types)
    if object in types:  # a value of any simple type, which is read back as its text
        types = frozenset((str,))
    assert convert is not None

    def write(value: Any) -> str:  # a value of any type
        if (type(value) in (list, tuple)) != is_list or not all(
            type(item) in types for item in (value if is_list else (value,))
        ):
            raise GiveUp
        try:
            text = converter.serialize(value, format=variable.format)
            if type(text) is not str or not is_valid(text):
                raise GiveUp
            again = convert(text if text or attribute else None, _NO_SCOPE)
        except (ConverterError, ValueError, TypeError):  # of a date whose parts are no numbers
            raise GiveUp from None
        if not _are_same(value, again):
            raise GiveUp
        return escape(text)

    return write


def _are_same(value: Any, again: Any) -> bool:  # values of any type
    """Whether two values are equal, and of the same types."""
    if type(value) is not type(again) or value != again:
        return False
    return not is_array(value) or all(type(item) is type(other) for item, other in zip(value, again, strict=True))
