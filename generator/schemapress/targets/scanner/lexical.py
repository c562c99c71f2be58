"""Simple types as regular expressions: the texts that a scanner matches, and their conversion to Python values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from schemapress.targets.code import Code, fill, identifier
from schemapress_runtime.xsd.builtin import BUILTIN, bounds_of_integer, digits_within
from schemapress_runtime.xsd.facets import Facet, whole_number
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType, derives_simply, is_any_text

from .regex import Regex, matching, plain_texts, regex


@dataclass(frozen=True, slots=True)
class Lexical:
    """A simple type as a scanner sees it.

    `pattern` is a regular expression with a group for each of `parts`; `value` makes the value from the
    variables of the groups (`{0}`, `{1}`…); `type` is the name of the Python type that results, empty
    for a member of an enumeration; `text` makes the text from a value (`{0}`).
    """

    pattern: Regex
    parts: tuple[str, ...]
    value: str
    type: str
    text: str


TEXT = regex(identifier("TEXT"))
"""Any text."""

NON_EMPTY = regex(identifier("NON_EMPTY"))
"""Any text but the empty one."""


def _constant(name: str) -> Regex:
    return regex(identifier(name))


_BUILTIN = {
    "string": Lexical(TEXT, ("",), "{0}", "str", "escape_text({0})"),
    "boolean": Lexical(_constant("BOOLEAN"), ("",), "boolean({0})", "bool", "boolean_text({0})"),
    "dateTime": Lexical(
        _constant("DATE_TIME"),
        ("year", "month", "day", "hour", "minute", "second", "zone"),
        "date_time({0}, {1}, {2}, {3}, {4}, {5}, {6})",
        "XmlDateTime",
        "date_time_text({0})",
    ),
    "date": Lexical(
        _constant("DATE"), ("year", "month", "day", "zone"), "date({0}, {1}, {2}, {3})", "XmlDate", "date_text({0})"
    ),
    "time": Lexical(
        _constant("TIME"), ("hour", "minute", "second", "zone"), "time({0}, {1}, {2}, {3})", "XmlTime", "time_text({0})"
    ),
    "integer": Lexical(_constant("INTEGER"), ("",), "int({0})", "int", "integer_text({0})"),
    "decimal": Lexical(_constant("DECIMAL"), ("",), "Decimal({0})", "Decimal", "decimal_text({0})"),
}

"""The types whose values are more than texts and whole numbers, and the two types that those are made of.

A pattern may match less than the type admits, the usual texts alone: the rest is left to the walk.
"""

_TEXT = _BUILTIN["string"]

_MOST_DIGITS = 18
"""Digits of a whole number that a scanner reads; more are seldom, and might not fit a machine word."""


def _lexical_of_builtin(type_: SimpleType) -> Lexical | None:
    """Return the lexical form of a built-in type, which follows from its facets; None if scanners do not read it."""
    if type_.label in _BUILTIN:
        return _BUILTIN[type_.label]
    if is_any_text(type_):
        return _TEXT
    if derives_simply(type_, BUILTIN["integer"]):
        return _whole(*bounds_of_integer(type_))
    if isinstance(type_, Restriction) and type_.lexical is not None and not type_.has_identifiers:
        return Lexical(plain_texts(type_.lexical), ("",), "{0}", "str", "")
    return None


def _whole(lowest: int | None, highest: int | None) -> Lexical | None:
    """Return the form of whole numbers so short that no bound refuses them; None for those below zero."""
    digits = _MOST_DIGITS if highest is None else min(_MOST_DIGITS, digits_within(highest))
    if lowest in (0, 1):
        pattern = f"[1-9][0-9]{{0,{digits - 1}}}+" if lowest else f"[0-9]{{1,{digits}}}+"
    elif lowest is not None and digits and digits <= digits_within(-lowest):
        pattern = f"-?+[0-9]{{1,{digits}}}+"
    else:
        return None
    bounds = f", {lowest}" if highest is None else f", {lowest}, {highest}"
    return Lexical(regex(f"({pattern})"), ("",), "int({0})", "int", f"integer_text({{0}}{bounds})")


_LENGTHS = {"length", "minLength", "maxLength"}


def in_attribute(lexis: Lexical) -> Lexical | None:
    """Return the lexical form of the same type in an attribute; None if the scanner does not read it there."""
    if lexis.pattern in (TEXT, NON_EMPTY):
        often = "*+" if lexis.pattern == TEXT else "++"
        return replace(lexis, pattern=regex(rf"([^<>&\x22\t\n]{often})"))
    return None if "[^<]" in lexis.pattern.source or r"\x22" in lexis.pattern.source else lexis


def lexical(type_: SimpleType, enumeration: Code | None, listed: Callable[[tuple[str, ...]], Code]) -> Lexical | None:
    """Return the lexical form of a simple type; None if scanners do not read it.

    `enumeration` is the name of the mapping from texts to members, where the binding is an enumeration;
    `listed` gives the name of the constant that holds some texts.
    """
    facets: list[Facet] = []
    steps: list[tuple[str, ...]] = []
    while not type_.is_builtin:
        if not isinstance(type_, Restriction) or type_.base is None:
            return None
        facets += type_.facets
        steps += [type_.enumeration] if type_.enumeration else []
        type_ = type_.base
    base = _lexical_of_builtin(type_)
    if base is None or not facets:
        return base
    if base is not _TEXT:
        return None
    names = {facet.name for facet in facets}
    if names == {"enumeration"}:
        values = _common_values(steps)
        if any(re.search(r"[<\t\n\r]", value) for value in values):
            return None
        pattern = regex("(", *_alternatives(sorted(values, key=len, reverse=True)), ")")
        if enumeration is not None and "" in values:  # xsdata has a text for an empty element, and no member
            return None
        if enumeration is None:
            return Lexical(pattern, ("",), "{0}", "str", fill("listed_text({{0}}, {})", listed(values)))
        return Lexical(pattern, ("",), fill("{}[{{0}}]", enumeration), "", fill("member_text({{0}}, {})", enumeration))
    if names <= _LENGTHS and type_.label == "string":
        bounds = [(facet.name, whole_number(facet.value) or 0) for facet in facets]
        low = max((bound for name, bound in bounds if name != "maxLength"), default=0)
        high = min((bound for name, bound in bounds if name != "minLength"), default=None)
        if (low, high) == (1, None):
            return Lexical(NON_EMPTY, ("",), "{0}", "str", "bounded_text({0}, 1)")
        bounds_text = f"bounded_text({{0}}, {low}{'' if high is None else f', {high}'})"
        repeat = f"{{{low},{'' if high is None else high}}}+"
        return Lexical(regex("([^<]", repeat, ")"), ("",), "{0}", "str", bounds_text)
    return None


def _common_values(steps: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the values that every step of the derivation lists."""
    return tuple(value for value in dict.fromkeys(steps[0]) if all(value in step for step in steps))


def _alternatives(values: list[str]) -> Iterator[str | Regex]:
    for number, value in enumerate(values):
        yield from ("|",) if number else ()
        yield matching(value)
