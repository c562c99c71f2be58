"""Simple types as regular expressions: the texts that a scanner matches, and their conversion to Python values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from schemapress.targets.code import Code, fill, identifier
from schemapress_runtime.xsd.facets import Facet, whole_number
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType

from .regex import Regex, matching, regex


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


def _whole(pattern: str, lowest: int | None = None, highest: int | None = None) -> Lexical:
    bounds = "".join(f", {bound}" for bound in (lowest, highest) if bound is not None)
    return Lexical(regex(pattern), ("",), "int({0})", "int", f"integer_text({{0}}{bounds})")


_TEXT = _BUILTIN["string"]
_BUILTIN |= {
    "normalizedString": _TEXT,
    "token": _TEXT,
    "anyURI": _TEXT,
    "anySimpleType": _TEXT,
    "NMTOKEN": Lexical(regex("([A-Za-z0-9._:-]++)"), ("",), "{0}", "str", ""),
    "NCName": Lexical(regex("([A-Za-z_][A-Za-z0-9._-]*+)"), ("",), "{0}", "str", ""),
    "language": Lexical(regex("([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*+)"), ("",), "{0}", "str", ""),
    "byte": _whole("(-?+[0-9]{1,2}+)", -(2**7), 2**7 - 1),
    "short": _whole("(-?+[0-9]{1,4}+)", -(2**15), 2**15 - 1),
    "int": _whole("(-?+[0-9]{1,9}+)", -(2**31), 2**31 - 1),
    "long": _whole("(-?+[0-9]{1,18}+)", -(2**63), 2**63 - 1),
    "unsignedByte": _whole("([0-9]{1,2}+)", 0, 2**8 - 1),
    "unsignedShort": _whole("([0-9]{1,4}+)", 0, 2**16 - 1),
    "unsignedInt": _whole("([0-9]{1,9}+)", 0, 2**32 - 1),
    "unsignedLong": _whole("([0-9]{1,18}+)", 0, 2**64 - 1),
    "nonNegativeInteger": _whole("([0-9]{1,18}+)", 0),
    "positiveInteger": _whole("([1-9][0-9]{0,17}+)", 1),
}
"""A pattern may match less than the type admits, the usual texts alone: the rest is left to the walk."""

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
    base = _BUILTIN.get(type_.label)
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
