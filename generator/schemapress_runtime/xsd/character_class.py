"""Character classes of XSD's regular expressions, as sets of code points (XSD 1.0 Part 2 Appendix F.1)."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from itertools import groupby

from .primitive import NAME_CHARACTER, NAME_START
from .unicode_block import BLOCKS

Ranges = tuple[tuple[int, int], ...]
"""Code points as ranges, first and last, in order and apart from each other."""

LAST = sys.maxunicode
ALL: Ranges = ((0, LAST),)


def join_ranges(ranges: list[tuple[int, int]]) -> Ranges:
    """Return ranges in order, those that touch joined."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def complement(ranges: Ranges) -> Ranges:
    """Return all other code points."""
    gaps, start = [], 0
    for first, last in ranges:
        if first > start:
            gaps.append((start, first - 1))
        start = last + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


def difference(ranges: Ranges, removed: Ranges) -> Ranges:
    """Return the code points of `ranges` that are not in `removed`."""
    return complement(join_ranges([*complement(ranges), *removed]))


def intersection(ranges: Ranges, other: Ranges) -> Ranges:
    """Return the code points of both."""
    return complement(join_ranges([*complement(ranges), *complement(other)]))


def overlap(ranges: Ranges, other: Ranges) -> bool:
    """Whether two sets share a code point."""
    index = 0
    for first, last in ranges:
        while index < len(other) and other[index][1] < first:
            index += 1
        if index < len(other) and other[index][0] <= last:
            return True
    return False


_UNIFORM = (
    (0x3400, 0x4DB5),
    (0x4E00, 0x9FA5),
    (0xAC00, 0xD7A3),
    (0xD800, 0xDFFF),
    (0xE000, 0xF8FF),
    (0x17000, 0x187EC),
    (0x20000, 0x2A6D6),
    (0x40000, 0xDFFFF),
    (0xE01F0, 0xEFFFF),
    (0xF0000, 0xFFFFD),
    (0x100000, 0x10FFFD),
)
"""Code points that share a category from Unicode 9 to 17: ideographs, Hangul, surrogates, private use, empty planes.

Nearly all code points are in one of these, so the others alone are looked at.
"""

_LAST_KNOWN = 17
"""The last version of Unicode that `_UNIFORM` is known to hold for."""


@cache
def _categories() -> dict[str, list[tuple[int, int]]]:
    """Every general category with its code points; made once, when a pattern first asks for one."""
    is_known = int(unicodedata.unidata_version.partition(".")[0]) <= _LAST_KNOWN
    uniform = _UNIFORM if is_known else ()
    categories: dict[str, list[tuple[int, int]]] = {}
    for first, last in uniform:
        categories.setdefault(unicodedata.category(chr(first)), []).append((first, last))
    for start, end in complement(uniform):
        for category, run in groupby(map(unicodedata.category, map(chr, range(start, end + 1)))):
            first, start = start, start + len(tuple(run))
            categories.setdefault(category, []).append((first, start - 1))
    return categories


@cache
def category(name: str) -> Ranges | None:
    """Return the code points of a category such as `Lu`, or of a group such as `L`; None where there is none."""
    members = [ranges for key, ranges in _categories().items() if key.startswith(name)]
    if not members and name not in ("Cn",):
        return None
    return join_ranges([pair for ranges in members for pair in ranges])


def _members(members: str) -> Ranges:
    """Return the code points of the inside of a Python character class that has single characters and ranges."""
    ranges = []
    for match in re.finditer(r"(\\?.)(?:-(\\?.))?", members, re.DOTALL):
        first = match[1][-1]
        ranges.append((ord(first), ord((match[2] or first)[-1])))
    return join_ranges(ranges)


@cache
def escape_class(letter: str) -> Ranges | None:
    r"""Return the code points of a multi-character escape such as `\d`; None where there is none."""
    if letter.isupper():
        opposite = escape_class(letter.lower())
        return None if opposite is None else complement(opposite)
    if letter == "s":
        return ((9, 10), (13, 13), (32, 32))
    if letter == "d":
        return category("Nd")
    if letter == "i":
        return _members(NAME_START)
    if letter == "c":
        return _members(NAME_CHARACTER)
    if letter == "w":
        others = [pair for name in ("P", "Z", "C") for pair in category(name) or ()]
        return complement(join_ranges(others))
    return None


def property_class(name: str) -> Ranges | None:
    """Return the code points of a category, or of a block (`IsBasicLatin`); None where there is none."""
    if name.startswith("Is"):
        block = BLOCKS.get(name[2:])
        return None if block is None else join_ranges(list(block))
    return category(name) if re.fullmatch("[LMNPZSC][a-z]?", name) else None


def expression(ranges: Ranges) -> str:
    """Return a Python character class for a set of code points."""
    if not ranges:
        return "(?!)"
    if ranges == ALL:
        return r"[\s\S]"
    if len(ranges) > 1 and ranges[-1][1] == LAST and ranges[0][0] == 0:
        return f"[^{_inside(complement(ranges))}]"
    return f"[{_inside(ranges)}]"


def _inside(ranges: Ranges) -> str:
    return "".join(_escape(first) if first == last else f"{_escape(first)}-{_escape(last)}" for first, last in ranges)


def _escape(code: int) -> str:
    character = chr(code)
    if character.isascii() and character.isalnum():
        return character
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65_536 else f"\\U{code:08x}"
