"""Facets at work: one check per facet that a step of a derivation adds, with its wording (XSD 1.0 Part 2 §4.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, le
from typing import TYPE_CHECKING

from ..report.amount import plural
from .dates import FORMS
from .facets import FACETS
from .pattern import compile_pattern
from .primitive import Namespaces, Value

if TYPE_CHECKING:
    from .simple_type import Restriction, SimpleType


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a text breaks, and the expected text."""

    code: str
    expected: str


FacetCheck = Callable[[str, Value], "Violation | None"]
"""Takes the normalized text and its value; returns the violation, or None."""


def make_checks(type_: Restriction) -> Iterator[FacetCheck]:
    """Yield the checks of the facets that a restriction adds to its base.

    Raises:
        InvalidValue: a bound or an enumerated value is not in the value space of the base.
    """
    assert type_.base is not None
    if type_.lexical is not None:
        yield _pattern_check((type_.lexical,), Violation("cvc-datatype-valid.1.2.1", type_.description))
    if type_.patterns:
        expected = f"text that matches {' or '.join(type_.patterns)}"
        yield _pattern_check(type_.patterns, Violation(FACETS["pattern"].code, expected))
    if type_.enumeration is not None:
        yield _enumeration_check(type_.base, type_.enumeration, type_.enumeration_namespaces)
    for facet, limit in type_.limits.items():
        if facet in _LENGTHS:
            if not type_.needs_namespaces or type_.unit == "item":
                yield _length_check(type_, facet, int(limit))  # that of a QName depends on prefixes (§4.3.1.3)
        elif facet in _BOUNDS:
            yield _bound_check(type_, facet, type_.base.parse(str(limit), {}), str(limit))
        else:
            yield _digits_check(type_, facet, int(limit))


def _length_check(type_: Restriction, facet: str, bound: int) -> FacetCheck:
    holds, phrase = _LENGTHS[facet]
    size = f"{phrase}{bound} {plural(type_.unit, bound)}"
    violation = Violation(FACETS[facet].code, f"{type_.description} of {size}")
    return lambda text, value: None if holds(type_.length(text, value), bound) else violation


def _bound_check(type_: Restriction, facet: str, bound: Value, text: str) -> FacetCheck:
    orders, of_number, of_date = _BOUNDS[facet]
    noun = _EXAMPLES.split(type_.description)[0]
    phrase = of_date if type_.root.is_builtin and type_.root.label in FORMS else of_number
    violation = Violation(FACETS[facet].code, f"{noun} {phrase.format(text)}")
    return lambda _, value: None if type_.compare(value, bound) in orders else violation


def _digits_check(type_: Restriction, facet: str, most: int) -> FacetCheck:
    count, kind = _DIGITS[facet]
    violation = Violation(
        FACETS[facet].code,
        f"{_EXAMPLES.split(type_.description)[0]} with at most {most} {plural('digit', most)}{kind}",
    )
    return lambda _, value: None if count(value) <= most else violation


def _pattern_check(patterns: tuple[str, ...], violation: Violation) -> FacetCheck:
    compiled: list[Callable[[str], bool]] = []

    def check(text: str, _: Value) -> Violation | None:
        if not compiled:
            compiled.extend(compile_pattern(pattern, None, None) for pattern in patterns)  # checked when it was read
        return None if any(matches(text) for matches in compiled) else violation

    return check


def _enumeration_check(base: SimpleType, texts: tuple[str, ...], namespaces: Namespaces) -> FacetCheck:
    values = {_hashable(base.parse(text, namespaces)) for text in texts}
    listed = ", ".join(map(repr, texts[:20])) + (", …" if len(texts) > 20 else "")
    violation = Violation(FACETS["enumeration"].code, f"one of {listed}" if len(texts) > 1 else listed)
    return lambda _, value: None if _hashable(value) in values else violation


def _hashable(value: Value) -> Value:
    return tuple(map(_hashable, value)) if isinstance(value, list | tuple) else value


def _number(value: Value) -> Decimal:
    return value[1]  # type: ignore[index, no-any-return]  # the digit facets apply to decimals alone


def _total_digits(value: Value) -> int:
    digits, exponent = _number(value).as_tuple()[1:]
    whole = "".join(map(str, digits)) + "0" * max(int(exponent), 0)
    fraction = max(-int(exponent), 0)
    significant = whole.rjust(fraction + 1, "0")
    integral, fractional = significant[: len(significant) - fraction], significant[len(significant) - fraction :]
    return max(len(integral.lstrip("0")) + len(fractional.rstrip("0")), 1)


def _fraction_digits(value: Value) -> int:
    digits, exponent = _number(value).as_tuple()[1:]
    if int(exponent) >= 0:
        return 0
    fraction = "".join(map(str, digits)).rjust(-int(exponent), "0")[int(exponent) :]
    return len(fraction.rstrip("0"))


_LENGTHS: Mapping[str, tuple[Callable[[int, int], bool], str]] = {
    "length": (eq, ""),
    "minLength": (ge, "at least "),
    "maxLength": (le, "at most "),
}
"""By facet: the comparison of a length with it, and its wording."""

_BOUNDS: Mapping[str, tuple[tuple[int, ...], str, str]] = {
    "minInclusive": ((0, 1), "of at least {}", "from {} on"),
    "minExclusive": ((1,), "greater than {}", "after {}"),
    "maxInclusive": ((0, -1), "of at most {}", "up to {}"),
    "maxExclusive": ((-1,), "less than {}", "before {}"),
}
"""By facet: the accepted results of comparing a value with it, and the wording for numbers and for dates."""

_EXAMPLES = re.compile(" such as |, ")
"""Starts the part of a description that a bound or a number of digits replaces: an example, or special values."""

_DIGITS: Mapping[str, tuple[Callable[[Value], int], str]] = {
    "totalDigits": (_total_digits, ""),
    "fractionDigits": (_fraction_digits, " after the decimal point"),
}
"""By facet: the function that counts the digits of a value, and the wording of their position."""
