"""Quick checks of restrictions: right where they say yes, and sure of what is usual."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.quick_checks import unsure
from schemapress_runtime.xsd.simple_type import List, Restriction, Union

TEXTS = (
    *("", " ", "a", " a", "a ", "a b", "a  b", "a\tb", "a\nb", "a\rb", "ab", "abc", "abcd", "\u00a0", "a\u00a0b", "x1"),
    *(
        "0",
        "1",
        "-1",
        "+1",
        "5",
        "05",
        "9",
        "10",
        "99",
        "100",
        "1.5",
        "1.50",
        "1.",
        ".5",
        "-0.5",
        "1e3",
        "INF",
        "1 ",
        " 1",
    ),
    *(
        "true",
        "1 2",
        "1 2 3",
        "2026-01-01",
        "2026-02-30",
        "2025-12-31-14:00",
        "2025-01-01+14:00",
        "2025-01-01",
        "2027",
        "2025Z",
        "2026-01",
        "\u0661",
        "12345678901234567890123",
        "a:b",
        "{x}",
    ),
)

BOUNDS: tuple[dict[str, Any], ...] = (
    {"min_inclusive": "1"},
    {"max_exclusive": "9"},
    {"min_exclusive": "0", "max_inclusive": "99"},
    {"total_digits": 2},
    {"fraction_digits": 1, "total_digits": 3},
)
LENGTHS: tuple[dict[str, Any], ...] = (
    {"min_length": 1},
    {"min_length": 2, "max_length": 3},
    {"max_length": 0},
    {"length": 1},
    {"patterns": ("[a-z]+", r"\d*")},
    {"patterns": (r"\s*a\s*",)},
    {"enumeration": ("a", "b")},
    {"enumeration": ("a", "ab"), "patterns": ("a",)},
)


@pytest.mark.parametrize(
    ("base", "facets"),
    [
        *itertools.product(
            ("decimal", "integer", "int", "unsignedByte", "float"), (*BOUNDS[:3], {"patterns": (r"\d",)})
        ),
        *itertools.product(("decimal", "integer"), BOUNDS[3:]),
        *itertools.product(("string", "normalizedString", "token", "anyURI", "NCName"), LENGTHS),
        ("date", {"patterns": ("2026.*",)}),
        *itertools.product(
            ("gYear",),
            (
                {"min_inclusive": "2024"},
                {"max_exclusive": "2028"},
                {"min_exclusive": "-2026"},
                {"max_inclusive": "12026"},
            ),
        ),
        *itertools.product(
            ("date",),
            (
                *({"min_inclusive": "2024-01-01"}, {"max_exclusive": "2027-01-01"}, {"max_exclusive": "2026-01-01"}),
                *(
                    {"min_exclusive": "2024-12-31"},
                    {"min_exclusive": "2024-12-31-14:00"},
                    {"max_inclusive": "2026-01-02"},
                ),
            ),
        ),
        ("dateTime", {"max_exclusive": "2028-01-01T00:00:00Z"}),
        ("gYearMonth", {"min_inclusive": "2024-12"}),
        ("time", {"max_inclusive": "12:00:00"}),
        ("QName", {"enumeration": ("a",)}),
        ("hexBinary", {"length": 1}),
        ("NMTOKENS", {"max_length": 2}),
    ],
)
def test_a_text_that_is_quickly_valid_is_valid(base: str, facets: dict[str, Any]) -> None:
    type_ = Restriction(BUILTIN[base], "T", **facets)
    again = Restriction(type_, "U", patterns=(".*",))
    squeezed = Restriction(type_, "W", whitespace="collapse")

    for text in TEXTS:
        assert not squeezed.quick(text) or squeezed.accepts(text, {}), text
        assert not type_.quick(text) or type_.accepts(text, {}), text
        assert not again.quick(text) or again.accepts(text, {}), text


@pytest.mark.parametrize(
    ("base", "facets", "text"),
    [
        ("token", {"min_length": 1, "max_length": 3}, "a b"),
        ("string", {"patterns": ("[a-z ]+",)}, " a "),
        ("anyURI", {"min_length": 1}, "urn:x"),
        ("decimal", {"min_inclusive": "0", "fraction_digits": 2}, "12.50"),
        ("integer", {"max_exclusive": "10"}, "9"),
        ("date", {"patterns": ("2026.*",)}, "2026-01-01"),
        ("date", {"min_inclusive": "1990-06-01", "max_inclusive": "2050-12-31"}, "2026-01-01"),
        ("dateTime", {"min_exclusive": "2025-12-31T00:00:00Z"}, "2027-01-01T00:00:00Z"),
        ("dateTime", {"min_exclusive": "2025-09-01T00:00:00Z"}, "2026-01-01T00:00:00"),
        ("positiveInteger", {"max_inclusive": "12"}, "12"),
        ("int", {}, "-7"),
        ("decimal", {"min_inclusive": "-180", "max_inclusive": "180"}, "-179.99"),
        ("decimal", {"total_digits": 5}, "123.45"),
        ("double", {"min_inclusive": "0"}, "1.5"),
        ("duration", {}, "P1DT2H3.5S"),
        ("hexBinary", {}, "0aFF"),
    ],
)
def test_the_usual_text_of_a_restriction_is_quickly_valid(base: str, facets: dict[str, Any], text: str) -> None:
    assert Restriction(BUILTIN[base], "T", **facets).quick(text)


@pytest.mark.parametrize(
    ("facets", "text"),
    [
        ({"min_length": 3}, "   "),
        ({"min_length": 3}, " a "),
        ({"patterns": ("a  b",)}, "a  b"),
        ({"enumeration": ("a  b",)}, "a  b"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"enumeration": ("a  b", " a ", "   ")}, {"max_length": 9}])
def test_a_step_that_normalizes_changes_what_the_facets_below_see(
    facets: dict[str, Any], text: str, more: dict[str, Any]
) -> None:
    base = Restriction(BUILTIN["string"], "A", **facets)
    for type_ in (
        collapsed := Restriction(base, "B", whitespace="collapse", **more),
        Restriction(collapsed, "C"),
        Union((collapsed, BUILTIN["int"]), "U"),
    ):
        assert not type_.accepts(text, {})
        assert not type_.quick(text)


def test_white_space_that_collapses_does_not_count_as_characters() -> None:
    type_ = Restriction(BUILTIN["token"], "T", min_length=1)

    assert not type_.quick(" ")
    assert not type_.accepts(" ", {})


def test_lists_and_unions_ask_their_members() -> None:
    code = Restriction(BUILTIN["token"], "C", patterns=("[a-z]",))
    codes, either = List(code, "L"), Union((code, BUILTIN["int"]), "E")

    assert codes.quick(" a b\n")
    assert not codes.quick("a\u00a0b")
    assert either.quick("7")
    assert not either.quick("ab")
    assert not Restriction(Union((BUILTIN["QName"], BUILTIN["token"]), "U"), "V", max_length=1).quick("abc")


def test_a_long_derivation_has_no_quick_check() -> None:
    type_ = BUILTIN["token"]
    for _ in range(5_000):
        type_ = Restriction(type_, "T", max_length=9)

    assert type_.quick is unsure
    assert type_.accepts("a", {})
