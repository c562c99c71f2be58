"""The constraining facets (XSD 1.0 Part 2 §4.3): their names, arguments and paragraphs.

`Restriction` (`simple_type.py`) checks their values, and the aspects of `diff` compare them; each looks them up here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from .place import NOWHERE, Place

Subject = Literal["enumeration", "pattern", "length", "range", "digits", "white space"]
"""The subjects of facets; the facets of one subject narrow or widen the same thing."""


@dataclass(frozen=True, slots=True)
class FacetKind:
    """A facet: its name in an XSD, the argument of `Restriction` that has it, and its paragraph in Part 2.

    `is_number` where its value is a whole number, whatever the type that it restricts.
    """

    name: str
    argument: str
    subject: Subject
    paragraph: str
    is_number: bool = False

    @property
    def code(self) -> str:
        """The rule that a text breaks which the facet refuses (Part 2 §4.3, Validation Rules)."""
        return f"cvc-{self.name}-valid"


FACETS: Mapping[str, FacetKind] = {
    kind.name: kind
    for kind in (
        FacetKind("length", "length", "length", "§4.3.1", is_number=True),
        FacetKind("minLength", "min_length", "length", "§4.3.2", is_number=True),
        FacetKind("maxLength", "max_length", "length", "§4.3.3", is_number=True),
        FacetKind("pattern", "patterns", "pattern", "§4.3.4"),
        FacetKind("enumeration", "enumeration", "enumeration", "§4.3.5"),
        FacetKind("whiteSpace", "whitespace", "white space", "§4.3.6"),
        FacetKind("minInclusive", "min_inclusive", "range", "§4.3.10"),
        FacetKind("minExclusive", "min_exclusive", "range", "§4.3.9"),
        FacetKind("maxInclusive", "max_inclusive", "range", "§4.3.7"),
        FacetKind("maxExclusive", "max_exclusive", "range", "§4.3.8"),
        FacetKind("totalDigits", "total_digits", "digits", "§4.3.11", is_number=True),
        FacetKind("fractionDigits", "fraction_digits", "digits", "§4.3.12", is_number=True),
    )
}
"""The facets by their names."""


class Limits(TypedDict, total=False):
    """The arguments of `Restriction` that have a single length, bound or number of digits."""

    length: int
    min_length: int
    max_length: int
    min_inclusive: str
    min_exclusive: str
    max_inclusive: str
    max_exclusive: str
    total_digits: int
    fraction_digits: int


_LIMITS = tuple(kind for kind in FACETS.values() if kind.subject in ("length", "range", "digits"))


def name_limits(limits: Limits) -> dict[str, int | str]:
    """Return lengths, bounds and numbers of digits by the names of their facets, in the order of the table.

    Raises:
        TypeError: there is an argument of no facet.
    """
    values = cast("dict[str, int | str]", {**limits})  # of the types that the class declares
    named = {kind.name: values.pop(kind.argument) for kind in _LIMITS if kind.argument in values} if values else {}
    if values:
        raise TypeError(f"no facet has the argument {next(iter(values))!r}")
    return named


LISTED = ("pattern", "enumeration")
"""The facets that a type may have several times in one step, which are alternatives."""


def facets_about(subject: str) -> tuple[str, ...]:
    """Return the names of the facets about a subject; none where no facet is about it."""
    return tuple(name for name, facet in FACETS.items() if facet.subject == subject)


@dataclass(frozen=True, slots=True)
class Facet:
    """A constraining facet of one step of a derivation, with its value as the source writes it.

    `namespaces` are those in scope by their prefixes, for the QNames in an enumeration.
    """

    name: str
    value: str
    place: Place = NOWHERE
    namespaces: tuple[tuple[str | None, str], ...] = ()
    documentation: str = ""


_WHOLE_NUMBER = re.compile(r"\+?[0-9]+|-0+", re.ASCII)
_LARGEST = 10**4_000
"""Stands for larger numbers, which Python does not parse, and no text is as long."""


def whole_number(text: str) -> int | None:
    """Return the value of a text in the lexical space of xs:nonNegativeInteger (Part 2 §3.3.20); None for others."""
    text = text.strip(" \t\n\r")
    if _WHOLE_NUMBER.fullmatch(text) is None:
        return None
    digits = text.lstrip("+-0") or "0"
    return int(digits) if len(digits) <= 4_000 else _LARGEST


def arguments_of(facets: Iterable[Facet]) -> dict[str, object]:
    """Return facets as the arguments of `Restriction`: each by its name there, those that are listed as tuples.

    Raises:
        ValueError: a facet that counts is no whole number.
    """
    listed: dict[str, list[str]] = {}
    arguments: dict[str, object] = {}
    for facet in facets:
        kind = FACETS[facet.name]
        if facet.name in LISTED:
            listed.setdefault(kind.argument, []).append(facet.value)
        else:
            value = whole_number(facet.value) if kind.is_number else facet.value
            if value is None:
                raise ValueError(f"{facet.name} is {facet.value!r}; expected a whole number")
            arguments[kind.argument] = value
    return {**{argument: tuple(values) for argument, values in listed.items()}, **arguments}
