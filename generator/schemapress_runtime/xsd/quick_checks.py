"""Quick checks of simple types: texts in their usual form, checked by one regular expression or one look-up.

A quick check is right where it says yes. It says nothing of white space that would be normalized, of numbers next to a
bound of many digits, and of types whose values it would need: those are left to the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ..verdict import QuickCheck
from .number_range import decimal_bound, whole_range
from .pattern import compile_pattern, try_expression
from .usual_form import ANY_TEXT, NO_TEXT, UsualForm

if TYPE_CHECKING:
    from .simple_type import Restriction, SimpleType

_MOST_STEPS = 8
"""Steps of a derivation that a quick check goes through; hardly any type has as many."""

_MOST_COUNTED = 1_000_000
"""The longest text whose characters an expression counts."""


COLLAPSED = r"(?:[^ \t\n\r]++(?: [^ \t\n\r]++)*+)?+"
"""The texts that the whiteSpace facet `collapse` leaves as they are."""

_REPLACED = r"[^\t\n\r]*+"
"""The texts that the whiteSpace facet `replace` leaves as they are."""


def accept_any(_: str) -> bool:
    """Return True: the quick check of types that every text belongs to."""
    return True


def unsure(_: str) -> bool:
    """The quick check of types that have none: no text is certainly valid."""
    return False


def make_quick_check(form: UsualForm) -> QuickCheck:
    """Return the check for the texts of a form."""
    if form is ANY_TEXT:
        return accept_any
    if form is NO_TEXT:
        return unsure
    if form.texts is not None:
        return form.texts.__contains__
    matches = re.compile(form.expression).fullmatch
    if not form.patterns:
        return matches
    steps = [[compile_pattern(pattern, None, None) for pattern in step] for step in form.patterns]
    return lambda text: matches(text) and all(any(check(text) for check in step) for step in steps)


def restrict_form(type_: Restriction) -> UsualForm:
    """Return the usual form of a type with facets, which begins with that of its base."""
    if type_.base is None or type_.needs_namespaces or type_.steps_from_root > _MOST_STEPS:
        return NO_TEXT
    form = type_.base.usual
    if form is NO_TEXT:
        return NO_TEXT
    is_text = type_.root.usual is ANY_TEXT
    conditions: list[str] = []
    if form is not ANY_TEXT and (type_.lexical is None or not is_text):  # a lexical form admits only what the base does
        conditions.append(form.expression)
    is_checked = form is not ANY_TEXT or type_.limits or type_.lexical or type_.patterns
    if is_text and not is_checked and type_.enumeration is None:
        return form
    if is_text and type_.whitespace != "preserve" and is_checked:
        conditions.append(COLLAPSED if type_.whitespace == "collapse" else _REPLACED)
    limits = list(_limit_conditions(type_.limits, type_.root, is_text=is_text))
    patterns = form.patterns
    for step in ((type_.lexical,) if type_.lexical else (), type_.patterns):
        expressions = [try_expression(pattern) for pattern in step]
        if None in expressions:
            patterns = (*patterns, step)
        elif step:
            conditions.append(f"(?:{'|'.join(map(str, expressions))})")
    if None in limits:
        return NO_TEXT
    restricted = UsualForm(_all_of([*map(str, limits), *conditions]), patterns, form.texts)
    if type_.enumeration is None:
        return restricted if form.texts is None else _within(restricted, form.texts)
    return _within(restricted, type_.enumeration if form.texts is None else form.texts.intersection(type_.enumeration))


def unite_forms(members: Sequence[SimpleType]) -> UsualForm | None:
    """Return the usual form of a union; None where no single one says it."""
    forms = [member.usual for member in members if member.usual is not NO_TEXT]
    if ANY_TEXT in forms:
        return UsualForm(ANY_TEXT.expression)  # a form of its own: the value of a text may be that of another member
    if not forms:
        return NO_TEXT
    if all(form.texts is not None for form in forms):
        return UsualForm("(?!)", texts=frozenset().union(*(form.texts or () for form in forms)))
    if any(form.patterns or form.texts is not None for form in forms):
        return None
    whole = [rf"{form.expression}\Z" for form in forms]
    return UsualForm(f"(?:{'|'.join(whole)})")


def _within(form: UsualForm, texts: Sequence[str] | frozenset[str]) -> UsualForm:
    """Return the form of those texts alone."""
    check = make_quick_check(replace(form, texts=None))
    return replace(form, patterns=(), texts=frozenset(filter(check, texts)))


def _all_of(conditions: Sequence[str]) -> str:
    """Return the expression for the texts that match all of several; the last one of them is the longest."""
    *others, last = conditions or [ANY_TEXT.expression]
    return "".join(rf"(?={condition}\Z)" for condition in others) + last


def _limit_conditions(limits: Mapping[str, int | str], root: SimpleType, *, is_text: bool) -> Iterator[str | None]:
    """Yield the expressions for lengths, digits and bounds; None where there is none."""
    counts = {name: int(value) for name, value in limits.items() if name in _LENGTHS or name in _DIGITS}
    if not set(counts) <= (_LENGTHS if is_text else _DIGITS if root.label == "decimal" else set()):
        yield None
    elif is_text and counts:
        lowest = max(counts.get("minLength", 0), counts.get("length", 0))
        highest = min(counts.get("maxLength", _MOST_COUNTED), counts.get("length", _MOST_COUNTED))
        yield f"(?s:.{{{lowest},{highest}}}+)" if lowest <= highest else None
    elif counts:
        total, fraction = (min(counts.get(name, _MOST_COUNTED), _MOST_COUNTED) for name in _DIGIT_FACETS)
        if "totalDigits" in counts:
            yield rf"[+-]?+(?:[0-9]\.?+){{0,{total}}}+"  # those of 0.05 are not counted so: it is not usual
        if "fractionDigits" in counts:
            yield rf"[^.]*+(?:\.[0-9]{{0,{fraction}}}+)?+"
    for facet, value in limits.items():
        if facet not in counts:
            yield _bound_condition(facet, str(value).strip(), root)


def _bound_condition(facet: str, bound: str, root: SimpleType) -> str | None:
    """Return the expression for the usual texts on the right side of a bound, or some of them; None without one."""
    is_lower, is_inclusive = facet.startswith("min"), facet.endswith("Inclusive")
    if root.label == "decimal" or (is_inclusive and root.label in ("float", "double") and _PLAIN.fullmatch(bound)):
        return decimal_bound(Decimal(bound), is_lower=is_lower, is_inclusive=is_inclusive)
    year = _YEAR.match(bound)
    if year is None or root.label not in _WITH_YEAR:
        return None
    # another year is enough but around a new year, for what has no time zone may be in any (§3.2.7.4)
    rest = bound[year.end() :]
    is_new_year = rest.startswith("-12-3") if is_lower else not rest.startswith("-") or rest.startswith("-01")
    years = 2 if is_new_year else 1
    least, most = (int(year[0]) + years, 9_999) if is_lower else (0, int(year[0]) - years)
    return rf"{whole_range(least, most, 4)}(?!\d)(?s:.*+)" if least <= most else None


_LENGTHS = {"length", "minLength", "maxLength"}
_DIGIT_FACETS = ("totalDigits", "fractionDigits")
_DIGITS = set(_DIGIT_FACETS)
_WITH_YEAR = ("dateTime", "date", "gYearMonth", "gYear")
_YEAR = re.compile("[0-9]{4}(?![0-9])")
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?")
