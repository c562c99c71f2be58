"""The one difference between what `decode` binds and what xsdata's own parser does: names around bare values."""

from __future__ import annotations

import copy
from dataclasses import fields, is_dataclass

from xsdata.formats.dataclass.models.generics import DerivedElement


def without_names(value: object) -> object:
    """Return a value, or a copy of an object, with each DerivedElement replaced by what is in it.

    `decode` puts one around a value of a compound field that does not tell its element; xsdata's parser does not.
    """
    if isinstance(value, DerivedElement):
        return without_names(value.value)
    if type(value) in (list, tuple):
        return type(value)(map(without_names, value))  # type: ignore[call-arg, call-overload]  # of a list or a tuple
    if not is_dataclass(value) or isinstance(value, type):
        return value
    copied = copy.copy(value)
    for field in fields(value):
        object.__setattr__(copied, field.name, without_names(getattr(value, field.name)))  # as a class may be frozen
    return copied
