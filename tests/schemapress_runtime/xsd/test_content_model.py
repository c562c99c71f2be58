"""Content models, against an independent statement of what they mean: regular expressions of Python."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemapress_runtime.xsd.content_model import ContentModel, TooManyConfigurations
from schemapress_runtime.xsd.model_tree import ModelNode, all_node, choice_node, sequence_node

Model = ContentModel[str]


def leaf(tag: str, minimum: int = 1, maximum: int | None = 1) -> ModelNode[str]:
    return ModelNode("element", minimum, maximum, declarations={tag: tag})


def accepts(model: Model, word: str) -> bool:
    state = model.start
    for tag in word:
        step = state[tag]
        if step is None:
            return False
        state = step[0]
    return state.accepts


def as_expression(particle: ModelNode[str]) -> str:
    if particle.kind == "element":
        (inner,) = particle.declarations
    elif particle.kind == "all":
        orders = itertools.permutations([as_expression(child) for child in particle.children])
        inner = "(?:" + "|".join("".join(order) for order in orders) + ")"
    else:
        inner = "(?:" + ("|" if particle.kind == "choice" else "").join(map(as_expression, particle.children)) + ")"
    upper = "" if particle.maximum is None else particle.maximum
    return f"(?:{inner}){{{particle.minimum},{upper}}}"


occurs = st.sampled_from([(0, 1), (1, 1), (0, None), (1, None), (2, 3), (0, 2), (2, None), (3, 3)])
leaves = st.builds(lambda tag, times: leaf(tag, *times), st.sampled_from("abc"), occurs)


def groups(children: st.SearchStrategy[ModelNode[str]]) -> st.SearchStrategy[ModelNode[str]]:
    return st.builds(
        lambda make, parts, times: make(*parts, minimum=times[0], maximum=times[1]),
        st.sampled_from([sequence_node, choice_node]),
        st.lists(children, min_size=1, max_size=3),
        occurs,
    )


particles = st.recursive(leaves, groups, max_leaves=5)


@given(particles, st.text("abc", max_size=8))
def test_a_model_accepts_what_the_same_regular_expression_matches(particle: ModelNode[str], word: str) -> None:
    expected = re.fullmatch(as_expression(particle), word) is not None

    assert accepts(ContentModel(particle), word) == expected


@given(st.lists(st.tuples(st.sampled_from([0, 1])), min_size=1, max_size=3), st.text("abc", max_size=4))
def test_an_all_group_takes_each_of_its_elements_once_in_any_order(minimums: list[tuple[int]], word: str) -> None:
    particle = all_node(*[leaf(tag, minimum) for tag, (minimum,) in zip("abc", minimums, strict=False)])

    assert accepts(ContentModel(particle), word) == (re.fullmatch(as_expression(particle), word) is not None)


def test_a_loop_inside_a_loop_is_decided_exactly() -> None:
    model = ContentModel(sequence_node(leaf("a", 2, 3), minimum=2, maximum=2))

    assert [count for count in range(8) if accepts(model, "a" * count)] == [4, 5, 6]


counters = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1] or 1))


def lengths(levels: list[tuple[int, int]]) -> set[int]:
    """Return the numbers of elements that nested counters admit, by sums."""
    admitted = {1}
    for minimum, maximum in levels:
        sums = {0}
        found = {0} if minimum == 0 else set()
        for times in range(1, maximum + 1):
            sums = {one + other for one in sums for other in admitted if one + other <= 60}
            found |= sums if times >= minimum else set()
        admitted = found
    return admitted


@given(st.lists(counters, min_size=2, max_size=4))
def test_nested_counters_are_decided_exactly(levels: list[tuple[int, int]]) -> None:
    particle = leaf("a", *levels[0])
    for minimum, maximum in levels[1:]:
        particle = sequence_node(particle, minimum=minimum, maximum=maximum)
    model = ContentModel(particle)

    try:
        found = {count for count in range(61) if accepts(model, "a" * count)}
    except TooManyConfigurations:
        assert sum(minimum > 2 for minimum, _ in levels) > 1
        return

    assert found == lengths(levels)


def test_nested_counters_that_may_be_left_out_do_not_multiply() -> None:
    inner = sequence_node(leaf("a", 0, 10), leaf("b", 0, 10), minimum=0, maximum=50)
    state = ContentModel(sequence_node(inner, maximum=100)).start

    for tag in "ab" * 100:
        step = state[tag]
        assert step is not None
        state = step[0]
        assert state.configurations is not None
        assert len(state.configurations) <= 4


def test_counters_that_can_be_in_too_many_combinations_are_given_up() -> None:
    particle = leaf("a", 1, 1000)
    for _ in range(2):
        particle = sequence_node(particle, minimum=500, maximum=1000)

    with pytest.raises(TooManyConfigurations):
        accepts(ContentModel(particle), "a" * 300)


def test_a_counter_of_a_hundred_thousand_makes_no_states_ahead() -> None:
    model = ContentModel(sequence_node(leaf("a", 0, 100_000), leaf("b")))

    assert accepts(model, "aab")
    assert len(model._states) < 10


def test_a_counter_counts_to_its_end() -> None:
    model = ContentModel(sequence_node(leaf("a", 3, 5_000)))

    assert not accepts(model, "aa")
    assert accepts(model, "a" * 5_000)
    assert not accepts(model, "a" * 5_001)


def test_the_path_to_a_tag_names_what_is_missing_on_the_way() -> None:
    model = ContentModel(sequence_node(leaf("a"), leaf("b", 0), leaf("c"), leaf("d")))

    missing = model.path(model.start, "d")

    assert missing is not None
    assert [tag for _, tag in missing] == ["a", "c"]


def test_there_is_no_path_back() -> None:
    model = ContentModel(sequence_node(leaf("a"), leaf("b")))
    step = model.start["a"]
    assert step is not None

    assert model.path(step[0], "a") is None


@pytest.mark.parametrize("particle", [sequence_node(), choice_node(minimum=0), sequence_node(leaf("a", 0, 0))])
def test_a_model_without_elements_accepts_nothing_but_nothing(particle: ModelNode[str]) -> None:
    assert accepts(ContentModel(particle), "")
    assert not accepts(ContentModel(particle), "a")
