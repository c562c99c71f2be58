"""The texts of simple types as patterns: each is one that all normalized texts of a type match (XSD 1.0 Part 2 §3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.simple_type import Atomic, List, Restriction, SimpleType, Union

LONGEST = 2_000
"""The greatest length that is made a pattern."""

_PATTERNS = {
    step.lexical: (pattern_,)
    for name, pattern_ in (
        ("language", "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
        ("NMTOKEN", r"\c+"),
        ("Name", r"\i\c*"),
        ("NCName", "[^:]*"),
        ("integer", "[+-]?[0-9]+"),
    )
    for step in [BUILTIN[name]]
    if isinstance(step, Restriction) and step.lexical is not None
}
"""The lexical forms that built-in types add, as patterns (Part 2 §3.3)."""

_YEAR, _MONTH, _DAY, _ZONE = "-?[0-9]{4,}", "[0-9]{2}", "[0-9]{2}", "(Z|[+-][0-9]{2}:[0-9]{2})?"

_PRIMITIVE_PATTERNS = {
    "boolean": "true|false|1|0",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "gYear": f"{_YEAR}{_ZONE}",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "hexBinary": "([0-9a-fA-F]{2})*",
}
"""Patterns that every normalized text of a primitive type matches (Part 2 §3.2)."""


def chain(type_: SimpleType | None) -> Iterator[Restriction]:
    """Yield the restrictions that a type is made of, the last one first."""
    current = type_
    while isinstance(current, Restriction):
        yield current
        current = current.base


def limits(type_: SimpleType | None, facets: Sequence[str]) -> str:
    """Return the facets of these names that hold for a type, in a phrase; nothing where it has none."""
    found: dict[str, int | str] = {}
    for step in chain(type_):
        for facet in facets:
            if facet in step.limits:
                found.setdefault(facet, step.limits[facet])
    return ", ".join(f"{facet} {found[facet]}" for facet in facets if facet in found)


def primitive_of(type_: SimpleType) -> SimpleType:
    """Return what the restrictions of a type begin with: a primitive type, a list or a union."""
    *_, last = (None, *chain(type_))
    return type_ if last is None or last.base is None else last.base


def is_text(type_: SimpleType) -> bool:
    """Whether the values of a type are its normalized texts (Part 2 §3.2.1, §3.2.17)."""
    return isinstance(primitive := primitive_of(type_), Atomic) and primitive.label in ("string", "anyURI")


def forms(step: Restriction) -> tuple[str, ...]:
    """Return the pattern of the lexical forms that a built-in type adds; none where it adds none."""
    return _PATTERNS.get(step.lexical or "", ())


def constraints(type_: SimpleType) -> list[tuple[str, ...]]:
    """Return patterns that every normalized text of a type matches: of each tuple one."""
    return list(dict.fromkeys(_constraints(type_)))


def _constraints(type_: SimpleType) -> Iterator[tuple[str, ...]]:
    primitive = primitive_of(type_)
    if primitive.label in _PRIMITIVE_PATTERNS:
        yield (_PRIMITIVE_PATTERNS[primitive.label],)
    smallest, largest = 0, None
    for step in chain(type_):
        if step.patterns:
            yield step.patterns
        if forms(step):
            yield forms(step)
        if is_text(type_):
            if step.enumeration is not None:
                yield tuple(escaped(type_.normalize(text)) for text in step.enumeration)
            exact = step.limits.get("length")
            smallest = max(smallest, int(exact or 0), int(step.limits.get("minLength", 0)))
            bounds = [int(bound) for bound in (exact, step.limits.get("maxLength"), largest) if bound is not None]
            largest = min(bounds, default=None)
    if smallest <= LONGEST and (largest is None or largest <= LONGEST) and (smallest or largest is not None):
        yield (length(smallest, largest),) if largest is None or smallest <= largest else (NOTHING,)
    if isinstance(primitive, Atomic) and type_.whitespace != "preserve":
        yield (NORMALIZED[type_.whitespace],)


NORMALIZED = {"preserve": r"[\s\S]*", "replace": r"[^\t\n\r]*", "collapse": r"(\S+( \S+)*)?"}
"""What is left of a text when its white space is normalized (Part 2 §4.3.6), as patterns."""

NOTHING = r"[^\s\S]"
"""A pattern that no text matches."""


def length(smallest: int, largest: int | None) -> str:
    """Return the pattern of all texts of some lengths."""
    return rf"[\s\S]{{{smallest},{'' if largest is None else largest}}}"


def escaped(text: str) -> str:
    """Return the pattern of one text."""
    return re.sub(r"[\\|.?*+(){}\[\]^-]", r"\\\g<0>", text)


def is_never_empty(type_: SimpleType) -> bool:
    """Whether it is certain that no text of a type is empty when it is normalized."""
    if isinstance(type_, Union):
        return all(map(is_never_empty, type_.members))
    primitive = primitive_of(type_)
    if isinstance(primitive, List | Union):
        return False
    if primitive.label in _MAY_BE_EMPTY:
        return any(forms(step) and step.lexical != "[^:]*" for step in chain(type_))
    return True


_MAY_BE_EMPTY = ("string", "anyURI", "hexBinary", "base64Binary", "anySimpleType")
"""The primitive types that have an empty text (Part 2 §3.2)."""
