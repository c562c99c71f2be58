"""Nothing is quadratic: each kind of large document is measured at n and at 2n."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

import schemapress
from tests.conftest import schema

ROWS = (
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="i" maxOccurs="unbounded"><xs:complexType>'
    '<xs:attribute name="a" type="{}"/></xs:complexType></xs:element></xs:sequence></xs:complexType>{}</xs:element>'
)
KEY = '<xs:key name="k"><xs:selector xpath="i"/><xs:field xpath="@a"/></xs:key>'


def rows(count: int) -> str:
    return "<r>" + "".join(f'<i a="n{number}"/>' for number in range(count)) + "</r>"


def text(count: int) -> str:
    return f"<r>{'a' * count}</r>"


def of(facets: str) -> str:
    restriction = f'<xs:restriction base="xs:string">{facets}</xs:restriction>'
    return f'<xs:element name="r"><xs:simpleType>{restriction}</xs:simpleType></xs:element>'


ONE = '<xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="v{}"/></xs:restriction></xs:simpleType>'
UNION = (
    '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="i" maxOccurs="unbounded">'
    "<xs:simpleType><xs:union>"
    + "".join(map(ONE.format, range(500)))
    + "</xs:union></xs:simpleType></xs:element></xs:sequence></xs:complexType></xs:element>"
)

CASES: dict[str, tuple[str, Callable[[int], str], int, bool]] = {
    "siblings": (ROWS.format("xs:string", ""), rows, 100_000, True),
    "identifiers": (ROWS.format("xs:ID", ""), rows, 100_000, True),
    "keys": (ROWS.format("xs:string", KEY), rows, 50_000, True),
    "a counter": (
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="i" type="xs:string" maxOccurs="100000"/>'
        "</xs:sequence></xs:complexType></xs:element>",
        lambda count: "<r>" + "<i/>" * count + "</r>",
        40_000,
        True,
    ),
    "a pattern that backtracks": (of('<xs:pattern value="(a+)+b"/>'), text, 100_000, False),
    "a union of 500 enumerations": (UNION, lambda count: "<r>" + "<i>v499</i>" * count + "</r>", 400, True),
    "unknown siblings": (ROWS.format("xs:string", ""), lambda count: "<r>" + "<x/>" * count + "</r>", 20_000, False),
}


@pytest.mark.parametrize("name", CASES)
def test_twice_the_document_takes_no_more_than_about_twice_the_time(tmp_path: Path, name: str) -> None:
    declarations, document, count, valid = CASES[name]
    path = tmp_path / "linear.xsd"
    path.write_text(schema(declarations), "utf-8")
    validator = schemapress.compile(path)

    def seconds(size: int) -> float:
        data = document(size).encode()
        started = time.perf_counter()
        assert validator.validate(data).valid == valid
        return time.perf_counter() - started

    rounds = [(seconds(count), seconds(2 * count)) for _ in range(3)]
    small, large = (min(times) for times in zip(*rounds, strict=True))

    assert large < small * 3.2 + 0.05, (small, large)
