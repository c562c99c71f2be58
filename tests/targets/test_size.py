"""What is emitted grows with the schema, and not faster."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from schemapress.build.emit import emit
from schemapress.project import load_project
from schemapress.targets.code import identifier, union_annotation
from tests.conftest import MakeProject, schema


def wide(count: int) -> str:
    """Return a message with many types, each of many fields."""
    fields = "".join(f'<xs:element name="f{number}" type="xs:int" minOccurs="0"/>' for number in range(20))
    types = "".join(
        f'<xs:complexType name="T{number}"><xs:sequence>{fields}</xs:sequence></xs:complexType>'
        for number in range(count)
    )
    uses = "".join(f'<xs:element name="u{number}" type="T{number}"/>' for number in range(count))
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{uses}</xs:sequence></xs:complexType></xs:element>'
    return schema(root + types)


def nested(count: int) -> str:
    """Return a message whose types hold the next one twice, so that writing them out would double each time."""
    types = "".join(
        f'<xs:complexType name="T{number}"><xs:sequence><xs:element name="a" type="T{number + 1}" minOccurs="0"/>'
        f'<xs:element name="b" type="T{number + 1}" minOccurs="0"/></xs:sequence></xs:complexType>'
        for number in range(count)
    )
    end = '<xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence>'
    last = f'<xs:complexType name="T{count}">{end}</xs:complexType>'
    return schema(f'<xs:element name="r" type="T0"/>{types}{last}')


@pytest.mark.parametrize("make", [wide, nested])
def test_twice_the_schema_gives_no_more_than_about_twice_the_code(
    make_project: MakeProject, make: Callable[[int], str]
) -> None:
    sizes = []
    for count in (12, 24):
        project = make_project({"demo.xsd": make(count)})
        loaded = load_project(project)
        (folder,) = loaded.apis()
        files = emit(loaded, folder).files
        sizes.append(sum(len(text) for path, text in files.items() if not path.startswith(("_runtime", "bindings"))))

    assert sizes[1] < sizes[0] * 2.5, sizes


@pytest.mark.parametrize("count", [1, 500, 501, 20_000])
def test_python_reads_the_type_of_any_number_of_messages(count: int) -> None:
    names = [f"T{number}" for number in range(count)]

    tree = ast.parse(union_annotation(map(identifier, names)), mode="eval")

    assert {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} == {*names}
