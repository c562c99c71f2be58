"""Differences of two content models: each is found once, and none hides another."""

from __future__ import annotations

import pytest
from hypothesis import given

from schemapress.inclusion.content import compare_models
from schemapress.inclusion.separation import find_separations
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.model_tree import ModelNode, all_node, choice_node, sequence_node
from tests.schemapress_runtime.xsd.test_content_model import accepts, leaf, particles


def describe(narrow: ModelNode[str], wide: ModelNode[str]) -> list[tuple[str, str, str]]:
    differences = find_separations(ContentModel(narrow), ContentModel(wide)).differences
    return [(separation.cause, separation.tag, "".join(separation.tags)) for separation in differences]


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (sequence_node(leaf("a"), leaf("b", 0)), leaf("a"), [("unknown", "b", "ab")]),
        (leaf("a", 0), leaf("a"), [("missing", "a", "")]),
        (leaf("a", 0, 4), leaf("a", 0, 3), [("repeated", "a", "aaaa")]),
        (all_node(leaf("a"), leaf("b")), sequence_node(leaf("a"), leaf("b")), [("order", "b", "ba")]),
        (choice_node(leaf("a"), leaf("b")), leaf("a"), [("unknown", "b", "b")]),
        (
            sequence_node(leaf("x", 0), leaf("y", 0), leaf("a", 0, 2), leaf("b")),
            sequence_node(leaf("a", 0), leaf("b"), leaf("z")),
            [("missing", "z", "b"), ("unknown", "x", "xb"), ("unknown", "y", "yb"), ("repeated", "a", "aab")],
        ),
        (
            sequence_node(sequence_node(leaf("a"), leaf("b"), minimum=0, maximum=3), leaf("c")),
            sequence_node(sequence_node(leaf("a"), leaf("b"), minimum=1, maximum=2), leaf("c")),
            [("missing", "a", "c"), ("missing", "b", "c"), ("repeated", "a", "abababc")],
        ),
    ],
)
def test_each_way_in_which_a_sequence_is_refused_is_reported_once(
    narrow: ModelNode[str], wide: ModelNode[str], expected: list[tuple[str, str, str]]
) -> None:
    assert sorted(describe(narrow, wide)) == sorted(expected)


@given(particles, particles)
def test_each_separation_has_a_sequence_that_separates_the_models(narrow: ModelNode[str], wide: ModelNode[str]) -> None:
    one, other = ContentModel(narrow), ContentModel(wide)

    differences = find_separations(one, other).differences

    assert bool(differences) == (compare_models(one, other).separating is not None)
    for separation in differences:
        assert accepts(one, "".join(separation.tags))
        assert not accepts(other, "".join(separation.tags))
    assert len({(separation.cause, separation.tag) for separation in differences}) == len(differences)


def test_children_after_an_unknown_child_are_compared_too() -> None:
    narrow = ContentModel(sequence_node(leaf("x"), leaf("a")))

    meetings = find_separations(narrow, ContentModel(leaf("a"))).meetings

    assert [meeting.tag for meeting in meetings] == ["a"]
