"""The parts of an object that no document can hold, and those that are not read back as they were."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from schemapress_runtime.binding.class_kinds import needed_fields
from schemapress_runtime.binding.object_parts import (
    are_equal,
    differing_parts,
    is_array,
    objects_inside,
    omit_each_field,
    unwritable_parts,
)
from schemapress_runtime.limits import MAX_DEPTH


@dataclass
class Part:
    name: str
    parts: list[Part] = field(default_factory=list)
    number: object = None


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        (Part("a\x00"), "Part.name", "has a character that XML can't hold"),
        (
            Part("a", [Part("b"), Part("c", number=Decimal("1E+5000"))]),
            "Part.parts[1].number",
            "more than 4,300 digits",
        ),
        (Part("a", number=10**5_000), "Part.number", "more than 4,300 digits"),
        (Part("a", number=Part), "Part.number", "is the class Part"),
    ],
)
def test_a_part_that_no_document_can_hold_is_named(value: Part, path: str, message: str) -> None:
    (problem,) = unwritable_parts(value)

    assert (problem.path, problem.code, problem.line) == (path, "encode-value", None)
    assert message in problem.message


def test_an_object_that_contains_itself_is_one_problem() -> None:
    value = Part("a")
    value.parts.append(value)

    (problem,) = unwritable_parts(value)

    assert "contains itself" in problem.message


def test_a_part_of_another_type_says_both_types() -> None:
    (of_text,) = differing_parts(Part("a", number=8), Part("a", number="8"))
    (missing,) = differing_parts(Part("a", number=8), Part("a"))

    assert of_text.message == "Part.number is 8, an int; expected a str."
    assert missing.message == "Part.number is 8; expected a value that is read back as it was written, not as None."


def test_parts_that_differ_are_named_in_order() -> None:
    first, second = Part("a", [Part("b", number=1.0)]), Part("x", [Part("b", number=1)])

    assert [problem.path for problem in differing_parts(first, second)] == ["Part.name", "Part.parts[0].number"]
    assert not list(differing_parts(Part("a", number=float("nan")), Part("a", number=float("nan"))))


def test_deep_objects_can_be_compared() -> None:
    def nest(levels: int) -> Part:
        part = Part("innermost")
        for _ in range(levels):
            part = Part("a", [part])
        return part

    assert are_equal(nest(5_000), nest(5_000))
    assert not are_equal(nest(5_000), nest(5_001))
    assert next(unwritable_parts(nest(MAX_DEPTH * 2))).expected == f"at most {MAX_DEPTH} levels"


def test_the_fields_of_an_object_are_gone_through() -> None:
    value = Part("a", [Part("b")], number=Part("c"))

    assert [path for path, _ in objects_inside(value, "Part")] == ["Part.parts[0]", "Part.number"]
    assert dict(omit_each_field(value))["parts"] == Part("a", [], number=Part("c"))
    assert needed_fields(Part) == {"name"}
    assert (is_array([]), is_array(()), is_array("a")) == (True, True, False)
