"""Differences of the text of an element (XSD 1.0 Part 1 §3.3.4 clause 5, §3.4.4 clause 2)."""

from __future__ import annotations

from schemapress.diff.inclusion import value_space
from schemapress.diff.inclusion.difference import value_constraint
from schemapress.diff.inclusion.difference.pair import (
    Difference,
    Found,
    Pair,
    Sides,
    is_mixed,
    may_have_space,
    model_of,
    text_type,
)
from schemapress.diff.inclusion.undecided import Undecided
from schemapress_runtime.xsd.builtin import BUILTIN


def differences(pair: Pair, sides: Sides) -> Found:
    """Yield the differences of the texts that an element can have.

    Raises:
        Undecided: none was found, and there may be one.
    """
    narrow, wide = text_type(pair.narrow_type), text_type(pair.wide_type)
    if narrow is not None and wide is not None:
        for aspect, text in value_constraint.outside_element(pair):
            yield _difference(aspect, pair, sides, text)
        return
    if value_constraint.is_constrained(pair):
        yield from _constrained_mixed(pair, sides)
        return
    if wide is None and is_mixed(pair.wide_type):
        return
    if narrow is not None:
        text = sides.examples.text(narrow, None)
        if not text.strip():
            raise Undecided(f"simple type {narrow.label} and no text")
        yield _difference("type", pair, sides, text)
    elif is_mixed(pair.narrow_type):
        if not model_of(pair.narrow_type).start.accepts:
            yield from _between_children(pair, sides)
            return
        if wide is None:
            yield _difference("mixed", pair, sides, "a")
            return
        found = value_space.outside(BUILTIN["string"], wide)
        if found is not None:
            yield _difference("type", pair, sides, found)
    elif wide is not None:
        texts = ("", " ") if may_have_space(pair.narrow_type) else ("",)
        refused = next((one for one in texts if not value_space.takes(wide, one)), None)
        if refused is not None and model_of(pair.narrow_type).start.accepts:
            yield _difference("type", pair, sides, refused)


def _between_children(pair: Pair, sides: Sides) -> Found:
    """Yield that text is refused beside the children that an element must have."""
    element = sides.shell(pair)
    element.text = "a"
    yield Difference("mixed" if text_type(pair.wide_type) is None else "type", "", pair, element)


def _constrained_mixed(pair: Pair, sides: Sides) -> Found:
    """Yield the difference of mixed contents with a fixed value, where there is one in the text alone."""
    same = (pair.narrow.fixed, pair.narrow.default) == (pair.wide.fixed, pair.wide.default)
    if same and is_mixed(pair.narrow_type) and is_mixed(pair.wide_type):
        return
    if pair.wide.fixed is None and is_mixed(pair.wide_type) and text_type(pair.narrow_type) is None:
        return
    if pair.wide.fixed is not None and pair.narrow.fixed is None and is_mixed(pair.narrow_type):
        text = "a" if pair.wide.fixed != "a" else "b"
        if model_of(pair.narrow_type).start.accepts:
            yield _difference("fixed-value", pair, sides, text)
            return
    raise Undecided("a fixed or default value")


def _difference(aspect: str, pair: Pair, sides: Sides, text: str) -> Difference:
    element = sides.shell(pair, [])
    element.text = text
    return Difference(aspect, "", pair, element)
