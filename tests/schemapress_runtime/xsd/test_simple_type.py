"""Simple types, each text judged by libxml2 and by the xmlschema library as well."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
import xmlschema
from lxml import etree
from xmlschema.validators import XsdSimpleType

from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.pattern import compile_pattern
from schemapress_runtime.xsd.simple_type import (
    Atomic,
    InvalidValue,
    List,
    Restriction,
    SimpleType,
    Union,
    derives_simply,
)
from tests.conftest import schema


def accepts(type_: SimpleType, text: str) -> bool:
    try:
        type_.parse(text, {})
    except InvalidValue:
        assert not type_.quick(text)
        return False
    return True


@cache
def _judges(name: str) -> tuple[etree.XMLSchema, XsdSimpleType]:
    text = schema(f'<xs:element name="v" type="xs:{name}"/>')
    type_ = xmlschema.XMLSchema10(text).elements["v"].type
    assert isinstance(type_, XsdSimpleType)
    return etree.XMLSchema(etree.fromstring(text.encode())), type_


def judged(name: str, text: str) -> set[bool]:
    libxml2, other = _judges(name)
    element = etree.Element("v")
    element.text = text
    return {bool(libxml2.validate(element)), bool(other.is_valid(text))}


TEXTS = {
    "boolean": ["true", "false", "1", "0", "TRUE", "yes", "", "2"],
    "decimal": ["1", "-1.5", "+.5", "5.", ".", "1e3", "1,5", "", "INF", "0012.500"],
    "integer": ["0", "-0", "+12", "1.0", "1.", "", "1 2", "99999999999999999999999"],
    "byte": ["127", "128", "-128", "-129", "+1", "1.0"],
    "unsignedByte": ["0", "255", "256", "-1", "-0"],
    "long": ["9223372036854775807", "9223372036854775808", "-9223372036854775809"],
    "positiveInteger": ["1", "0", "-1", "+5"],
    "float": ["1", "1.5E3", "-INF", "NaN", "INF", "nan", "E5", "1.e5", "-.5"],
    "double": ["1E400", "-0", "1.7976931348623157E308", "inf"],
    "duration": ["P1Y", "PT1S", "P", "PT", "-P1DT2H", "P1S", "P1Y2M3DT4H5M6.7S", "P-1Y", "1Y", "P1M1Y"],
    "dateTime": [
        "2026-11-20T09:30:00",
        "2026-11-20",
        "2026-13-01T00:00:00",
        "2024-02-29T00:00:00Z",
        "2023-02-29T00:00:00Z",
    ],
    "date": ["2026-11-20", "2026-11-20Z", "2026-11-31", "2026-11-20+14:00", "2026-11-20+14:30", "20261120"],
    "time": ["09:30:00", "24:00:00", "25:00:00", "09:30", "09:60:00", "23:59:59.999Z"],
    "gYearMonth": ["2026-11", "2026-13", "2026-11Z", "26-11"],
    "gYear": ["2026", "-2026", "12026", "02026", "26", "2026+01:00"],
    "gMonthDay": ["--11-20", "--02-29", "--02-30", "--11-31", "-11-20"],
    "gDay": ["---20", "---31", "---32", "--20", "---01Z"],
    "gMonth": ["--11", "--13", "--11Z", "11"],
    "hexBinary": ["", "0aFF", "0", "0g"],
    "base64Binary": ["", "AAAA", "AA==", "AAA=", "AB==", "A", "AA=", "A A A A", "AQ=="],
    "language": ["en", "en-GB", "e", "english1", "en-", "123", "de-CH-1996"],
    "NMTOKEN": ["a", "1a", "-", "a b", "", "a:b", "\u00e9"],
    "Name": ["a", "1a", ":a", "a:b", "", "_x"],
    "NCName": ["a", "a:b", "_", "", "a-b.c", "-a"],
    "NMTOKENS": ["a b", "1 2"],
    "token": ["a", " a ", "a  b", ""],
    "normalizedString": ["a\tb", ""],
    "string": ["", " ", "anything at all"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts])
def test_a_built_in_type_admits_what_the_judges_admit(name: str, text: str) -> None:
    judgements = judged(name, text)

    assert len(judgements) == 1, "the judges differ: find the paragraph, and move the text to the next test"
    assert accepts(BUILTIN[name], text) == judgements.pop()


@pytest.mark.parametrize(
    ("name", "text", "expected", "paragraph"),
    [
        ("dateTime", "0000-01-01T00:00:00Z", False, "Part 2 §3.2.7.1: 0000 is not a valid value"),
        ("dateTime", " 2026-11-20T09:30:00 ", True, "Part 2 §4.3.6: whiteSpace of dateTime is collapse"),
        ("float", "+INF", False, "Part 2 §3.2.4.1: INF and -INF"),
        ("float", "1e", False, "Part 2 §3.2.4.1: an exponent is an integer"),
        ("duration", "PT1.S", False, "Part 2 §3.2.6.1: at least one digit must follow the decimal point"),
        ("NMTOKENS", " ", False, "Part 2 §3.3.5: minLength 1"),
        ("NMTOKENS", "", False, "Part 2 §3.3.5: minLength 1"),
    ],
)
def test_where_the_judges_may_differ_the_specification_decides(
    name: str, text: str, expected: bool, paragraph: str
) -> None:
    assert accepts(BUILTIN[name], text) == expected, paragraph


def restricted(base: str, **facets: object) -> Restriction:
    return Restriction(BUILTIN[base], "T", **facets)  # type: ignore[arg-type]  # facets of one test each


@pytest.mark.parametrize(
    ("type_", "valid", "invalid"),
    [
        (restricted("string", length=2), ["ab", "\U0001f600\U0001f600"], ["a", "abc"]),
        (restricted("string", min_length=2, max_length=3), ["ab", "abc"], ["a", "abcd"]),
        (restricted("hexBinary", length=2), ["00ff"], ["00", "00ff00"]),
        (restricted("base64Binary", max_length=1), ["AA=="], ["AAA="]),
        (restricted("decimal", total_digits=3, fraction_digits=1), ["12.5", "12.50", "0.1"], ["1234", "1.25"]),
        (restricted("decimal", min_inclusive="0", max_exclusive="10"), ["0", "9.99", "-0"], ["10", "-0.1"]),
        (restricted("decimal", enumeration=("1.0", "2")), ["1", "1.00", "+2"], ["1.5"]),
        (restricted("date", min_inclusive="2026-01-01"), ["2026-01-01", "2027-05-05"], ["2025-12-31"]),
        (restricted("date", min_inclusive="2026-01-01Z"), ["2026-01-02"], ["2026-01-01", "2025-12-31+14:00"]),
        (restricted("duration", max_inclusive="P1M"), ["P27D", "P1M"], ["P28D", "P31D"]),
        (restricted("double", max_inclusive="1E3"), ["1000", "-INF"], ["NaN", "1000.5"]),
        (restricted("string", patterns=("[a-z]+",)), ["abc"], ["", "ABC"]),
        (restricted("string", whitespace="collapse", enumeration=("a b",)), [" a  b "], ["ab"]),
        (List(BUILTIN["int"], "L"), ["1 2 3", ""], ["1 x"]),
        (Restriction(List(BUILTIN["int"], "L"), "T", max_length=2), ["1 2"], ["1 2 3"]),
        (Union((BUILTIN["int"], BUILTIN["boolean"]), "U"), ["1", "true"], ["x", "1.5"]),
    ],
)
def test_facets_restrict_the_value_space(type_: SimpleType, valid: list[str], invalid: list[str]) -> None:
    assert [text for text in valid if not accepts(type_, text)] == []
    assert [text for text in invalid if accepts(type_, text)] == []


def test_every_facet_that_fails_is_named() -> None:
    type_ = restricted("string", min_length=3, patterns=("[a-z]*",))

    with pytest.raises(InvalidValue) as raised:
        type_.parse("A", {})

    assert [violation.code for violation in raised.value.violations] == ["cvc-pattern-valid", "cvc-minLength-valid"]


def test_an_argument_of_no_facet_is_refused() -> None:
    with pytest.raises(TypeError, match="'longest'"):
        restricted("string", longest=3)


def test_the_quick_check_of_an_integer_type_takes_the_digits_that_no_bound_refuses() -> None:
    taken = {
        name: sum(bool(type_.quick("9" * digits)) for digits in range(1, 25))
        for name, type_ in BUILTIN.items()
        if derives_simply(type_, BUILTIN["integer"])
    }

    assert taken == {
        "integer": 24,
        "nonNegativeInteger": 24,
        "positiveInteger": 24,
        "nonPositiveInteger": 0,
        "negativeInteger": 0,
        "long": 18,
        "int": 9,
        "short": 4,
        "byte": 2,
        "unsignedLong": 19,
        "unsignedInt": 9,
        "unsignedShort": 4,
        "unsignedByte": 2,
    }
    assert not BUILTIN["positiveInteger"].quick("0")


@pytest.mark.parametrize("name", BUILTIN)
def test_each_valid_text_of_a_built_in_type_matches_its_pattern(name: str) -> None:
    type_ = BUILTIN[name]
    pattern = type_.primitive.pattern if isinstance(type_, Atomic) else None
    if isinstance(type_, Restriction):
        pattern = type_.lexical
    if pattern is not None:
        valid = [text for text in TEXTS[name] if accepts(type_, text)]
        assert [text for text in valid if not compile_pattern(pattern)(type_.normalize(text))] == []


def test_a_qname_needs_its_prefix_to_be_declared() -> None:
    assert BUILTIN["QName"].parse("p:a", {"p": "urn:p"}) == ("QName", ("urn:p", "a"))
    assert not accepts(BUILTIN["QName"], "p:a")


def test_descriptions_are_phrases_without_a_full_stop() -> None:
    assert [name for name, type_ in BUILTIN.items() if not re.fullmatch(r"[^A-Z].*[^.]", type_.description)] == [
        name for name in BUILTIN if BUILTIN[name].description.startswith("Base64")
    ]


@pytest.mark.parametrize(
    ("name", "facets", "text", "expected"),
    [
        ("integer", {"min_inclusive": "5"}, "4", "an integer of at least 5"),
        ("decimal", {"max_inclusive": "5"}, "6", "a decimal number of at most 5"),
        ("double", {"min_exclusive": "5"}, "5", "a 64-bit floating-point number greater than 5"),
        ("duration", {"max_exclusive": "P2D"}, "P2D", "a duration less than P2D"),
        ("date", {"min_inclusive": "2006-01-01"}, "2005-12-31", "a date from 2006-01-01 on"),
        ("date", {"min_exclusive": "2006-01-01"}, "2006-01-01", "a date after 2006-01-01"),
        ("time", {"max_inclusive": "09:30:00"}, "09:30:01", "a time up to 09:30:00"),
        ("gYear", {"max_exclusive": "2006"}, "2006", "a year before 2006"),
        ("decimal", {"total_digits": 1}, "12", "a decimal number with at most 1 digit"),
        (
            "decimal",
            {"fraction_digits": 2},
            "1.234",
            "a decimal number with at most 2 digits after the decimal point",
        ),
    ],
)
def test_a_violated_bound_is_worded_for_its_kind_of_value(
    name: str,
    facets: dict[str, Any],  # each of the type of its parameter
    text: str,
    expected: str,
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Restriction(BUILTIN[name], "t", **facets).parse(text, {})
    assert [violation.expected for violation in refusal.value.violations] == [expected]
