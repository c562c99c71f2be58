"""`schemapress.compile`: one validator for the same files, and a new one where any of them changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import schemapress
from schemapress.errors import SchemapressError
from tests.conftest import schema

MAIN = schema('<xs:include schemaLocation="part.xsd"/><xs:element name="r" type="t"/>')
RESTRICTION = '<xs:restriction base="xs:string"><xs:enumeration value="{}"/></xs:restriction>'
PART = f'<xs:simpleType name="t">{RESTRICTION}</xs:simpleType>'


def test_a_change_of_an_included_file_makes_a_new_validator(tmp_path: Path) -> None:
    main, part = tmp_path / "main.xsd", tmp_path / "part.xsd"
    main.write_text(MAIN, "utf-8")
    part.write_text(schema(PART.format("a")), "utf-8")
    assert schemapress.compile(main).validate(b"<r>a</r>").valid

    part.write_text(schema(PART.format("b")), "utf-8")
    os.utime(part, ns=(0, part.stat().st_mtime_ns + 1))  # as of a later moment, whatever the clock's resolution is

    assert schemapress.compile(main).validate(b"<r>b</r>").valid
    assert not schemapress.compile(main).validate(b"<r>a</r>").valid


def test_the_same_files_have_the_same_validator(tmp_path: Path) -> None:
    main = tmp_path / "main.xsd"
    main.write_text(schema('<xs:element name="r"/>'), "utf-8")

    assert schemapress.compile(main).declarations is schemapress.compile(main).declarations


RESTRICTED = (
    '<xs:element name="r"><xs:simpleType><xs:restriction base="{}">{}</xs:restriction></xs:simpleType></xs:element>'
)
EXTENDED = '<xs:complexType><xs:simpleContent><xs:extension base="Amount"/></xs:simpleContent></xs:complexType>'


@pytest.mark.parametrize(
    "declarations",
    [
        '<xs:complexType name="list"/>' + RESTRICTED.format("list", ""),
        RESTRICTED.format("xs:string", '<xs:maxLength value="list"/>'),
        f'<xs:element name="r">{EXTENDED}</xs:element>',
    ],
)
def test_an_invalid_schema_of_which_something_is_missing_is_refused(tmp_path: Path, declarations: str) -> None:
    (tmp_path / "a.xsd").write_text(schema('<xs:element name="a" type="Nowhere"/>' + declarations), "utf-8")

    with pytest.raises(SchemapressError):
        schemapress.compile(tmp_path / "a.xsd")


def test_an_unreadable_file_is_an_error_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "part.xsd").mkdir()
    (tmp_path / "main.xsd").write_text(MAIN, "utf-8")

    with pytest.raises(SchemapressError, match=r"main\.xsd:3: The file .*part\.xsd can't be read: Is a directory\.$"):
        schemapress.compile(tmp_path / "main.xsd")
    with pytest.raises(SchemapressError, match=r"part\.xsd: The file .* can't be read: Is a directory\.$"):
        schemapress.compile(tmp_path / "part.xsd")
