"""The kinds of binding classes: dataclasses, and the models of pydantic that xsdata-pydantic makes.

xsdata's XmlContext describes the classes of either kind in one way (its `class_type`). Here is what is asked of classes
and objects without it. Nothing here imports pydantic.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import lru_cache
from typing import Any, TypeGuard, TypeVar

from xsdata.formats.dataclass.models.generics import AnyElement, DerivedElement

Object = TypeVar("Object")

_MODEL_FIELDS = "__pydantic_fields__"


def is_model(class_: type) -> bool:
    """Whether a class is a model of pydantic, derived from their base class."""
    return hasattr(class_, _MODEL_FIELDS) and class_.__module__ != "pydantic.main"


def is_object(value: object) -> TypeGuard[Any]:
    """Whether a value is an object with fields, or the class of such objects."""
    class_ = value if isinstance(value, type) else type(value)
    return hasattr(class_, "__dataclass_fields__") or is_model(class_)


def field_names(class_: type[Any]) -> tuple[str, ...]:
    """Return the names of the fields of a class, in their order."""
    return tuple(getattr(class_, _MODEL_FIELDS)) if is_model(class_) else tuple(field.name for field in fields(class_))


def is_field_without_value(error: AttributeError) -> bool:
    """Whether an error is about a field of an object that has no value, since it was deleted or never set.

    Any other AttributeError is a mistake in code.
    """
    value = error.obj
    return is_object(value) and not isinstance(value, type) and error.name in field_names(type(value))


def count_attributes(class_: type[Any]) -> int:
    """Return the number of attributes that an object of a class has when it is made."""
    if is_model(class_):
        return len(field_names(class_))
    return sum(1 for part in fields(class_) if part.init or part.default_factory is not MISSING)


@lru_cache(1_000)
def needed_fields(class_: type[Any]) -> frozenset[str]:
    """Return the fields without which no object of a class can be made."""
    if is_model(class_):
        return frozenset(name for name, field in getattr(class_, _MODEL_FIELDS).items() if field.is_required())
    needed = (
        field
        for field in fields(class_)
        if field.init and field.default is MISSING and field.default_factory is MISSING
    )
    return frozenset(field.name for field in needed)


def make_object(class_: Any, values: Mapping[str, Any]) -> Any:  # a class, and an object of it
    """Return an object of the values of its fields.

    A model checks them, except where it can't hold what a valid document has: None for content that it needs (of an
    element that is nil), or a DerivedElement for a value that does not tell its element.

    Raises:
        ValueError: a model refuses a value.
    """
    if is_model(class_):
        needed = needed_fields(class_)
        if any((value is None and name in needed) or _has_derived(value) for name, value in values.items()):
            return class_.model_construct(**values)
    return class_(**values)


def _has_derived(value: object) -> bool:
    return any(map(is_derived, value)) if isinstance(value, list) else is_derived(value)


def replace_fields(value: Object, **values: object) -> Object:
    """Return a copy of an object with other values of some fields, which are not checked."""
    copied = copy.copy(value)
    for name, item in values.items():
        object.__setattr__(copied, name, item)
    return copied


def is_derived(value: object) -> TypeGuard[Any]:
    """Whether a value is in xsdata's DerivedElement, with the name of its element."""
    return isinstance(value, DerivedElement) or _is_generic_model(value, "DerivedElement")


def is_generic(value: object) -> TypeGuard[Any]:
    """Whether a value is one of xsdata's AnyElement or DerivedElement, which have the name of the element."""
    return is_derived(value) or is_any_element(value)


def is_any_element(value: object) -> TypeGuard[Any]:
    """Whether a value is xsdata's AnyElement."""
    return isinstance(value, AnyElement) or _is_generic_model(value, "AnyElement")


def _is_generic_model(value: object, name: str) -> bool:
    """Whether a value is of xsdata's generic class of a name as a model; before its import there is none."""
    module = sys.modules.get("xsdata_pydantic.compat")
    return module is not None and isinstance(value, getattr(module, name))
