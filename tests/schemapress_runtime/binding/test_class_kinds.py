"""Questions about classes and objects have the same answer for dataclasses and for models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
import xsdata.formats.dataclass.compat  # noqa: F401  # first: it loads the plug-in, which can't be loaded before it
from pydantic import BaseModel
from xsdata.formats.dataclass.models.generics import AnyElement, DerivedElement
from xsdata_pydantic.compat import AnyElement as AnyModel
from xsdata_pydantic.compat import DerivedElement as DerivedModel

from schemapress_runtime.binding.class_kinds import (
    field_names,
    is_any_element,
    is_derived,
    is_generic,
    is_model,
    is_object,
    make_object,
    needed_fields,
    replace_fields,
)


@dataclass
class Record:
    number: int
    names: list[str] = field(default_factory=list)
    kind: str = field(default="plain", init=False)


class Model(BaseModel):
    number: int
    names: list[str] = []
    kind: str = "plain"


@pytest.mark.parametrize("class_", [Record, Model])
def test_the_fields_of_a_class(class_: Any) -> None:
    assert field_names(class_) == ("number", "names", "kind")
    assert needed_fields(class_) == {"number"}
    assert is_object(class_)
    assert is_object(class_(number=1))
    assert is_model(class_) == (class_ is Model)


@pytest.mark.parametrize("value", [1, "text", None, int, BaseModel, [Record(1)]])
def test_a_value_without_fields_is_no_object(value: object) -> None:
    assert not is_object(value)


@pytest.mark.parametrize(
    ("any_element", "derived"),
    [
        (AnyElement(qname="a"), DerivedElement("a", 1)),
        (AnyModel(qname="a"), DerivedModel(qname="a", value=1)),
        (AnyModel(qname="a"), DerivedModel[int](qname="a", value=1)),
    ],
)
def test_the_generic_classes_of_xsdata_are_known_in_both_forms(any_element: object, derived: object) -> None:
    assert (is_any_element(any_element), is_derived(any_element)) == (True, False)
    assert (is_any_element(derived), is_derived(derived)) == (False, True)
    assert is_generic(any_element)
    assert is_generic(derived)
    assert not is_generic(Model(number=1))


def test_a_model_checks_its_values_unless_it_can_not_hold_them() -> None:
    derived = DerivedModel(qname="name", value="x")

    assert make_object(Model, {"number": 1, "names": ["a"]}) == Model(number=1, names=["a"])
    assert make_object(Record, {"number": 1}) == Record(1)
    with pytest.raises(ValueError, match="valid integer"):
        make_object(Model, {"number": "one"})
    assert make_object(Model, {"number": None}).number is None
    assert make_object(Model, {"number": 1, "names": ["a", derived]}).names == ["a", derived]


@pytest.mark.parametrize("value", [Record(1), Model(number=1)])
def test_replaced_values_are_in_a_copy_and_not_checked(value: Any) -> None:
    replaced = replace_fields(value, number=(1, 2))

    assert (replaced.number, replaced.names, value.number) == ((1, 2), [], 1)
    assert type(replaced) is type(value)
