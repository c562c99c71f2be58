"""Texts of what may have a fixed or a default value (XSD 1.0 Part 1 §3.3.4 clause 5, §3.5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemapress.diff.inclusion import value_space
from schemapress.diff.inclusion.candidate import candidates
from schemapress.diff.inclusion.difference.pair import Pair, text_type
from schemapress.diff.inclusion.undecided import Undecided
from schemapress_runtime.xsd.components import AttributeUse
from schemapress_runtime.xsd.simple_type import SimpleType


@dataclass(frozen=True)
class _Constrained:
    """A type with the value that a text must have, and what an empty text stands for."""

    type: SimpleType
    fixed: str | None
    stands_for: str | None

    def takes(self, text: str) -> bool:
        if not text and self.stands_for is not None:
            return True
        if not value_space.takes(self.type, text):
            return False
        return self.fixed is None or self.type.parse(text, {}) == self.type.parse(self.fixed, {})


def is_constrained(pair: Pair) -> bool:
    """Whether a fixed or default value says what an empty element stands for."""
    values = (pair.narrow.fixed, pair.narrow.default, pair.wide.fixed, pair.wide.default)
    return any(value is not None for value in values)


def outside_element(pair: Pair) -> Iterator[tuple[str, str]]:
    """Yield, for each aspect in which the texts of an element differ, one that only `narrow` takes.

    Raises:
        Undecided: none was found, and there may be one.
    """
    one, other = text_type(pair.narrow_type), text_type(pair.wide_type)
    assert one is not None
    assert other is not None
    narrow, wide = (
        _Constrained(type_, declaration.fixed, declaration.default if declaration.fixed is None else declaration.fixed)
        for type_, declaration in ((one, pair.narrow), (other, pair.wide))
    )
    yield from _outside(narrow, wide)


def outside_attribute(narrow: AttributeUse, wide: AttributeUse) -> Iterator[tuple[str, str]]:
    """Yield, for each aspect in which the values of an attribute differ, one that only `narrow` takes.

    Raises:
        Undecided: none was found, and there may be one.
    """
    yield from _outside(*(_Constrained(one.type, one.fixed, None) for one in (narrow, wide)))


def _outside(narrow: _Constrained, wide: _Constrained) -> Iterator[tuple[str, str]]:
    if narrow.fixed is None and wide.fixed is None and (narrow.stands_for is None or wide.stands_for is not None):
        stood_for = () if wide.stands_for is None else ("",)
        yield from value_space.outsiders(narrow.type, wide.type, but=stood_for).items()
        return
    texts = candidates(narrow.type, wide.type)
    for value in (narrow.fixed, narrow.stands_for):
        if value is not None:
            texts |= {value, f" {value}", f"0{value}", f"+{value}", f"{value}0", f"{value}.0"}
    found = [text for text in texts if narrow.takes(text) and not wide.takes(text)]
    if found:
        text = min(found, key=lambda text: (not text.strip(), len(text), text))
        yield "fixed-value", text
    elif not _lies_in(narrow, wide):
        raise Undecided("a fixed or default value")


def _lies_in(narrow: _Constrained, wide: _Constrained) -> bool:
    """Whether it is certain that `wide` takes all that `narrow` takes."""
    if narrow.stands_for is not None and not wide.takes(""):
        return False
    if narrow.fixed is not None:
        return wide.takes(narrow.fixed) and value_space.is_finer(narrow.type, wide.type)
    return wide.fixed is None and value_space.includes(wide.type, narrow.type)
