"""Large all-groups, compared without their states, held against the comparison that explores all states."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from schemapress.inclusion import all_group, content
from schemapress.inclusion.content import compare_models
from schemapress_runtime.xsd.content_model import ContentModel
from schemapress_runtime.xsd.model_tree import ModelNode, all_node, choice_node, sequence_node
from tests.schemapress_runtime.xsd.test_content_model import accepts, leaf


def some_all(chance: random.Random) -> ModelNode[str]:
    tags = chance.sample("abcd", chance.randint(1, 4))
    return all_node(*(leaf(tag, chance.randint(0, 1)) for tag in tags), minimum=chance.choice([0, 1, 1]))


def other(chance: random.Random) -> ModelNode[str]:
    kind = chance.random()
    if kind < 0.4:
        return some_all(chance)
    leaves = [
        leaf(tag, chance.randint(0, 1), chance.choice([1, 1, 2])) for tag in chance.sample("abcd", chance.randint(1, 4))
    ]
    if kind < 0.7:
        return sequence_node(*leaves, minimum=chance.randint(0, 1))
    return choice_node(*leaves, minimum=0, maximum=chance.choice([1, 2, None]))


@pytest.mark.parametrize("seed", range(400))
def test_the_answer_is_the_one_of_exploring_all_states(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    particles = [some_all(chance), other(chance)]
    chance.shuffle(particles)
    narrow, wide = ContentModel(particles[0]), ContentModel(particles[1])
    states = compare_models(narrow, wide)

    monkeypatch.setattr(all_group, "FEW", 0)
    direct = compare_models(narrow, wide)

    assert (direct.separating is None) == (states.separating is None)
    if direct.separating is not None:
        assert accepts(narrow, "".join(direct.separating))
        assert not accepts(wide, "".join(direct.separating))
    for meeting in direct.meetings:
        assert accepts(narrow, "".join((*meeting.before, meeting.tag, *meeting.after)))
    met = {(one.tag, one.narrow, one.wide) for one in direct.meetings}
    assert {(one.tag, one.narrow, one.wide) for one in states.meetings} <= met


@pytest.mark.parametrize(("make", "lies_in"), [(all_node, True), (sequence_node, False)])
def test_a_hundred_elements_need_no_states(
    make: Callable[..., ModelNode[str]], lies_in: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves = [(f"e{number}", number % 2) for number in range(100)]
    narrow = ContentModel(all_node(*(leaf(*one) for one in leaves)))
    wide = ContentModel(make(*(leaf(*one) for one in leaves)))
    monkeypatch.setattr(content, "MOST_STATE_PAIRS", 1_000)

    assert (compare_models(narrow, wide).separating is None) == lies_in
    assert compare_models(wide, narrow).separating is None
