"""XSD's regular expressions, against the judges, and in linear time."""

from __future__ import annotations

import re
from functools import cache

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xmlschema.validators import XsdSimpleType

from schemapress_runtime.limits import PATTERN_LEVELS
from schemapress_runtime.xsd.pattern import compile_pattern
from schemapress_runtime.xsd.pattern_syntax import PatternError
from tests.conftest import schema
from tests.support.growth import deadline, grows_linearly


@cache
def _judges(pattern: str) -> tuple[etree.XMLSchema, XsdSimpleType]:
    value = pattern.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    text = schema(
        f'<xs:element name="v"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="{value}"/>'
        "</xs:restriction></xs:simpleType></xs:element>"
    )
    type_ = xmlschema.XMLSchema10(text).elements["v"].type
    assert isinstance(type_, XsdSimpleType)
    return etree.XMLSchema(etree.fromstring(text.encode())), type_


def judged(pattern: str, text: str) -> set[bool]:
    libxml2, other = _judges(pattern)
    element = etree.Element("v")
    element.text = text
    return {bool(libxml2.validate(element)), bool(other.is_valid(text))}


CASES = {
    "": ["", "a"],
    "abc": ["abc", "ab", "abcd", "xabc"],
    "a|b|": ["a", "b", "", "c"],
    "a?b*c+": ["c", "abbc", "ab", "bcc"],
    "a{2}b{1,}c{0,2}": ["aab", "aabcc", "aabccc", "ab"],
    "[a-c]": ["a", "c", "d", "-"],
    "[^a-c]": ["a", "d", "\u4e2d", ""],
    "[a-z-[aeiou]]": ["b", "e", "z", "-"],
    "[^0-9-[x]]": ["a", "x", "5"],
    r"[\d.]+": ["1.5", "a", "\u0663"],
    r"\d{3}-\D": ["123-x", "12-x", "123-4"],
    r"\s\S": [" a", "\ta", "aa"],
    r"\i\c*": ["a-b", "-a", "_1:x", "1"],
    r"\p{Lu}\P{Lu}": ["Aa", "AA", "aA"],
    r"\p{L}+\p{N}*": ["ab12", "12", "\u00e9\u0661"],
    r"\p{IsBasicLatin}+": ["abc", "ab\u00e9"],
    r"\P{IsGreek}": ["a", "\u03b1"],
    r"\.\\\?\*\+\(\)\{\}\-\[\]\^\|": [r".\?*+(){}-[]^|", "."],
    r"\n\t\r": ["\n\t\r", "ntr"],
    ".": ["a", "\n", "\u2028", "\U0001f600"],
    "(ab|cd){2}": ["abcd", "cdcd", "ab"],
    "a^b$": ["a^b$", "ab"],
    "[$^]": ["$", "^", "a"],
    "(a+)+b": ["aaab", "aaa", "b"],
    "(a|ab)(c|bcd)(d*)": ["abcd", "acd", "ab"],
    "(a{1,2}){2}": ["aa", "aaaa", "a", "aaaaa"],
    "([0-9]{1,3}\\.){3}[0-9]{1,3}": ["127.0.0.1", "1.2.3", "1.2.3.4444"],
}


@pytest.mark.parametrize(("pattern", "text"), [(pattern, text) for pattern, texts in CASES.items() for text in texts])
def test_a_pattern_matches_what_the_judges_match(pattern: str, text: str) -> None:
    assert judged(pattern, text) == {compile_pattern(pattern)(text)}


@pytest.mark.parametrize(
    ("pattern", "text", "expected", "paragraph"),
    [
        (r"\w", "\u0903", True, "Part 2 F.1.1: all but \\p{P}, \\p{Z} and \\p{C}, and so marks too"),
        (r"\W", "\u20dd", False, "Part 2 F.1.1: \\w has the enclosing marks"),
        (r"\w", "_", False, "Part 2 F.1.1: the low line is punctuation"),
        (r"[\w-]+", "a-b", True, "Part 2 F.1: a hyphen at the end of a group is itself"),
    ],
)
def test_where_the_judges_differ_the_specification_decides(
    pattern: str, text: str, expected: bool, paragraph: str
) -> None:
    assert compile_pattern(pattern)(text) == expected, paragraph


sets = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", ""])
patterns = st.recursive(
    sets,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{0}", "{2}", "{1,2}", "{0,3}", "{2,}", "{3,5}"])).map(
            lambda one: f"({one[0]}){one[1]}"
        ),
    ),
    max_leaves=6,
)


@given(patterns, st.text("abc", max_size=8))
@settings(max_examples=1_000)
def test_any_pattern_matches_what_python_matches(pattern: str, text: str) -> None:
    expected = re.fullmatch(pattern.replace("(", "(?:"), text) is not None

    assert compile_pattern(pattern)(text) == expected


HARD = {
    "(a+)+b": "a",
    "(a|a)*b": "a",
    "(a*)*": "a",
    "a*a*a*a*b": "a",
    "(a{1,50}){1,50}b": "a",
    "([a-z]+)*\\d": "a",
    "(.*,)*x": ",a",
    "(a?|c)*b": "a",
    "((ab?)*c?)*d": "ab",
    "(a{0,3}b?)*c": "aab",
    "(xa?b?c?d?)*": "xabcd",
    "((a{0,9}){0,9}){0,9}": "a",
    "(a|aa|aaa)+b": "a",
}
"""Patterns, and what a text repeats that makes an engine go back over and over."""


@pytest.mark.parametrize("pattern", HARD)
def test_a_pattern_that_is_made_to_backtrack_runs_in_linear_time(pattern: str) -> None:
    matches = compile_pattern(pattern)

    grows_linearly(lambda length: HARD[pattern] * length, matches, 1_000)
    with deadline():
        matches(HARD[pattern] * 200_000)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "a)",
        "[",
        "[]",
        "[a",
        "a{",
        "a{2",
        "a{2,1}",
        "*a",
        "+",
        "?",
        "\\",
        "\\y",
        "\\p{Xx}",
        "\\p{IsNothing}",
        "[b-a]",
        "a**",
        "[a-z-[b]x]",
    ],
)
def test_an_invalid_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("([0-9]?){40}", "1" * 41, False),
        ("(a?){50}b", "a" * 51, False),
        ("(a?|c){30}b", "a" * 30, False),
        ("(a{0,3}b?){30}", "ab" * 31, False),
        ("(a{0,3}b?){30}", "aaab" * 30, True),
        ("((a{0,9}){0,9}){0,9}", "a" * 730, False),
        ("((a{0,9}){0,9}){0,9}", "a" * 729, True),
        ("(a?|b?)(c?|d?)" * 20, "!", False),
        ("".join(f"({chr(0x4E00 + 2 * n)}?|{chr(0x4E01 + 2 * n)}?)" for n in range(40)), "!", False),
        ("(a{2,})*", "aaaaa", True),
        ("(a{2,})*", "a", False),
        ("(a{2}){0,3}", "aaa", False),
        ("(a{2,3}){2}", "aaaaaaa", False),
        ("a" * 100_000, "a" * 100_000, True),
        ("|".join(f"v{n}x" for n in range(2_000)), "v1999x", True),
        ("|".join(f"v{n}x" for n in range(2_000)), "v2000x", False),
        ("[a-z]{1,20000}", "a" * 20_000, True),
        ("[a-z]{1,20000}", "a" * 20_001, False),
        ("(|){999999999}", "", True),
        ("(a{0}){999999999}", "a", False),
        ("(" * PATTERN_LEVELS + "a" + ")" * PATTERN_LEVELS, "a", True),
    ],
)
def test_no_pattern_takes_long_to_compile_or_to_fail(pattern: str, text: str, expected: bool) -> None:
    with deadline():
        assert compile_pattern(pattern)(text) == expected


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(" * (PATTERN_LEVELS + 1) + "a" + ")" * (PATTERN_LEVELS + 1), "nested more than 32 levels"),
        ("(" * 100_000, "nested more than 32 levels"),
        ("[a-z-" * 100_000, "nested more than 32 levels"),
        ("a{9999999999}", "at most 9 digits"),
        ("a{" + "9" * 5_000 + "}", "at most 9 digits"),
        ("(a{999999999}){999999999}", "too large"),
        ("(.{0,100}x?){0,90}", "too large"),
        ("(" * 8 + "a?a?a?a?a?a?a?a?" + "){8}" * 8 + "b", "too large"),
    ],
)
def test_a_pattern_without_a_linear_time_matcher_is_refused_at_once(pattern: str, words: str) -> None:
    with deadline(), pytest.raises(PatternError, match=words) as refused:
        compile_pattern(pattern)

    assert len(str(refused.value)) < 500


def test_a_pattern_too_large_to_run_in_linear_time_is_refused() -> None:
    with pytest.raises(PatternError, match="too large"):
        compile_pattern("((a|ab|b){1,200}b){1,200}")
