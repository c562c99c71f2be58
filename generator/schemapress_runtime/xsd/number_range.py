"""Regular expressions for the numbers on one side of a bound, as messages write them.

They match plain numbers alone, such as `-12.50`: no text that is beyond the bound matches, and hardly any other is left
out. A text may have leading zeros where these change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

_MOST_DIGITS = 40
"""Digits of a bound that are compared one by one; only shorter numbers are surely less than one with more."""


def decimal_bound(bound: Decimal, *, is_lower: bool, is_inclusive: bool) -> str:
    """Return the expression for decimal numbers from a bound on, or up to it where it is not the lower one."""
    away, back = (r"\+?+", "-") if is_lower else ("-", r"\+?+")  # the signs on the way from zero and to it
    size = abs(bound)
    if bound and (bound > 0) == is_lower:
        return f"{away}{_at_least(size, is_inclusive=is_inclusive)}"
    if bound:
        return f"(?:{away}[0-9.]++|{back}{_at_most(size, is_inclusive=is_inclusive)})"
    if is_inclusive:
        return f"(?:{away}[0-9.]++|{back}0++)"
    return f"{away}{_at_least(size, is_inclusive=False)}"


def whole_range(least: int, most: int, digits: int) -> str:
    """Return the expression for the whole numbers of so many digits from one to another."""
    first, last = f"{least:0{digits}}", f"{most:0{digits}}"
    return f"(?=(?:{'|'.join(_same_length(first, is_least=True))}))(?:{'|'.join(_same_length(last, is_least=False))})"


def _at_least(size: Decimal, *, is_inclusive: bool) -> str:
    """Return the expression for numbers without a sign from one on."""
    whole = int(size.to_integral_value(ROUND_FLOOR))
    is_whole = size == whole
    alternatives = [rf"{_whole_at_least(whole if is_inclusive and is_whole else whole + 1)}(?:\.[0-9]*+)?+"]
    if is_whole and not is_inclusive and len(str(whole)) <= _MOST_DIGITS:
        alternatives.append(rf"{whole}\.0*+[1-9][0-9]*+")
    return f"(?:{'|'.join(alternatives)})"


def _at_most(size: Decimal, *, is_inclusive: bool) -> str:
    """Return the expression for numbers without a sign up to one, which is not zero."""
    whole = int(size.to_integral_value(ROUND_FLOOR))
    alternatives = [rf"{_whole_at_most(whole - 1)}(?:\.[0-9]*+)?+"] if whole else []
    if (is_inclusive or size != whole) and len(str(whole)) <= _MOST_DIGITS:
        alternatives.append(rf"{whole}(?:\.0*+)?+")
    return f"(?:{'|'.join(alternatives)})" if alternatives else "(?!)"


def _whole_at_least(least: int) -> str:
    digits = str(least)
    if least == 0:
        return "[0-9]++"
    longer = f"[1-9][0-9]{{{len(digits)},}}+"
    if len(digits) > _MOST_DIGITS:
        return longer
    return f"(?:{'|'.join([longer, *_same_length(digits, is_least=True)])})(?![0-9])"


def _whole_at_most(most: int) -> str:
    digits = str(most)
    shorter = f"[0-9]{{1,{len(digits) - 1}}}+" if len(digits) > 1 else "(?!)"
    if len(digits) > _MOST_DIGITS:
        return shorter
    return f"(?:{'|'.join([*_same_length(digits, is_least=False), shorter])})(?![0-9])"


def _same_length(digits: str, *, is_least: bool) -> Iterator[str]:
    """Yield the expressions for numbers of as many digits, from some digits on, or up to them."""
    for position, digit in enumerate(digits):
        others = f"{int(digit) + 1}-9" if is_least else f"0-{int(digit) - 1}"
        if digit != ("9" if is_least else "0"):
            rest = len(digits) - position - 1
            yield f"{digits[:position]}[{others}]" + (f"[0-9]{{{rest}}}" if rest else "")
    yield digits
