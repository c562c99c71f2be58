"""The parts of an object that is to be written, each with its path, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from xsdata.models.datatype import XmlDate, XmlDateTime, XmlTime

from .limits import MAX_DEPTH, MAX_DIGITS, MAX_TEXT
from .problem import Problem, cut
from .wording import shown
from .write import ILLEGAL


def problem(path: str, message: str, value: object = None, expected: str | None = None) -> Problem:
    """Return a problem of an object, which has no lines."""
    repeated = None if value is None else _repeated(value)
    return Problem(path, None, None, "encode-value", repeated, expected, message)


def unwritable_parts(value: object) -> Iterator[Problem]:
    """Yield a problem for each part that no XML document can hold.

    Such are a text with a character that XML forbids (XML 1.0 §2.2), a number of too many digits, a class in the
    place of an object, and what is nested deeper than documents may be, as an object that contains itself is.
    """
    for path, depth, part in _parts(value):
        if depth > MAX_DEPTH + 1:
            message = f"{path} is nested more than {MAX_DEPTH} levels deep, or contains itself."
            yield problem(path, message, None, f"at most {MAX_DEPTH} levels")
            return
        if isinstance(part, str) and ILLEGAL.search(part):
            message = f"{path} has a character that XML can't hold: {shown(part)}."
            yield problem(path, message, part, "a text without control characters")
        elif isinstance(part, str) and len(part) > MAX_TEXT // 4 and len(part.encode()) > MAX_TEXT:
            yield problem(path, f"{path} has more than {MAX_TEXT:,} bytes.", None, f"at most {MAX_TEXT:,} bytes")
        elif isinstance(part, type):
            yield problem(path, f"{path} is the class {part.__name__}.", part, "an object of the class")
        elif isinstance(part, Decimal) and part.is_finite() and abs(part.adjusted()) > MAX_DIGITS:
            yield problem(path, f"{path} has more than {MAX_DIGITS:,} digits.", part, f"at most {MAX_DIGITS:,} digits")
        elif type(part) is int and part.bit_length() > MAX_DIGITS * 3:
            message = f"{path} has more than {MAX_DIGITS:,} digits."
            yield problem(path, message, None, f"at most {MAX_DIGITS:,} digits")


def mistyped_parts(value: object, context: Any) -> Iterator[Problem]:  # xsdata's XmlContext
    """Yield a problem for each field, of an object or of one inside of it, whose value has another type."""
    for path, _, part in _parts(value):
        if not is_dataclass(part) or isinstance(part, type):
            continue
        try:
            variables = context.build(type(part)).get_all_vars()
        except Exception as error:  # a class of any other package, whose annotations may name what is nowhere
            message = f"{path} is {_repeated(part)}, which is no class of bindings: {cut(str(error))}."
            yield problem(path, message, None, "an object of a binding class")
            continue
        for variable in variables:
            item = getattr(part, variable.name, None)
            is_list = isinstance(item, list | tuple) and bool(variable.list_element or variable.tokens_factory)
            items: Iterable[Any] = item if is_list else [item]  # type: ignore[assignment]  # it is a list then
            for index, one in enumerate(items):
                where = f"{path}.{variable.name}" + (f"[{index}]" if is_list else "")
                if not _may_hold(variable, one, in_list=is_list):
                    expected = " or ".join(type_.__name__ for type_ in variable.types)
                    message = f"{where} is {_repeated(one)}; expected {expected}."
                    yield problem(where, message, one, expected)


def _may_hold(variable: Any, value: object, *, in_list: bool) -> bool:  # xsdata's XmlVar
    if variable.any_type or variable.is_wildcard or variable.elements:
        return True
    if value is None:
        return not in_list or bool(variable.nillable)
    if variable.is_attributes:
        return isinstance(value, Mapping)
    if in_list and isinstance(value, list | tuple) and variable.tokens_factory:
        return all(_is_of(variable.types, one) for one in value)
    return _is_of(variable.types, value)


def _is_of(types: Iterable[type], value: object) -> bool:
    """Whether a value is of one of the types, and whole where it is a date or a time."""
    if isinstance(value, XmlDate | XmlDateTime | XmlTime) and any(type(one) not in (int, type(None)) for one in value):
        return False
    return isinstance(value, tuple(types)) and (type(value) is not bool or bool in types)


def differing_parts(value: object, read: object) -> Iterator[Problem]:
    """Yield a problem for each part that its document is not read back as."""
    waiting = [(value, read, type(value).__name__)]
    while waiting:
        one, other, path = waiting.pop()
        if is_dataclass(one) and type(one) is type(other):
            names = [field.name for field in fields(one)]
            waiting += [(getattr(one, name), getattr(other, name), f"{path}.{name}") for name in reversed(names)]
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            pairs = list(enumerate(zip(one, other, strict=True)))
            waiting += [(mine, its, f"{path}[{index}]") for index, (mine, its) in reversed(pairs)]
        elif type(one) is not type(other) or not (one == other or (one != one and other != other)):
            expected = f"a value that is read back as it was written, not as {_repeated(other)}"
            yield problem(path, f"{path} is {_repeated(one)}; expected {expected}.", one, expected)


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
        if is_dataclass(part) and not isinstance(part, type):
            names = [field.name for field in fields(part)]
            waiting += [(f"{path}.{name}", depth + 1, getattr(part, name, None)) for name in reversed(names)]
        elif isinstance(part, list | tuple):
            inside = [(f"{path}[{index}]", item) for index, item in enumerate(part)]
            waiting += [(where, depth + isinstance(item, list | tuple), item) for where, item in reversed(inside)]


def _repeated(value: object) -> str:
    """Return a value as a message repeats it."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if is_dataclass(value):
        return f"an object of {type(value).__name__}"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value):,}"
    try:
        text = repr(value)
    except Exception as error:  # an object of any class may stand in a field, and its repr do anything
        return f"a {type(value).__name__} without a text ({type(error).__name__})"
    return cut(text)
