"""Inclusion of content models, against every short sequence of children."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, reject

from schemapress.inclusion import content
from schemapress.inclusion.content import compare_models, representatives
from schemapress_runtime.verdict import GiveUp
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.model_tree import ModelNode, all_node, choice_node, sequence_node
from schemapress_runtime.xsd.wildcard import Wildcard
from tests.schemapress_runtime.xsd.test_content_model import accepts, leaf, particles


def separating(narrow: ModelNode[str], wide: ModelNode[str]) -> str | None:
    word = compare_models(ContentModel(narrow), ContentModel(wide)).separating
    return None if word is None else "".join(word)


def wildcard(*namespaces: str, minimum: int = 1) -> ModelNode[str]:
    admits = Wildcard("enumeration", namespaces).admits if namespaces else Wildcard("any").admits
    return ModelNode("any", minimum, 1, declarations={"": "wildcard"}, admits=admits)


@given(particles, particles)
def test_the_separating_sequence_is_as_short_as_any_that_one_model_accepts_and_the_other_refuses(
    narrow: ModelNode[str], wide: ModelNode[str]
) -> None:
    one, other = ContentModel(narrow), ContentModel(wide)

    try:
        word = compare_models(one, other).separating
    except GiveUp:
        reject()  # the pair has more pairs of states than are looked at

    if word is not None:
        assert accepts(one, "".join(word))
        assert not accepts(other, "".join(word))
    shorter = range(6 if word is None else min(len(word), 6))
    for length in shorter:
        for letters in itertools.product("abc", repeat=length):
            assert not accepts(one, "".join(letters)) or accepts(other, "".join(letters)), letters


@given(particles)
def test_every_model_includes_itself(particle: ModelNode[str]) -> None:
    model = ContentModel(particle)

    assert compare_models(model, model).separating is None


@given(particles, particles)
def test_each_meeting_stands_in_a_sequence_that_the_narrow_model_accepts(
    narrow: ModelNode[str], wide: ModelNode[str]
) -> None:
    model = ContentModel(narrow)

    meetings = compare_models(model, ContentModel(wide)).meetings

    for meeting in meetings:
        assert accepts(model, "".join((*meeting.before, meeting.tag, *meeting.after)))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (
            sequence_node(leaf("a"), sequence_node(leaf("b"), leaf("c"))),
            sequence_node(sequence_node(leaf("a"), leaf("b")), leaf("c")),
        ),
        (choice_node(leaf("a"), leaf("b")), choice_node(leaf("b"), leaf("a"))),
        (sequence_node(leaf("a"), leaf("b")), all_node(leaf("b"), leaf("a"))),
        (sequence_node(leaf("a", 2, 3), minimum=2, maximum=2), leaf("a", 4, 6)),
        (leaf("a", 4, 6), sequence_node(leaf("a", 2, 3), minimum=2, maximum=2)),
        (
            choice_node(leaf("a"), leaf("b"), minimum=0, maximum=None),
            choice_node(leaf("a", 0, None), leaf("b"), maximum=None),
        ),
    ],
)
def test_another_way_to_write_a_model_changes_nothing(narrow: ModelNode[str], wide: ModelNode[str]) -> None:
    assert separating(narrow, wide) is None


@pytest.mark.parametrize(
    ("narrow", "wide", "word"),
    [
        (leaf("a", 0), leaf("a"), ""),
        (sequence_node(leaf("a"), leaf("b", 0)), leaf("a"), "ab"),
        (leaf("a", 0, 4), leaf("a", 0, 3), "aaaa"),
        (all_node(leaf("a"), leaf("b")), sequence_node(leaf("a"), leaf("b")), "ba"),
        (choice_node(leaf("a"), leaf("b")), leaf("b"), "a"),
    ],
)
def test_a_shortest_sequence_shows_a_narrowed_model(narrow: ModelNode[str], wide: ModelNode[str], word: str) -> None:
    assert separating(narrow, wide) == word


def test_a_counter_is_a_number_not_copies() -> None:
    narrow, wide = leaf("a", 0, 20_000), leaf("a", 0, 19_999)

    word = compare_models(ContentModel(narrow), ContentModel(wide)).separating

    assert word == ("a",) * 20_000


def test_too_many_states_are_never_taken_for_inclusion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_STATE_PAIRS", 100)

    with pytest.raises(GiveUp, match="more than 100 pairs"):
        compare_models(ContentModel(leaf("a", 0, 5_000)), ContentModel(leaf("a", 0, 5_001)))


def test_a_wildcard_takes_names_of_its_namespaces_alone() -> None:
    names = representatives(["urn:one", "urn:two"], [])
    narrow, wide = ContentModel(wildcard("urn:one", "urn:two")), ContentModel(wildcard("urn:one"))

    assert compare_models(narrow, wide, names).separating == ("{urn:two}any",)
    assert compare_models(wide, narrow, names).separating is None


def test_any_element_is_wider_than_those_of_a_list() -> None:
    names = representatives(["urn:one"], ["{urn:one}any"])

    assert compare_models(ContentModel(wildcard("urn:one")), ContentModel(wildcard()), names).separating is None
    assert compare_models(ContentModel(wildcard()), ContentModel(wildcard("urn:one")), names).separating == (
        "any-other",
    )


def test_an_element_meets_the_wildcard_that_admits_it() -> None:
    (meeting,) = compare_models(ContentModel(leaf("a")), ContentModel(wildcard())).meetings

    assert (meeting.tag, meeting.narrow, meeting.wide) == ("a", "a", "wildcard")
