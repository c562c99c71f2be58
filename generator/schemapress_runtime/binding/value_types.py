"""The built-in types whose values have the same Python class, which a table of xsdata gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache

from xsdata.models.enums import DataType

from ..xsd.builtin import BUILTIN
from ..xsd.simple_type import SimpleType, derives_simply, is_any_text


def builtins_of(class_: type, format_: str | None = None) -> tuple[SimpleType, ...]:
    """Return the built-in types whose values are of a class, in a format of xsdata where they are bytes.

    A type that derives from another one of them is left out.
    """
    return _builtins_by_class().get((class_, format_ if class_ is bytes else None), ())


@cache
def builtins_of_any_text() -> tuple[SimpleType, ...]:
    """Return the built-in types that take every text."""
    return tuple(filter(is_any_text, BUILTIN.values()))


@cache
def _builtins_by_class() -> Mapping[tuple[type, str | None], tuple[SimpleType, ...]]:
    builtins: dict[tuple[type, str | None], tuple[SimpleType, ...]] = {}
    for data_type in DataType:
        if data_type.code in BUILTIN:
            builtin, key = BUILTIN[data_type.code], (data_type.type, data_type.format)
            if not _derives_from_any(builtin, builtins.get(key, ())):
                builtins[key] = (*builtins.get(key, ()), builtin)
    return builtins


def _derives_from_any(type_: SimpleType, bases: Iterable[SimpleType]) -> bool:
    return any(derives_simply(type_, base) for base in bases)


def members_by_text(class_: type[Enum]) -> Mapping[str, Enum] | None:
    """Return the members of an enumeration by their usual texts; None where two have one, or a value has several types.

    Numbers have other texts too, such as `01`, which only a conversion recognizes.
    """
    texts = [_text_of(member.value) for member in class_]
    if None in texts or len(set(texts)) < len(texts) or len({type(member.value) for member in class_}) > 1:
        return None
    return {str(text): member for text, member in zip(texts, class_, strict=True)}


def _text_of(value: object) -> str | None:
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    return f"{value:f}" if type(value) is Decimal and value.is_finite() else None
