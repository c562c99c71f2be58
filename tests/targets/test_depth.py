"""Long and deep schemas: packages of them are built, or they are refused with an error."""

from __future__ import annotations

import pytest

from schemapress.errors import SchemapressError
from schemapress.targets.bindings.modules import BindingsModules
from tests.conftest import schema
from tests.hostile.packages import package_of

_MODULE = """from dataclasses import dataclass, field
from enum import Enum


class T(Enum):
    A = "a"


@dataclass(kw_only=True)
class R:
    x: {} = field()
"""


def test_the_types_of_a_union_of_many_members_are_read() -> None:
    module = BindingsModules({"bindings": _MODULE.format(" | ".join(["str", "T", *["int"] * 1_500]))})

    field = module.shapes().roots["R"].text
    assert field is not None
    assert (field.type, field.enumeration, field.is_list) == ("", True, False)


@pytest.mark.parametrize(
    "annotation", ["R" + ".R" * 3_000, "list[" * 150 + "R" + "]" * 150, "list[" * 5_000, "'" + "R." * 3_000 + "R'"]
)
def test_an_annotation_that_is_nested_deep_is_no_traceback(annotation: str) -> None:
    try:
        BindingsModules({"bindings": _MODULE.format(annotation)}).shapes()
    except SchemapressError as refused:
        assert "xsdata wrote a module of bindings that is not safe to use" in str(refused)


def test_a_union_of_many_types_is_bound() -> None:
    enumerated = "".join(
        f'<xs:simpleType name="t{number}"><xs:restriction base="xs:string"><xs:enumeration value="v{number}"/>'
        "</xs:restriction></xs:simpleType>"
        for number in range(1_200)
    )
    members = " ".join(f"t{number}" for number in range(1_200))
    union = f'<xs:simpleType><xs:union memberTypes="{members}"/></xs:simpleType>'
    content = f'<xs:complexType><xs:sequence><xs:element name="c">{union}</xs:element></xs:sequence></xs:complexType>'
    with package_of({"demo.xsd": schema(f'{enumerated}<xs:element name="r">{content}</xs:element>')}) as (package, _):
        message = package.decode(b"<r><c>v1100</c></r>")

        assert message.c.value == "v1100"
        assert package.decode(package.encode(message)) == message


def test_types_that_hold_one_another_in_hundreds_of_levels_are_bound() -> None:
    last = 600
    held = "".join(
        f'<xs:complexType name="g{number}"><xs:sequence>'
        + (f'<xs:element name="e" type="g{number + 1}" minOccurs="0"/>' if number < last else "")
        + "</xs:sequence></xs:complexType>"
        for number in reversed(range(last + 1))
    )
    with package_of({"demo.xsd": schema(f'{held}<xs:element name="r" type="g0"/>')}) as (package, _):
        message = package.decode(b"<r>" + b"<e>" * 200 + b"</e>" * 200 + b"</r>")

        assert package.decode(package.encode(message)) == message
