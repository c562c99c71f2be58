"""Components that are made when they are first asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import ComplexType, Declarations, Type
from schemapress_runtime.xsd.on_demand import GlobalElement, GlobalElements, Once, OnDemand

STRING = BUILTIN["string"]


def test_threads_that_ask_at_once_get_the_same_component() -> None:
    together = Barrier(8)
    types: OnDemand[Type] = OnDemand()

    @types.named("T")
    def make() -> ComplexType:
        return ComplexType("T")

    def ask(_: int) -> Type:
        together.wait()
        return types["T"]

    with ThreadPoolExecutor(8) as pool:
        made = set(map(id, pool.map(ask, range(8))))

    assert made == {id(make())}


def test_what_raised_is_called_again() -> None:
    answers = iter([ZeroDivisionError, None])

    @Once
    def make() -> int:
        if (error := next(answers)) is not None:
            raise error
        return 1

    with pytest.raises(ZeroDivisionError):
        make()
    assert (make(), make()) == (1, 1)


def test_names_are_known_without_a_component() -> None:
    made: list[str] = []

    def make() -> ComplexType:
        made.append("T")
        return ComplexType("T")

    types: OnDemand[Type] = OnDemand({"T": make})

    assert (list(types), len(types), "T" in types, "U" in types, types.get("U")) == (["T"], 1, True, False, None)
    assert made == []
    assert types["T"] is types.get("T") is types["T"]
    assert made == ["T"]
    with pytest.raises(KeyError):
        types["U"]


def test_substitution_groups_are_known_without_their_other_members() -> None:
    @Once
    def refuse() -> ComplexType:
        raise AssertionError("this type is not needed")

    elements = GlobalElements(
        {
            "head": GlobalElement(STRING),
            "member": GlobalElement(STRING, substitution_group="head"),
            "other": GlobalElement(refuse),
            "of other": GlobalElement(refuse, substitution_group="other"),
        }
    )
    declarations = Declarations(elements, {}, {}, heads=elements.heads)

    assert list(declarations.substitutes("head")) == ["head", "member"]
    assert declarations.reference("member", minimum=0).term is elements["member"]
