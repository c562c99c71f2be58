"""What separates two content models: each thing once, none hidden by another."""

from __future__ import annotations

import pytest
from hypothesis import given

from schemapress.diff.inclusion.content import compare
from schemapress.diff.inclusion.separation import separations
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.particle import Particle, all_of, choice, sequence
from tests.schemapress_runtime.xsd.test_content_model import accepts, leaf, particles


def told(narrow: Particle[str], wide: Particle[str]) -> list[tuple[str, str, str]]:
    found = separations(ContentModel(narrow), ContentModel(wide)).found
    return [(one.cause, one.tag, "".join(one.sequence)) for one in found]


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (sequence(leaf("a"), leaf("b", 0)), leaf("a"), [("unknown", "b", "ab")]),
        (leaf("a", 0), leaf("a"), [("missing", "a", "")]),
        (leaf("a", 0, 4), leaf("a", 0, 3), [("repeated", "a", "aaaa")]),
        (all_of(leaf("a"), leaf("b")), sequence(leaf("a"), leaf("b")), [("order", "b", "ba")]),
        (choice(leaf("a"), leaf("b")), leaf("a"), [("unknown", "b", "b")]),
        (
            sequence(leaf("x", 0), leaf("y", 0), leaf("a", 0, 2), leaf("b")),
            sequence(leaf("a", 0), leaf("b"), leaf("z")),
            [("missing", "z", "b"), ("unknown", "x", "xb"), ("unknown", "y", "yb"), ("repeated", "a", "aab")],
        ),
        (
            sequence(sequence(leaf("a"), leaf("b"), minimum=0, maximum=3), leaf("c")),
            sequence(sequence(leaf("a"), leaf("b"), minimum=1, maximum=2), leaf("c")),
            [("missing", "a", "c"), ("missing", "b", "c"), ("repeated", "a", "abababc")],
        ),
    ],
)
def test_each_way_in_which_a_sequence_is_refused_is_told_once(
    narrow: Particle[str], wide: Particle[str], expected: list[tuple[str, str, str]]
) -> None:
    assert sorted(told(narrow, wide)) == sorted(expected)


@given(particles, particles)
def test_something_is_told_where_a_sequence_separates_and_each_is_one(
    narrow: Particle[str], wide: Particle[str]
) -> None:
    one, other = ContentModel(narrow), ContentModel(wide)

    found = separations(one, other).found

    assert bool(found) == (compare(one, other).separating is not None)
    for separation in found:
        assert accepts(one, "".join(separation.sequence))
        assert not accepts(other, "".join(separation.sequence))
    assert len({(separation.cause, separation.tag) for separation in found}) == len(found)


def test_children_behind_one_that_is_unknown_are_compared_all_the_same() -> None:
    narrow = ContentModel(sequence(leaf("x"), leaf("a")))

    meetings = separations(narrow, ContentModel(leaf("a"))).meetings

    assert [meeting.tag for meeting in meetings] == ["a"]
