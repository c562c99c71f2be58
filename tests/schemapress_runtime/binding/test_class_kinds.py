"""Objects with fields, of each kind of class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from pydantic import BaseModel

from schemapress_runtime.binding.class_kinds import is_field_without_value


@dataclass
class _Plain:
    items: list[int] = field(default_factory=list)

    @property
    def broken(self) -> object:
        return None.items  # type: ignore[attr-defined]  # the mistake


@dataclass(slots=True)
class _Slotted:
    items: list[int]


class _Model(BaseModel):
    items: list[int]


def _make_plain() -> object:
    value = _Plain()
    del value.items
    return value


@pytest.mark.parametrize("make", [_make_plain, lambda: object.__new__(_Slotted), _Model.model_construct])
def test_a_field_that_was_never_set_is_told_from_a_mistake(make: Callable[[], object]) -> None:
    value = make()

    with pytest.raises(AttributeError) as absent:
        _ = value.items  # type: ignore[attr-defined]  # as code that was emitted for the class
    with pytest.raises(AttributeError) as mistake:
        _ = value.item  # type: ignore[attr-defined]  # the mistake

    assert is_field_without_value(absent.value)
    assert not is_field_without_value(mistake.value)


def test_an_error_within_a_property_is_a_mistake() -> None:
    with pytest.raises(AttributeError) as mistake:
        _ = _Plain().broken

    assert not is_field_without_value(mistake.value)
    assert not is_field_without_value(AttributeError("a mistake"))
