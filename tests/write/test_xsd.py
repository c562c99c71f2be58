"""Components are written as an XSD that declares the same, and what can't be written is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemapress.errors import SchemapressError
from schemapress.load.loader import load
from schemapress.load.schema import Schema
from schemapress.write.xsd import SchemaFile, write_xsd
from tests.conftest import XSD, schema
from tests.support.schema_builder import attribute, complex_type, element, restriction, sequence, tag

EVERYTHING = "".join(
    (
        element("root", "t:T"),
        element("head", "xs:string", abstract="true"),
        element("member", "xs:string", substitutionGroup="t:head", nillable="true"),
        tag("simpleType", tag("list", itemType="xs:int"), name="Numbers"),
        tag(
            "simpleType", tag("union", restriction("xs:int", ("minInclusive", 1)), memberTypes="xs:date"), name="Either"
        ),
        tag("simpleType", tag("restriction", tag("maxLength", value=3), base="t:Numbers"), name="Few"),
        complex_type(tag("simpleContent", tag("extension", attribute("unit"), base="t:Either")), name="Measured"),
        complex_type(
            sequence(
                element("a", "t:Few", default="1 2"),
                element("b", "xs:int", fixed="7", maxOccurs="unbounded"),
                tag("choice", element("c") + element("d", "t:Measured"), minOccurs=0),
                tag("element", ref="t:head"),
                tag("any", namespace="##other", processContents="lax"),
            )
            + attribute("id", "xs:ID", use="required")
            + attribute("kind", "xs:string", fixed="k")
            + tag("anyAttribute", namespace="##local urn:x", processContents="skip"),
            name="T",
            mixed="true",
        ),
    )
)


def written(loaded: Schema, namespace: str = "") -> str:
    named = tuple(type_ for type_ in loaded.types.values() if type_.source.name is not None)
    return write_xsd(SchemaFile(namespace, tuple(loaded.elements.values()), named), ())


def load_text(text: str, folder: Path) -> Schema:
    (folder / "a.xsd").write_text(text, "utf-8")
    return load((folder / "a.xsd",))


def test_a_schema_is_written_loaded_and_written_the_same(tmp_path: Path) -> None:
    of_t = 'targetNamespace="urn:t" xmlns:t="urn:t" elementFormDefault="qualified"'
    first = written(load_text(schema(EVERYTHING, of_t), tmp_path), "urn:t")

    assert written(load_text(first, tmp_path), "urn:t") == first
    for said in (
        "substitutionGroup=",
        "itemType=",
        "memberTypes=",
        "##other",
        "##local urn:x",
        "anyAttribute",
        "fixed=",
    ):
        assert said in first


def test_the_ticketing_schema_is_written_loaded_and_written_the_same(tmp_path: Path) -> None:
    first = written(load((XSD,)))

    assert written(load_text(first, tmp_path)) == first
    assert first.count("<xs:enumeration") == XSD.read_text("utf-8").count("<xs:enumeration")


@pytest.mark.parametrize(
    ("components", "said"),
    [
        (
            complex_type("", name="B")
            + complex_type(tag("complexContent", tag("extension", base="B")), name="D")
            + element("r", "D"),
            "derived from another one",
        ),
        (
            tag(
                "element",
                tag("key", tag("selector", xpath="a") + tag("field", xpath="@b"), name="k"),
                name="r",
            ),
            "an identity constraint",
        ),
    ],
)
def test_components_without_a_written_form_are_refused(components: str, said: str, tmp_path: Path) -> None:
    loaded = load_text(schema(components), tmp_path)

    with pytest.raises(SchemapressError, match=said) as refused:
        written(loaded)

    assert refused.value.place == "a.xsd:3"
