"""The parts of an object to write, each with its path and its problems."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, TypeGuard
from xml.etree.ElementTree import QName

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlDuration, XmlPeriod, XmlTime

from ..limits import MAX_DEPTH, MAX_DIGITS, MAX_TEXT
from ..report.display import cut, show
from ..report.problem import Problem
from ..xsd.primitive import NCNAME, LatePattern
from .class_kinds import field_names, is_object
from .to_text import ILLEGAL

_NAME = LatePattern(rf"(?:\{{[^{{}}]*\}})?{NCNAME}")
"""The name of an element, as xsdata has it: behind its namespace in braces, if it has one."""

_DATES = (XmlDate, XmlDateTime, XmlTime, XmlDuration, XmlPeriod)
_SIMPLE = (str, bool, int, float, Decimal, *_DATES, QName, Enum, list, tuple)
"""The types of simple values, which any element may have; those of lists are in lists."""


def describe_problem(path: str, message: str, value: object = None, expected: str | None = None) -> Problem:
    """Return a problem of an object, which has no lines."""
    value_in_words = None if value is None else _repeat(value)
    return Problem(path, None, None, "encode-value", value_in_words, expected, message)


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Stands for the items of a list that can't be read."""

    error: Exception


def unwritable_parts(value: object) -> Iterator[Problem]:
    """Yield a problem for each part that no XML document can hold.

    Such are a text with a character that XML forbids (XML 1.0 §2.2), a number of too many digits, a class in the
    place of an object, and what is nested deeper than documents may be, as an object that contains itself is.
    """
    for path, depth, part in _parts(value):
        if depth > MAX_DEPTH + 1:
            message = f"{path} is nested more than {MAX_DEPTH} levels deep, or contains itself."
            yield describe_problem(path, message, None, f"at most {MAX_DEPTH} levels")
            return
        if isinstance(part, _Unreadable):
            message = f"{path} can't be read: {type(part.error).__name__}."
            yield describe_problem(path, message, None, "a list that can be read")
        elif isinstance(part, str) and ILLEGAL.search(part):
            message = f"{path} has a character that XML can't hold: {show(part)}."
            yield describe_problem(path, message, part, "a text without control characters")
        elif isinstance(part, str) and len(part) > MAX_TEXT // 4 and len(part.encode()) > MAX_TEXT:
            yield describe_problem(
                path, f"{path} has more than {MAX_TEXT:,} bytes.", None, f"at most {MAX_TEXT:,} bytes"
            )
        elif isinstance(part, type):
            yield describe_problem(path, f"{path} is the class {part.__name__}.", part, "an object of the class")
        elif isinstance(part, Decimal) and part.is_finite() and abs(part.adjusted()) > MAX_DIGITS:
            yield describe_problem(
                path, f"{path} has more than {MAX_DIGITS:,} digits.", part, f"at most {MAX_DIGITS:,} digits"
            )
        elif type(part) is int and part.bit_length() > MAX_DIGITS * 3:
            most = f"{MAX_DIGITS:,} digits"
            yield describe_problem(path, f"{path} has more than {most}.", None, f"at most {most}")


def mistyped_parts(value: object, context: Any) -> Iterator[Problem]:  # xsdata's XmlContext
    """Yield a problem for each field, of an object or of one inside of it, whose value has another type."""
    for path, _, part in _parts(value):
        if not is_object(part) or isinstance(part, type):
            continue
        try:
            variables = context.build(type(part)).get_all_vars()
        except Exception as error:  # a class of any other package, whose annotations may name what is nowhere
            message = f"{path} is {_repeat(part)}, which is no class of bindings: {cut(str(error))}."
            yield describe_problem(path, message, None, "an object of a binding class")
            continue
        if isinstance(name := getattr(part, "qname", "a"), str) and not _NAME.fullmatch(name):
            message = f"{path}.qname is {_repeat(name)}; expected the name of an element."
            yield describe_problem(f"{path}.qname", message, name, "a name, behind its namespace in braces")
        for variable in variables:
            item = getattr(part, variable.name, None)
            where = f"{path}.{variable.name}"
            is_list = isinstance(item, list | tuple) and bool(variable.list_element or variable.tokens_factory)
            if not is_list and variable.list_element:
                yield describe_problem(where, f"{where} is {_repeat(item)}; expected a list.", item, "a list")
                continue
            items: Iterable[Any] = item if is_list else [item]  # type: ignore[assignment]  # it is a list then
            for index, entry in enumerate(items):
                at = f"{where}[{index}]" if is_list else where
                if not _may_hold(variable, entry, in_list=is_list):
                    expected = _expected(variable)
                    yield describe_problem(at, f"{at} is {_repeat(entry)}; expected {expected}.", entry, expected)


def _expected(variable: Any) -> str:  # xsdata's XmlVar
    if variable.is_attributes:
        return "texts by the names of attributes"
    if _takes_anything(variable):
        return "an object of a binding class, or a simple value"
    return " or ".join(map(_name_type, variable.types))


def _name_type(type_: type) -> str:
    name = type_.__name__
    return f"{'an' if name[0] in 'aeiouAEIOX' else 'a'} {name}"


def _takes_anything(variable: Any) -> bool:  # xsdata's XmlVar
    return bool(variable.any_type or variable.is_wildcard or variable.elements)


def _may_hold(variable: Any, value: object, *, in_list: bool) -> bool:  # xsdata's XmlVar
    if variable.is_attributes:
        return isinstance(value, Mapping) and all(_is_attribute(*item) for item in value.items())
    if value is None:
        return not in_list or bool(variable.nillable or _takes_anything(variable))
    if _takes_anything(variable):
        return (is_object(value) and not isinstance(value, type)) or _is_of(_SIMPLE, value)
    if in_list and isinstance(value, list | tuple) and variable.tokens_factory:
        return all(_is_of(variable.types, item) for item in value)
    return _is_of(variable.types, value)


def _is_attribute(name: object, value: object) -> bool:
    """Whether an entry is an attribute: its name, with or without a namespace, and its text."""
    return isinstance(name, str) and bool(name.rpartition("}")[2]) and isinstance(value, str)


def _is_of(types: Iterable[type], value: object) -> bool:
    """Whether a value is of one of the types, and whole where it is a date or a time."""
    if isinstance(value, XmlDate | XmlDateTime | XmlTime) and any(
        type(part) not in (int, type(None)) for part in value
    ):
        return False
    return isinstance(value, tuple(types)) and (type(value) is not bool or bool in types)


def differing_parts(value: object, read: object) -> Iterator[Problem]:
    """Yield a problem for each part that its document is not read back as."""
    waiting: list[tuple[Any, Any, str]] = [(value, read, type(value).__name__)]  # values of any type
    while waiting:
        written, again, path = waiting.pop()
        if is_object(written) and type(written) is type(again):
            names = list(field_names(type(written)))
            waiting += [(getattr(written, name), getattr(again, name), f"{path}.{name}") for name in reversed(names)]
        elif is_array(written) and _are_lists(written, again):
            pairs = list(enumerate(zip(written, again, strict=True)))
            waiting += [(mine, its, f"{path}[{index}]") for index, (mine, its) in reversed(pairs)]
        elif type(written) is not type(again) or not (written == again or (written != written and again != again)):
            given = _repeat(written)
            expected = f"a value that is read back as it was written, not as {_repeat(again)}"
            if type(written) is not type(again) and again is not None and not is_object(written):
                given, expected = f"{given}, {_name_type(type(written))}", _name_type(type(again))
            yield describe_problem(path, f"{path} is {given}; expected {expected}.", written, expected)


def are_equal(first: object, second: object) -> bool:
    """Whether two objects are equal, however deep they are."""
    try:
        return first == second
    except RecursionError:
        return next(differing_parts(first, second), None) is None


def default_of(variable: Any) -> Any:  # xsdata's XmlVar, and a value of any type
    """Return the value that a field has where none is given; of a fixed field, the only one."""
    return variable.default() if callable(variable.default) else variable.default


def is_array(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:  # of values of any type
    """Whether a value is a list, or the tuple that a frozen class has for one; a date is a tuple, too."""
    return isinstance(value, list) or type(value) is tuple


def _are_lists(first: Any, second: Any) -> bool:  # values of any type
    """Whether two values are lists, or tuples that a frozen class has for lists, of one length."""
    return type(first) is type(second) and type(first) in (list, tuple) and len(first) == len(second)


def objects_inside(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Yield the objects in the fields of an object, each with its path."""
    for name in field_names(type(value)) if is_object(value) else ():
        part = getattr(value, name, None)
        where = f"{path}.{name}"
        listed = (
            [(f"{where}[{index}]", item) for index, item in enumerate(part)] if isinstance(part, list | tuple) else []
        )
        for at, item in listed or [(where, part)]:
            if is_object(item) and not isinstance(item, type):
                yield at, item


def omit_each_field(value: object) -> Iterator[tuple[str, object]]:
    """Yield copies of an object, each without the value of one field, and the name of that field."""
    for name in field_names(type(value)) if is_object(value) and not isinstance(value, type) else ():
        copied = copy.copy(value)
        part = getattr(value, name, None)
        empty: object = [] if isinstance(part, list | tuple) else {} if isinstance(part, Mapping) else None
        object.__setattr__(copied, name, empty)
        yield name, copied


def _parts(value: object) -> Iterator[tuple[str, int, object]]:
    """Yield each part of an object with its path and its level, down to the first level that is too deep.

    The attributes and the text of an object count as one level more.
    """
    waiting = [(type(value).__name__, 1, value)]
    while waiting:
        path, depth, part = waiting.pop()
        yield path, depth, part
        if depth > MAX_DEPTH + 1:
            continue
        if is_object(part) and not isinstance(part, type):
            names = field_names(type(part))
            waiting += [(f"{path}.{name}", depth + 1, getattr(part, name, None)) for name in reversed(names)]
        elif isinstance(part, list | tuple):
            try:
                items = list(part)
            except Exception as error:  # a class of lists may do anything when it is gone through
                yield path, depth, _Unreadable(error)
                continue
            inside = [(f"{path}[{index}]", item) for index, item in enumerate(items)]
            waiting += [(where, depth + isinstance(item, list | tuple), item) for where, item in reversed(inside)]


def _repeat(value: object) -> str:
    """Return a value as a message repeats it."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if is_object(value):
        return f"an object of {type(value).__name__}"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__}"
    try:
        text = repr(value)
    except Exception as error:  # an object of any class may stand in a field, and its repr do anything
        return f"a {type(value).__name__} without a text ({type(error).__name__})"
    return cut(text)
