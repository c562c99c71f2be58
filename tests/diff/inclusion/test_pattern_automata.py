"""Inclusion of patterns, against texts that are tried one by one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress.diff.inclusion.pattern_automata import compare_patterns
from schemapress.diff.inclusion.result import Included, NotIncluded
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
