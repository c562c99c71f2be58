"""Texts that may tell two simple types apart: at the edges of their facets, and of every built-in type."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from schemapress.diff.inclusion import pattern
from schemapress.diff.inclusion.lexical import NOTHING, chain, constraints
from schemapress.diff.inclusion.undecided import Undecided
from schemapress_runtime.xsd.pattern_syntax import PatternError
from schemapress_runtime.xsd.simple_type import List, Restriction, SimpleType, Union

BUILT_IN = (
    "", " ", "a", "A", " a", "a b", "a  b", "\t", "a\tb", "-a", "a:b", "é", "0", "1", "+1", "-1", "-0", "00", "0.5",
    "1.", "1E3", "INF", "NaN", "true", "false", "P1D", "PT1S", "P1M", "2026-01-01", "2026-01-01Z", "2026-01-01+01:00",
    "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", "00:00:00", "00:00:00Z", "2026", "2026-01", "--01", "--01-01",
    "---01", "0f", "0F", "AAAA", "urn:a", "http://a/b", "en", "en-GB",
)  # fmt: skip
"""Texts that tell the built-in types apart (XSD 1.0 Part 2 §3)."""

LONGEST = 100_000
"""The length up to which a text is made to be longer than a maximum."""


def candidates(narrow: SimpleType, wide: SimpleType) -> set[str]:
    """Return texts that one of two types may take and the other refuse."""
    texts = set(BUILT_IN)
    for type_ in (narrow, wide):
        for part in parts(type_):
            texts.update(_edges(part))
    for part in parts(narrow):
        if isinstance(part, Restriction):
            texts.update(_matching(part, wide))
    edges = {*_sizes(narrow), *_sizes(wide)}
    if narrow.whitespace == "collapse":
        texts |= {text + " " * size for text in tuple(texts) if len(text) < 40 for size in edges if size < 100}
    lists = [part for type_ in (narrow, wide) for part in parts(type_) if isinstance(part, List)]
    if lists:
        sizes = {2, *edges}
        texts |= {" ".join([text] * size) for text in tuple(texts) if len(text) < 40 for size in sizes if size < 100}
    return texts


def parts(type_: SimpleType) -> Iterator[SimpleType]:
    """Yield a type, and every type that it is made of."""
    yield type_
    if isinstance(type_, Restriction) and type_.base is not None:
        yield from parts(type_.base)
    elif isinstance(type_, List):
        yield from parts(type_.item)
    elif isinstance(type_, Union):
        for member in type_.members:
            yield from parts(member)


def _sizes(type_: SimpleType) -> set[int]:
    """Return the lengths at the edges of the length facets."""
    limits = [
        int(part.limits[name])
        for part in parts(type_)
        if isinstance(part, Restriction)
        for name in ("length", "minLength", "maxLength")
        if name in part.limits
    ]
    return {limit + step for limit in limits for step in (-1, 0, 1) if 0 <= limit + step <= LONGEST}


def _edges(part: SimpleType) -> Iterator[str]:
    if not isinstance(part, Restriction):
        return
    for text in part.enumeration or ():
        yield from (text, f" {text}", f"{text}.0", f"{text}0", f"0{text}", f"00{text}")
    for size in _sizes(part):
        yield from ("a" * size, "1" * size, "00" * size, "AAAA" * (size // 3))
    for facet, limit in part.limits.items():
        if facet.endswith("Digits"):
            yield "1" * (int(limit) + 1)
            yield "0." + "1" * (int(limit) + 1)
            yield "1" * int(limit)
            yield "0." + "1" * int(limit)
        elif facet.endswith("clusive"):
            yield from (str(limit), f"+{limit}")
            yield from _beside(str(limit))


def _beside(limit: str) -> Iterator[str]:
    """Yield the numbers beside a number."""
    try:
        number = Decimal(limit)
    except InvalidOperation:
        return
    if number.is_finite():
        for step in ("-1", "-0.1", "0.1", "1"):
            yield f"{number + Decimal(step):f}"


def _matching(narrow: Restriction, wide: SimpleType) -> Iterator[str]:
    """Yield a shortest text that a type may take, and shortest ones that do not match a pattern of another one."""
    own = constraints(narrow)
    if not any(step.patterns for type_ in (narrow, *parts(wide)) for step in chain(type_)):
        return
    for other in dict.fromkeys(((NOTHING,), *(one for part in parts(wide) for one in constraints(part)))):
        try:
            text = pattern.outside(own, other) if own else None
        except (PatternError, Undecided):
            continue
        if text is not None:
            yield text
