"""Packages that are imported into one process: each knows its own classes alone, though they have names in common."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from schemapress_runtime.codec.messages import Messages
from schemapress_runtime.xsd.components import Declarations
from tests.conftest import schema
from tests.hostile.packages import package_of

UNTYPED = schema(
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>'
    "</xs:element>"
)
LAX = schema(
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:any processContents="lax"/></xs:sequence></xs:complexType>'
    '</xs:element><xs:element name="a"><xs:complexType><xs:attribute name="x"/></xs:complexType></xs:element>'
)
DERIVED = schema(
    '<xs:complexType name="B"/><xs:complexType name="A"><xs:complexContent><xs:extension base="B">'
    '<xs:attribute name="x"/></xs:extension></xs:complexContent></xs:complexType><xs:element name="r">'
    '<xs:complexType><xs:sequence><xs:element name="a" type="B"/></xs:sequence></xs:complexType></xs:element>'
)
OTHER = schema(
    '<xs:element name="a"/><xs:complexType name="A"><xs:attribute name="y"/></xs:complexType>'
    '<xs:element name="r" type="xs:int"/>'
)
NONE = Declarations({}, {}, {})
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture(params=["vendored", "installed"])
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def other(runtime: str) -> Iterator[ModuleType]:
    """A package with elements and types of the same names."""
    with package_of({"demo.xsd": OTHER}, f'runtime = "{runtime}"') as (package, _):
        assert package.decode(b"<r>1</r>").value == 1
        yield package


@pytest.mark.parametrize(
    ("xsd", "document"),
    [
        (UNTYPED, '<r><a x="1"><q/></a></r>'),
        (LAX, '<r><a x="1"/></r>'),
        (DERIVED, f'<r {XSI}><a xsi:type="A" x="1"/></r>'),
    ],
    ids=["an element of any type", "a lax wildcard", "a derived type"],
)
def test_another_package_changes_nothing(xsd: str, document: str, runtime: str, other: ModuleType) -> None:
    with package_of({"demo.xsd": xsd}, f'runtime = "{runtime}"') as (package, _):
        value = package.decode(document.encode())
        other.decode(b"<a/>")

        assert value == package.decode(document.encode())
        assert b'x="1"' in package.encode(value)
        assert package.decode(package.encode(value)) == value
        assert package.from_json(package.to_json(value), type(value)) == value
        of = {type(one).__module__.partition(".")[0] for one in vars(value).values()}
        assert of <= {package.__name__, "xsdata", "builtins"}


def test_names_that_begin_alike_are_told_apart() -> None:
    one, other = ModuleType("api.bindings"), ModuleType("api.bindings_2")
    element = type("A", (), {"__module__": "api.bindings_2"})

    assert not Messages({}, one, NONE).owns(element)
    assert Messages({}, other, NONE).owns(element)
