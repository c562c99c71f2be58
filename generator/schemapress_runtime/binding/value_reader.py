"""Functions from texts to the values of fields: direct for the usual forms, through xsdata for all others."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any
from xml.etree.ElementTree import QName

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from ..verdict import QuickParse
from ..xsd.primitive import BOOLEANS
from ..xsd.simple_type import SimpleType
from . import from_text
from .slot import Convert, InScope
from .value_types import builtins_of, builtins_of_any_text, members_by_text

_DATE_TIME = re.compile(from_text.DATE_TIME).fullmatch
_DATE = re.compile(from_text.DATE).fullmatch
_TIME = re.compile(from_text.TIME).fullmatch
_DECIMAL = re.compile(from_text.DECIMAL).fullmatch
_PLAIN_FLOAT = re.compile(r"[+-]?+[0-9]{1,18}+(?:\.[0-9]{0,18}+)?+", re.ASCII).fullmatch


def find_proven(quick: QuickParse | None, type_: type) -> tuple[SimpleType, ...]:
    """Return the built-in types that have every text in their lexical space of which `quick` makes a value."""
    if quick is None:
        return ()
    return builtins_of_any_text() if type_ is str else builtins_of(type_)


def make_converter(
    meta: Any, variable: Any, quick: QuickParse | None, *, primitive: bool
) -> Convert:  # XmlMeta and XmlVar
    """Return the function from a text to a value: direct for the usual forms, through xsdata for the others."""
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata.formats.dataclass.parsers.utils import ParserUtils

    config = ParserConfig()
    is_name = tuple(variable.types) == (QName,) and not variable.tokens_factory

    def convert(text: str | None, scope: InScope) -> object:
        value = None
        if text is not None:
            value = _find_name(text, scope) if is_name else None if quick is None else quick(text)
        if value is None:
            value = ParserUtils.parse_var(meta=meta, var=variable, config=config, value=text, ns_map=dict(scope.nsmap))
        if value is None and primitive and not variable.nillable:
            return b"" if bytes in variable.types else ""
        return value

    return convert


_NAME = re.compile(r"(?:([A-Za-z_][\w.\-]*+):)?([A-Za-z_][\w.\-]*+)", re.ASCII).fullmatch


def _find_name(text: str, scope: InScope) -> QName | None:
    """Return the QName of a text that is one in ASCII, and whose prefix is declared; None of any other."""
    match = _NAME(text)
    if match is None:
        return None
    prefix, local = match.groups()
    namespace = scope.nsmap.get(prefix)
    if namespace:
        return QName(f"{{{namespace}}}{local}")
    return QName(local) if prefix is None else None


def find_quick_parse(type_: type) -> QuickParse | None:
    """Return the function from a text in its usual form to a value; it returns None for any other text."""
    if type_ is str:
        return str
    if type_ is bool:
        return BOOLEANS.get
    if type_ is int:
        return lambda text: int(text) if len(text) < 19 and text.isascii() and text.isdigit() else None
    if type_ is float:
        return lambda text: float(text) if _PLAIN_FLOAT(text) else None
    if type_ is Decimal:
        return lambda text: Decimal(text) if _DECIMAL(text) else None
    if type_ is XmlDateTime:
        return lambda text: from_text.date_time(*match.groups()) if (match := _DATE_TIME(text)) else None
    if type_ is XmlDate:
        return lambda text: from_text.date(*match.groups()) if (match := _DATE(text)) else None
    if type_ is XmlTime:
        return lambda text: from_text.time(*match.groups()) if (match := _TIME(text)) else None
    if issubclass(type_, Enum) and (members := members_by_text(type_)) is not None:
        return members.get
    return None


def find_direct_parse(type_: type) -> Callable[[str], object] | None:
    """Return the function that makes a value of every text which the built-in types of a class have."""
    return type_ if type_ in (int, float, Decimal) else None


def expand_prefix(text: str, scope: InScope) -> str:
    """Return the value of an attribute that no class declares, as xsdata has it: a prefix replaced by its namespace."""
    from xsdata.formats.dataclass.parsers.utils import ParserUtils

    return ParserUtils.parse_any_attribute(text, scope.nsmap) if ":" in text else text  # type: ignore[arg-type]  # reads it
