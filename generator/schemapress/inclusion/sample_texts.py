"""Sample texts that may separate two simple types: at the limits of their facets, and of every built-in type."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from schemapress.inclusion.pattern_automata import compare_patterns
from schemapress.inclusion.result import NotIncluded
from schemapress.inclusion.simple_types import MATCHES_NOTHING, chain, text_patterns
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, Union

SAMPLE_TEXTS = (
    "", " ", "a", "A", " a", "a b", "a  b", "\t", "a\tb", "-a", "a:b", "é", "0", "1", "+1", "-1", "-0", "00", "0.5",
    "1.", "1E3", "INF", "NaN", "true", "false", "P1D", "PT1S", "P1M", "2026-01-01", "2026-01-01Z", "2026-01-01+01:00",
    "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", "00:00:00", "00:00:00Z", "2026", "2026-01", "--01", "--01-01",
    "---01", "0f", "0F", "AAAA", "urn:a", "http://a/b", "en", "en-GB",
)  # fmt: skip
"""Texts that separate the built-in types (XSD 1.0 Part 2 §3)."""

LONGEST_SAMPLE = 100_000
"""The longest text that is made to exceed a maximum."""


def make_samples(narrow: SimpleType, wide: SimpleType) -> set[str]:
    """Return texts that one of two types may accept and the other refuse."""
    texts = set(SAMPLE_TEXTS)
    for type_ in (narrow, wide):
        for part in find_parts(type_):
            texts.update(_make_at_limits(part))
    for part in find_parts(narrow):
        if isinstance(part, Restriction):
            texts.update(_make_by_patterns(part, wide))
    lengths = {*_find_lengths(narrow), *_find_lengths(wide)}
    if narrow.whitespace == "collapse":
        texts |= {text + " " * size for text in tuple(texts) if len(text) < 40 for size in lengths if size < 100}
    lists = [part for type_ in (narrow, wide) for part in find_parts(type_) if isinstance(part, List)]
    if lists:
        sizes = {2, *lengths}
        texts |= {" ".join([text] * size) for text in tuple(texts) if len(text) < 40 for size in sizes if size < 100}
    return texts


def find_parts(type_: SimpleType) -> Iterator[SimpleType]:
    """Yield a type, and its base, item and member types at every level."""
    yield type_
    if isinstance(type_, Restriction) and type_.base is not None:
        yield from find_parts(type_.base)
    elif isinstance(type_, List):
        yield from find_parts(type_.item)
    elif isinstance(type_, Union):
        for member in type_.members:
            yield from find_parts(member)


def _find_lengths(type_: SimpleType) -> set[int]:
    """Return the lengths at the limits of the length facets, and beside them."""
    limits = [
        int(part.limits[name])
        for part in find_parts(type_)
        if isinstance(part, Restriction)
        for name in facets_about("length")
        if name in part.limits
    ]
    return {limit + step for limit in limits for step in (-1, 0, 1) if 0 <= limit + step <= LONGEST_SAMPLE}


def _make_at_limits(part: SimpleType) -> Iterator[str]:
    if not isinstance(part, Restriction):
        return
    for text in part.enumeration or ():
        yield from (text, f" {text}", f"{text}.0", f"{text}0", f"0{text}", f"00{text}")
    for size in _find_lengths(part):
        yield from ("a" * size, "1" * size, "00" * size, "AAAA" * (size // 3))
    for facet, limit in part.limits.items():
        if facet in facets_about("digits"):
            yield "1" * (int(limit) + 1)
            yield "0." + "1" * (int(limit) + 1)
            yield "1" * int(limit)
            yield "0." + "1" * int(limit)
        elif facet in facets_about("range"):
            yield from (str(limit), f"+{limit}")
            yield from _make_neighbours(str(limit))


def _make_neighbours(limit: str) -> Iterator[str]:
    """Yield numbers close to a number."""
    try:
        number = Decimal(limit)
    except InvalidOperation:
        return
    if number.is_finite():
        for step in ("-1", "-0.1", "0.1", "1"):
            yield f"{number + Decimal(step):f}"


def _make_by_patterns(narrow: Restriction, wide: SimpleType) -> Iterator[str]:
    """Yield a shortest text of a type, and shortest texts that do not match a pattern of another."""
    own = text_patterns(narrow)
    if not any(step.patterns for type_ in (narrow, *find_parts(wide)) for step in chain(type_)):
        return
    others = (alternatives for part in find_parts(wide) for alternatives in text_patterns(part))
    for other in dict.fromkeys(((MATCHES_NOTHING,), *others)) if own else ():
        result = compare_patterns(own, other)
        if isinstance(result, NotIncluded):
            yield result.example
