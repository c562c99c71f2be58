"""Quick checks of restrictions: texts in their usual form, checked without a value in between.

A quick check is right where it says yes. It says nothing of white space that would be normalized, of numbers that are
not written plainly, and of types whose values it would need: those are left to the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from ..verdict import QuickCheck
from .pattern import compile_pattern
from .primitive import accept_any

if TYPE_CHECKING:
    from .simple_type import Restriction, SimpleType

_MOST_STEPS = 8
"""Steps of a derivation that a quick check goes through; hardly any type has as many."""


def unsure(_: str) -> bool:
    """The quick check of types that have none: no text is certainly valid."""
    return False


def make_quick_check(type_: Restriction, base: SimpleType) -> QuickCheck:
    """Return the quick check of a type with its facets, which begins with that of its base."""
    has_facets = type_.limits or type_.lexical or type_.patterns or type_.enumeration is not None
    if not has_facets:
        return base.quick
    if base.quick is unsure or type_.needs_namespaces or type_.steps_from_root > _MOST_STEPS:
        return unsure
    is_own_form = type_.lexical is not None and type_.root.quick is accept_any  # which admits only what the base does
    checks = [] if base.quick is accept_any or is_own_form else [base.quick]
    is_text = type_.root.quick is accept_any
    if type_.enumeration is not None:
        checks.append(frozenset(type_.enumeration).__contains__)
    if is_text and type_.whitespace != "preserve" and (type_.limits or type_.lexical or type_.patterns):
        checks.append(is_collapsed if type_.whitespace == "collapse" else _is_replaced)
    if type_.limits:
        if not is_text and type_.root.label != "decimal":
            return unsure
        checks += _length_checks(type_.limits) if is_text else _number_checks(type_.limits)
    if type_.lexical:
        checks.append(_pattern_check((type_.lexical,)))
    if type_.patterns:
        checks.append(_pattern_check(type_.patterns))
    return _all_of(checks)


def _all_of(checks: list[QuickCheck]) -> QuickCheck:
    if len(checks) == 1:
        return checks[0]
    if len(checks) == 2:
        first, second = checks
        return lambda text: first(text) and second(text)
    if len(checks) == 3:
        first, second, third = checks
        return lambda text: first(text) and second(text) and third(text)
    return lambda text: all(check(text) for check in checks)


def is_collapsed(text: str) -> bool:
    """Whether the whiteSpace facet `collapse` leaves a text as it is."""
    return not text or (text[0] > " " and text[-1] > " " and "  " not in text and _is_replaced(text))


def _is_replaced(text: str) -> bool:
    """Whether the whiteSpace facet `replace` leaves a text as it is."""
    return "\n" not in text and "\t" not in text and "\r" not in text


def _length_checks(limits: Mapping[str, int | str]) -> list[QuickCheck]:
    exact = limits.get("length")
    lowest, highest = int(limits.get("minLength", 0)), limits.get("maxLength")
    if exact is not None:
        lowest, highest = max(lowest, int(exact)), min(int(exact), int(exact if highest is None else highest))
    if highest is None:
        return [bool] if lowest == 1 else [lambda text: len(text) >= lowest]
    most = int(highest)
    return [lambda text: lowest <= len(text) <= most]


def _number_checks(limits: Mapping[str, int | str]) -> Iterator[QuickCheck]:
    """Yield the checks of decimal numbers that are written plainly."""
    total, fraction = limits.get("totalDigits"), limits.get("fractionDigits")
    if total is not None:
        most = int(total)
        yield lambda text: len(text) <= most  # with a sign and a point, if there are any
    if fraction is not None:
        places = int(fraction)
        yield lambda text: len(text.partition(".")[2]) <= places
    for facet, holds in _BOUNDS.items():
        if facet in limits:
            yield _bound_check(Decimal(str(limits[facet]).strip()), holds)


def _bound_check(bound: Decimal, holds: Callable[[Decimal, Decimal], bool]) -> QuickCheck:
    return lambda text: holds(Decimal(text), bound)


_BOUNDS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "minInclusive": Decimal.__ge__,
    "minExclusive": Decimal.__gt__,
    "maxInclusive": Decimal.__le__,
    "maxExclusive": Decimal.__lt__,
}


def _pattern_check(patterns: tuple[str, ...]) -> QuickCheck:
    """Return the check of a text against patterns of one step, which are compiled when they are first needed."""
    compiled: list[QuickCheck] = []

    def compile_all() -> list[QuickCheck]:
        if not compiled:  # another thread may do the same, which adds the same checks
            compiled.extend(compile_pattern(pattern, None, None) for pattern in patterns)  # checked when it was read
        return compiled

    if len(patterns) == 1:
        return lambda text: (compiled or compile_all())[0](text)
    return lambda text: any(matches(text) for matches in compiled or compile_all())
