"""Elements of one name in one content model have one type (XSD 1.0 Part 1 §3.8.6, cos-element-consistent)."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from tests.conftest import schema

GLOBAL = (
    '<xs:complexType name="t"/><xs:complexType name="u"><xs:complexContent><xs:extension base="t"/></xs:complexContent>'
    '</xs:complexType><xs:element name="h" type="t"/><xs:element name="m" type="u" substitutionGroup="h"/>'
    '<xs:group name="g"><xs:sequence><xs:element name="a"><xs:simpleType><xs:restriction base="xs:string"/>'
    "</xs:simpleType></xs:element></xs:sequence></xs:group>"
    '<xs:element name="inline"><xs:complexType/></xs:element>'
)
ANONYMOUS = '<xs:simpleType><xs:restriction base="xs:string"/></xs:simpleType>'


def path_of(folder: Path, content: str) -> Path:
    path = folder / "main.xsd"
    model = f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>'
    path.write_text(schema(f"{GLOBAL}\n{model}"), "utf-8")
    return path


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('<xs:element name="a" type="xs:int"/>', '<xs:element name="a" type="xs:string"/>'),
        (
            '<xs:element name="a" type="xs:int"/>',
            '<xs:choice><xs:sequence><xs:element name="a"/></xs:sequence></xs:choice>',
        ),
        (f'<xs:element name="a">{ANONYMOUS}</xs:element>', f'<xs:element name="a">{ANONYMOUS}</xs:element>'),
        ('<xs:element name="a" type="xs:string"/>', '<xs:group ref="g"/>'),
        ('<xs:element name="m" type="t"/>', '<xs:element ref="h"/>'),
    ],
    ids=["built-in", "nested", "anonymous", "group", "substitution group"],
)
def test_elements_of_one_name_and_different_types_are_refused_with_both_places(
    tmp_path: Path, first: str, second: str
) -> None:
    end = '<xs:element name="end"/>'
    path = path_of(tmp_path, f"<xs:sequence>{first}{end}\n{second}</xs:sequence>")

    with pytest.raises(SchemapressError, match=r"main.xsd:\d and main.xsd:\d .*\[cos-element-consistent\]") as refused:
        load((path,))

    assert refused.value.place is not None
    assert refused.value.place.startswith(f"{path}:")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('<xs:element name="a" type="xs:int"/>', '<xs:element name="a" type="xs:int"/>'),
        ('<xs:group ref="g"/>', '<xs:group ref="g"/>'),
        ('<xs:element ref="inline"/>', '<xs:element ref="inline"/>'),
        ('<xs:element name="m" type="u"/>', '<xs:element ref="h"/>'),
        ('<xs:element name="m" type="t"/>', '<xs:element name="h" type="t"/>'),
    ],
    ids=["built-in", "group", "reference", "substitution group", "no reference, so no members"],
)
def test_elements_of_one_name_and_one_type_are_consistent(tmp_path: Path, first: str, second: str) -> None:
    end = '<xs:element name="end"/>'

    load((path_of(tmp_path, f"<xs:sequence>{first}{end}{second}</xs:sequence>"),))


def test_a_local_element_of_another_namespace_has_another_name(tmp_path: Path) -> None:
    path = tmp_path / "main.xsd"
    local = '<xs:element name="a" form="qualified" type="xs:int"/><xs:element name="a" form="unqualified"/>'
    model = f'<xs:element name="r"><xs:complexType><xs:sequence>{local}</xs:sequence></xs:complexType></xs:element>'
    path.write_text(schema(model).replace("<xs:schema ", '<xs:schema targetNamespace="urn:x" ', 1), "utf-8")

    load((path,))


def test_an_extension_is_consistent_with_its_base(tmp_path: Path) -> None:
    content = (
        '<xs:complexContent><xs:extension base="b"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>'
        "</xs:extension></xs:complexContent>"
    )
    model = '<xs:sequence><xs:element name="a"/><xs:element name="c"/></xs:sequence>'
    base = f'<xs:complexType name="b">{model}</xs:complexType>'
    path = path_of(tmp_path, content)
    path.write_text(path.read_text("utf-8").replace("</xs:schema>", f"{base}</xs:schema>"), "utf-8")

    with pytest.raises(SchemapressError, match="cos-element-consistent"):
        load((path,))
