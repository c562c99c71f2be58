"""Values in facets: each has to be a value of the base, and QNames mean what their own prefixes say."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from schemapress import compile as compile_schema
from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.load.types import TypeLoader
from tests.conftest import schema


def restricted(base: str, facet: str, more: str = "") -> str:
    type_ = f'<xs:simpleType><xs:restriction base="{base}">\n{facet}</xs:restriction></xs:simpleType>'
    return schema(f'<xs:element name="r"{more}>{type_}</xs:element>')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (restricted("xs:duration", '<xs:minInclusive value="PT.5S"/>'), "minInclusive is 'PT.5S'"),
        (restricted("xs:QName", '<xs:enumeration value="none:x"/>'), "enumeration is 'none:x'"),
        (restricted("xs:string", '<xs:minLength value="\u0663"/>'), "value is '\u0663'"),
    ],
)
def test_a_facet_without_a_value_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.xsd").write_text(text, "utf-8")

    with pytest.raises(SchemapressError, match=said) as refused:
        load((tmp_path / "a.xsd",))

    assert refused.value.place == f"{tmp_path / 'a.xsd'}:4"


def test_an_error_of_a_judge_that_names_no_facet_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_text(restricted("xs:NMTOKENS", '<xs:enumeration value=""/>'), "utf-8")

    with pytest.raises(SchemapressError, match="The schema is invalid"):
        load((tmp_path / "a.xsd",))


def test_a_prefix_means_in_each_enumerated_name_what_it_means_there(tmp_path: Path) -> None:
    facets = '<xs:enumeration value="p:x"/><xs:enumeration xmlns:p="urn:q" value="p:y"/>'
    (tmp_path / "a.xsd").write_text(restricted("xs:QName", facets, ' xmlns:p="urn:p"'), "utf-8")
    validator = compile_schema(tmp_path / "a.xsd")

    names = [("urn:p", "x"), ("urn:q", "y"), ("urn:q", "x"), ("urn:p", "y")]
    verdicts = [validator.validate(f'<r xmlns:w="{uri}">w:{name}</r>'.encode()).valid for uri, name in names]

    assert verdicts == [True, True, False, False]


def test_an_attribute_that_an_extension_prohibits_stays_as_in_the_base(tmp_path: Path) -> None:
    """A prohibited attribute is no use at all; only a restriction takes one away (Part 1 §3.4.2)."""
    text = schema(
        '<xs:complexType name="B"><xs:attribute name="c"/></xs:complexType><xs:element name="r"><xs:complexType>'
        '<xs:complexContent><xs:extension base="B"><xs:attribute name="c" use="prohibited"/></xs:extension>'
        "</xs:complexContent></xs:complexType></xs:element>"
    )
    (tmp_path / "a.xsd").write_text(text, "utf-8")

    assert compile_schema(tmp_path / "a.xsd").validate(b'<r c=""/>').valid


def test_a_schema_lets_go_of_what_it_was_loaded_from(tmp_path: Path) -> None:
    text = schema(
        '<xs:complexType name="B"><xs:sequence><xs:element name="b"/></xs:sequence></xs:complexType>'
        '<xs:complexType name="D"><xs:complexContent><xs:extension base="B"><xs:sequence><xs:element name="d"/>'
        '</xs:sequence></xs:extension></xs:complexContent></xs:complexType><xs:element name="r" type="D"/>'
    )
    (tmp_path / "a.xsd").write_text(text, "utf-8")

    loaded = load((tmp_path / "a.xsd",))

    gc.collect()
    assert loaded.elements["r"].type is loaded.types["D"]
    assert [kept for kept in gc.get_objects() if isinstance(kept, TypeLoader)] == []


@pytest.mark.parametrize("base", ["xs:NCName", "xs:NMTOKEN", "xs:Name", "xs:ID"])
@pytest.mark.parametrize(("value", "valid"), [("a-1", True), ("\u00e4", True), ("a b", False), ("a$", False)])
def test_an_enumerated_name_is_a_name(tmp_path: Path, base: str, value: str, valid: bool) -> None:
    (tmp_path / "a.xsd").write_text(restricted(base, f'<xs:enumeration value="{value}"/>'), "utf-8")

    if valid:
        assert load((tmp_path / "a.xsd",)).elements
        return
    with pytest.raises(SchemapressError):
        load((tmp_path / "a.xsd",))
