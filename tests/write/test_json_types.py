"""The types of JSON, which capture reads and `write` prints."""

from __future__ import annotations

import json

import pytest

from schemapress.write.json_types import ANY, JSON_TYPES, SCALARS, TYPES, builtin_of, type_of_values
from schemapress_runtime.xsd.builtin import BUILTIN


def test_each_row_has_a_type_of_json_and_a_built_in_type() -> None:
    assert {row.type for row in JSON_TYPES} == set(SCALARS.values())
    assert {row.builtin for row in JSON_TYPES} <= BUILTIN.keys()
    assert ANY not in TYPES


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ('["a", "b"]', "string"),
        ("[true]", "boolean"),
        ("[1, null, 2]", "integer"),
        ("[1.0]", "number"),
        ("[1, 1.5]", ""),
        ("[null]", ""),
        ('[{"a": 1}]', ""),
        ("[]", ""),
    ],
)
def test_the_type_of_values_is_the_one_that_all_have(values: str, expected: str) -> None:
    assert type_of_values(json.loads(values)) == expected


def test_a_format_without_a_built_in_type_leaves_that_of_its_type() -> None:
    assert builtin_of("integer", "int32") == "int"
    assert builtin_of("integer", "huge") == "integer"
    assert builtin_of("file") == "string"
