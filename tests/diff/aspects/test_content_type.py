"""A type whose values change, and the inclusion of simple types, held against sample texts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemapress.diff.aspects.content_type import ASPECT, compare_types
from schemapress.inclusion.result import Included, NotIncluded, Undecided
from schemapress.inclusion.sample_texts import make_samples
from schemapress.inclusion.simple_types import accepts_text
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.simple_type import InvalidValue, List, Restriction, SimpleType, Union
from tests.support.schema_builder import element, make_schema, sequence
from tests.support.schema_change import assert_narrowed

BASES = (
    "string",
    "token",
    "NMTOKEN",
    "NCName",
    "decimal",
    "integer",
    "int",
    "unsignedByte",
    "double",
    "date",
    "boolean",
)


def restriction(base: str | SimpleType, **facets: object) -> Restriction:
    return Restriction(BUILTIN[base] if isinstance(base, str) else base, "Restricted", **facets)  # type: ignore[arg-type]  # facets as the emitted code writes them


def random_type(chance: random.Random) -> SimpleType:
    base = chance.choice(BASES)
    kind = chance.random()
    if kind < 0.15:
        return BUILTIN[base]
    if kind < 0.25:
        return Union((random_type(chance), random_type(chance)), "Either")
    if kind < 0.3:
        return restriction(List(BUILTIN[base], "Several"), max_length=chance.randint(0, 3))
    facets: dict[str, object] = {}
    choices: list[dict[str, object]] = [{}]
    if base in ("string", "token", "NMTOKEN", "NCName"):
        choices = [
            {"min_length": chance.randint(0, 2)},
            {"max_length": chance.randint(0, 3)},
            {"enumeration": tuple(chance.sample(["a", "b", "ab", "A1"], chance.randint(1, 4)))},
            {"patterns": (chance.choice(["[a-z]+", "[ab]{1,2}", "a|b", r"\c*", ".{2}", r"[A-Z]\d"]),)},
        ]
    elif base in ("decimal", "integer", "int", "unsignedByte"):
        choices = [
            {"min_inclusive": str(chance.randint(0, 5))},
            {"max_exclusive": str(chance.randint(5, 12))},
            {"total_digits": chance.randint(1, 3)},
            {"enumeration": tuple(chance.sample(["1", "2", "10"], chance.randint(1, 3)))},
        ]
    for facet in chance.sample(choices, min(len(choices), chance.choice([1, 1, 2]))):
        facets.update(facet)
    try:
        return restriction(base, **facets)
    except InvalidValue:
        return BUILTIN[base]


@settings(max_examples=300)
@given(st.randoms(use_true_random=False))
def test_inclusion_of_texts_agrees_with_random_texts(chance: random.Random) -> None:
    narrow, wide = random_type(chance), random_type(chance)

    result = compare_types(narrow, wide)

    if isinstance(result, Included):
        samples = make_samples(narrow, wide)
        assert [text for text in samples if accepts_text(narrow, text) and not accepts_text(wide, text)] == []
    elif isinstance(result, NotIncluded):
        for text in result.example.values():
            assert accepts_text(narrow, text)
            assert not accepts_text(wide, text)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (BUILTIN["int"], BUILTIN["long"]),
        (BUILTIN["int"], BUILTIN["string"]),
        (BUILTIN["decimal"], BUILTIN["double"]),
        (restriction("token", enumeration=("a", "b")), restriction("token", enumeration=("b", "c", "a"))),
        (restriction("string", enumeration=("1", "2")), BUILTIN["int"]),
        (restriction("token", patterns=("[A-Z]{3}",)), BUILTIN["NMTOKEN"]),
        (restriction("token", patterns=("[A-Z]{3}",)), restriction("token", length=3)),
        (restriction("token", patterns=("a|b",)), restriction("token", enumeration=("a", "b"))),
        (restriction("decimal", min_inclusive="1"), restriction("decimal", min_exclusive="0")),
        (restriction("int", min_inclusive="0", max_inclusive="99"), restriction("integer", total_digits=10)),
        (BUILTIN["int"], restriction("decimal", fraction_digits=0)),
        (restriction("string", min_length=2, max_length=4), restriction("string", min_length=1)),
        (BUILTIN["int"], Union((BUILTIN["boolean"], BUILTIN["decimal"]), "Either")),
        (restriction("date", min_inclusive="2026-01-02"), restriction("date", min_inclusive="2026-01-01")),
        (List(BUILTIN["int"], "Numbers"), List(BUILTIN["long"], "Numbers")),
        (restriction("token", patterns=("a *b",)), restriction("token", enumeration=("ab", "a b"))),
        (restriction("token", patterns=("[a-z]+",), max_length=2), restriction("token", patterns=("[a-z]{1,2}",))),
        (restriction("token", min_length=3, max_length=2), BUILTIN["int"]),
        (restriction("string", patterns=("[ab]+",)), BUILTIN["NMTOKEN"]),
        (BUILTIN["int"], restriction(List(BUILTIN["long"], "Numbers"), max_length=1)),
        (BUILTIN["date"], restriction("string", min_length=1)),
        (restriction("integer", total_digits=2), restriction("integer", max_inclusive="99")),
        (BUILTIN["IDREF"], BUILTIN["NCName"]),
    ],
)
def test_a_wider_type_refuses_nothing(narrow: SimpleType, wide: SimpleType) -> None:
    assert compare_types(narrow, wide) == Included()


@pytest.mark.parametrize(
    ("narrow", "wide", "text"),
    [
        (BUILTIN["string"], restriction("string", min_length=1), ""),
        (restriction("token", enumeration=("a", "b")), restriction("token", enumeration=("a",)), "b"),
        (restriction("string", max_length=5), restriction("string", max_length=4), "aaaaa"),
        (restriction("token", patterns=(r"\d{3}",)), restriction("token", patterns=(r"[1-9]\d{2}",)), "000"),
        (BUILTIN["decimal"], BUILTIN["integer"], "1."),
        (restriction("decimal", enumeration=("1",)), BUILTIN["integer"], "1.0"),
        (restriction("int", max_inclusive="10"), restriction("int", max_inclusive="9"), "10"),
        (BUILTIN["date"], BUILTIN["dateTime"], "2026-01-01"),
        (restriction("decimal", total_digits=4), restriction("decimal", total_digits=3), "0000"),
    ],
)
def test_a_short_text_shows_a_narrowed_type(narrow: SimpleType, wide: SimpleType, text: str) -> None:
    result = compare_types(narrow, wide)

    assert isinstance(result, NotIncluded)
    for example in result.example.values():
        assert accepts_text(narrow, example)
        assert not accepts_text(wide, example)
        assert len(example) <= len(text)


def test_an_identifier_is_more_than_its_text() -> None:
    assert compare_types(BUILTIN["NCName"], BUILTIN["ID"]) == Undecided("simple types NCName and ID")


def test_a_type_with_fewer_values(tmp_path: Path) -> None:
    text, number = (make_schema(sequence(element("a", type_))) for type_ in ("xs:string", "xs:int"))

    finding = assert_narrowed(ASPECT, tmp_path, wide=text, narrow=number, path="/root/a")

    assert (finding.before, finding.after) == ("string (a string)", "int (an integer)")
