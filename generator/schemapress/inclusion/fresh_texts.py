"""More texts of a simple type, with values of their own, for keys and identifiers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from schemapress.inclusion.pattern_automata import list_words
from schemapress.inclusion.sample_texts import find_parts, make_samples
from schemapress.inclusion.simple_types import accepts_text, text_patterns
from schemapress_runtime.validation.identity import key_member
from schemapress_runtime.xsd.facets import facets_about
from schemapress_runtime.xsd.primitive import Value
from schemapress_runtime.xsd.simple_type import Restriction, SimpleType

MOST_TEXTS = 60
"""Texts of a type that are kept for keys."""

_SERIES = 40
"""Texts of each form that are tried."""


class FreshTexts:
    """The texts of types that both schemas accept, if there are any; each type's are found once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[SimpleType, SimpleType, tuple[str, ...]]] = {}

    def list(self, narrow: SimpleType, wide: SimpleType) -> tuple[str, ...]:
        """Return texts that `narrow` accepts, each with another value; those that `wide` accepts too come first."""
        key = (id(narrow), id(wide))
        if key not in self._known:
            self._known[key] = (narrow, wide, tuple(_order(narrow, wide)))
        return self._known[key][2]


def _order(narrow: SimpleType, wide: SimpleType) -> list[str]:
    found: dict[Value, str] = {}
    rest: dict[Value, str] = {}
    for text in dict.fromkeys(_generate(narrow)):
        if not accepts_text(narrow, text) or not text.strip():
            continue
        value = key_member(narrow.parse(text, {}))
        (found if accepts_text(wide, text) else rest).setdefault(value, text)
        if len(found) >= MOST_TEXTS:
            break
    return [*found.values(), *(text for value, text in rest.items() if value not in found)][:MOST_TEXTS]


def _generate(type_: SimpleType) -> Iterator[str]:
    for part in find_parts(type_):
        if isinstance(part, Restriction):
            yield from (part.enumeration or ())[:MOST_TEXTS]
    numbers = range(1, _SERIES)
    yield from (f"k{number}" for number in numbers)
    yield from map(str, numbers)
    yield from itertools.islice(_count_from_limits(type_), 4 * _SERIES)
    yield from sorted(make_samples(type_, type_), key=lambda text: (len(text), text))
    yield from (f"{number:x}".zfill(2 * size) for size in (1, 2, 3, 4) for number in numbers)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in numbers]
    yield from map(str, days)
    yield from (f"{day}T00:00:00" for day in days)
    yield from (f"{day}T00:00:00Z" for day in days)
    yield from (f"00:00:{number:02}" for number in numbers)
    yield from (f"P{number}D" for number in numbers)
    yield from (f"P{number}M" for number in numbers)
    yield from (str(2000 + number) for number in numbers)
    yield from (f"{2000 + number}-01" for number in numbers)
    yield from (f"---{number:02}" for number in numbers)
    yield from (f"--01-{number:02}" for number in numbers)
    yield from (f"--{number:02}" for number in numbers)
    yield from (f"urn:a{number}" for number in numbers)
    for part in find_parts(type_):
        if isinstance(part, Restriction) and part.patterns:
            yield from list_words(text_patterns(part), MOST_TEXTS)


def _count_from_limits(type_: SimpleType) -> Iterator[str]:
    """Yield numbers in steps from each limit of the value and, for lengths, texts of these lengths."""
    for part in find_parts(type_):
        if not isinstance(part, Restriction):
            continue
        for facet, limit in part.limits.items():
            if facet in facets_about("range"):
                try:
                    start = Decimal(str(limit))
                except InvalidOperation:
                    continue
                if start.is_finite():
                    for number in range(_SERIES):
                        yield from (f"{start + number:f}", f"{start - number:f}", f"{start + Decimal(number) / 100:f}")
            elif facet in facets_about("length") and int(limit) < 1_000:
                for number in range(_SERIES):
                    yield from (str(number).rjust(int(limit), "a"), str(number).rjust(int(limit), "0"))
