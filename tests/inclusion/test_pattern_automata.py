"""Inclusion of patterns, against texts that are tried one by one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress.inclusion.pattern_automata import compare_patterns, list_words
from schemapress.inclusion.result import ComparisonResult, Included, NotIncluded, Undecided
from schemapress_runtime.xsd.pattern import compile_pattern

quantifiers = st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}", "{2,}"])
atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "[a-z-[b]]"])
patterns = st.recursive(
    st.builds("".join, st.tuples(atoms, quantifiers)),
    lambda inner: st.one_of(
        st.builds("".join, st.lists(inner, min_size=1, max_size=3)),
        st.builds(
            lambda parts, times: f"({'|'.join(parts)}){times}", st.lists(inner, min_size=1, max_size=2), quantifiers
        ),
    ),
    max_leaves=4,
)


@given(patterns, patterns)
def test_the_example_is_as_short_as_any_text_that_one_pattern_matches_and_the_other_does_not(
    narrow: str, wide: str
) -> None:
    in_narrow, in_wide = compile_pattern(narrow), compile_pattern(wide)

    result = compare_patterns([[narrow]], [wide])
    text = result.example if isinstance(result, NotIncluded) else None

    if text is not None:
        assert in_narrow(text)
        assert not in_wide(text)
    for length in range(4 if text is None else min(len(text), 4)):
        for letters in itertools.product("ab0 \n", repeat=length):
            assert not in_narrow("".join(letters)) or in_wide("".join(letters)), letters


@given(st.lists(patterns, min_size=2, max_size=3), patterns)
def test_a_text_matches_a_pattern_of_each_step(steps: list[str], wide: str) -> None:
    in_steps, in_wide = [compile_pattern(step) for step in steps], compile_pattern(wide)

    result = compare_patterns([[step] for step in steps], [wide])
    text = result.example if isinstance(result, NotIncluded) else None

    if text is not None:
        assert all(matches(text) for matches in in_steps)
        assert not in_wide(text)
    for length in range(4 if text is None else min(len(text), 4)):
        for letters in itertools.product("ab0 \n", repeat=length):
            assert not all(matches("".join(letters)) for matches in in_steps) or in_wide("".join(letters)), letters


@given(st.lists(patterns, min_size=1, max_size=2))
def test_words_match_a_pattern_of_each_step(steps: list[str]) -> None:
    words = list_words([[step] for step in steps], 10)

    assert len(set(words)) == len(words)
    assert all(compile_pattern(step)(word) for step in steps for word in words)


URL = (
    r"(https?|ftp)://([a-zA-Z0-9][a-zA-Z0-9-]*\.)+"
    rf"({'|'.join(f'{a}{b}{c}' for a in 'abcd' for b in 'xy' for c in ('o', 'om', 'net', 'org', 'pl'))})"
    r"(:[0-9]{1,5})?(/[^\s?#]*)?(\?[^#\s]*)?(#.*)?"
)
"""A URL with forty alternatives."""

LARGE: list[tuple[list[list[str]], list[str], ComparisonResult[str]]] = [
    ([[URL]], [URL.replace("cxpl", "cxpl|pl")], Included()),
    ([[URL.replace("cxpl", "cxpl|pl")]], [URL], NotIncluded("ftp://a.pl")),
    ([[URL], [r"(\S+( \S+)*)?"], [r"[\s\S]{0,512}"]], [URL], Included()),
    ([["[A-Z]{1,999}"]], ["[A-Z]{1,1000}"], Included()),
    ([["[A-Z]{1,999}"]], ["[A-Z]{1,998}"], NotIncluded("A" * 999)),
    ([[r"(\d\d?){0,500}"]], [r"\d{0,1000}"], Included()),
    ([[r"(\d{2}){0,500}"]], [r"(\d\d?){0,500}"], Included()),
    ([[r"(\d{2}){0,500}"]], [r"(\d{2}){0,499}"], NotIncluded("0" * 1_000)),
    ([[r"\p{L}{1,50}"]], [r"(\p{Lu}|\p{Ll}|\p{Lt}|\p{Lm}|\p{Lo}){1,50}"], Included()),
    ([[r"\i\c{0,254}"]], [r"[\i\d]\c*"], Included()),
    ([[f"word{number}" for number in range(400)]], [r"word\d{1,3}"], Included()),
    ([["([a-z]{1,63}\\.){1,10}[a-z]{2,64}"], [r"[\s\S]{0,255}"]], ["([a-z]{1,64}\\.){1,10}[a-z]{2,64}"], Included()),
]


@pytest.mark.parametrize(("narrow", "wide", "result"), LARGE)
def test_large_patterns_are_decided(narrow: list[list[str]], wide: list[str], result: ComparisonResult[str]) -> None:
    assert compare_patterns(narrow, wide) == result


def test_a_pattern_that_takes_too_many_steps_is_tried_with_samples() -> None:
    hard = "(a|b)*a(a|b){20}"

    assert isinstance(compare_patterns([[f"{hard}c"]], [f"{hard}(b*c)"]), Included | Undecided)
    assert isinstance(compare_patterns([[f"{hard}b*a"]], [f"{hard}b*c"]), NotIncluded)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (["[A-F]{2}"], [r"\i\c"]),
        (["a", "b"], ["[ab]"]),
        (["[ab]"], ["a", "b"]),
        (["(ab)*a"], ["a(ba)*"]),
        (["[0-9]{1,900}"], [r"\d{0,1000}"]),
        ([r"\p{Lu}"], [r"\p{L}"]),
        (["[a-z-[aeiou]]"], ["[^aeiou]"]),
        (["a{0}"], ["b{0,0}"]),
    ],
)
def test_a_wider_pattern_includes_a_narrower_one(narrow: list[str], wide: list[str]) -> None:
    assert compare_patterns([narrow], wide) == Included()


@pytest.mark.parametrize(
    ("narrow", "wide", "text"),
    [
        ([r"\d{3}"], [r"[1-9]\d{2}"], "000"),
        (["a", "bb"], ["a"], "bb"),
        ([r"\d"], ["[0-9]"], "\u0660"),
        (["a{1,1000}"], ["a{1,999}"], "a" * 1_000),
        ([".*"], [r"\S*"], " "),
    ],
)
def test_a_text_shows_a_narrowed_pattern(narrow: list[str], wide: list[str], text: str) -> None:
    assert compare_patterns([narrow], wide) == NotIncluded(text)
