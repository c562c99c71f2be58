"""The order of children that a content model accepts, against an independent statement of what it accepts."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from schemapress_runtime.codec.repair import find_accepted_order
from schemapress_runtime.xsd.content_model import Budget, ContentModel
from schemapress_runtime.xsd.model_tree import ModelNode
from tests.schemapress_runtime.xsd.test_content_model import as_expression, particles


@given(particles, st.text("abc", max_size=6))
def test_an_order_is_found_where_there_is_one(particle: ModelNode[str], word: str) -> None:
    expression = re.compile(as_expression(particle))
    words = {"".join(letters) for letters in itertools.permutations(word)}

    order = find_accepted_order(ContentModel(particle), word, Budget())

    assert (order is not None) == any(map(expression.fullmatch, words))
    if order is not None:
        assert sorted(order) == list(range(len(word)))
        assert expression.fullmatch("".join(word[index] for index in order))
        assert all(order.index(one) < order.index(other) for one, other in same_letters(word))
        assert order == list(range(len(word))) or not expression.fullmatch(word)


def same_letters(word: str) -> list[tuple[int, int]]:
    """Return the places of letters in a word that come again, each with a later one of that letter."""
    return [(one, other) for one, other in itertools.combinations(range(len(word)), 2) if word[one] == word[other]]
