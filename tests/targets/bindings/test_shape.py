"""Shapes that are read from the text of bindings are those that xsdata has of the imported classes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemapress.load.loader import load
from schemapress.targets.bindings.existing import read_shapes
from schemapress.targets.bindings.target import Bindings
from schemapress.targets.class_shapes import ClassShape, FieldShape
from tests.conftest import XSD, schema
from tests.hostile.packages import package_of
from tests.targets.test_golden import GOLDEN

EVERYTHING = schema(
    """
<xs:element name="root"><xs:complexType><xs:sequence>
  <xs:element name="text" type="xs:string"/>
  <xs:element name="numbers" type="t:Numbers" minOccurs="0" maxOccurs="3"/>
  <xs:element name="either" type="t:Either" minOccurs="0"/>
  <xs:element name="anything" minOccurs="0"/>
  <xs:element name="inner"><xs:complexType><xs:sequence>
    <xs:element name="deep"><xs:complexType><xs:sequence><xs:element name="deepest" type="t:Colour"/></xs:sequence>
    <xs:attribute name="a" type="xs:int" use="required"/></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="self" type="t:Self" minOccurs="0"/>
</xs:sequence><xs:attribute ref="t:global"/><xs:attribute name="colour" type="t:Colour" default="red"/></xs:complexType>
</xs:element>
<xs:attribute name="global" type="xs:string"/>
<xs:element name="plain" type="xs:date" nillable="true"/>
<xs:element name="derived" type="t:Derived"/>
<xs:element name="mixed"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" type="xs:string"/></xs:sequence>
</xs:complexType></xs:element>
<xs:element name="open"><xs:complexType><xs:sequence><xs:any namespace="##other" processContents="lax"/></xs:sequence>
<xs:anyAttribute/></xs:complexType></xs:element>
<xs:element name="choices"><xs:complexType><xs:choice maxOccurs="unbounded"><xs:element name="x" type="xs:int"/>
<xs:element name="y" type="t:Self"/>
<xs:element name="x2" type="xs:string" fixed="f"/></xs:choice></xs:complexType></xs:element>
<xs:complexType name="Base"><xs:sequence><xs:element name="one" type="xs:int"/><xs:element name="two" type="xs:string"
 form="unqualified"/></xs:sequence><xs:attribute name="id" type="xs:ID" use="required"/></xs:complexType>
<xs:complexType name="Derived"><xs:complexContent><xs:extension base="t:Base"><xs:sequence>
<xs:element name="three" type="t:Priced" maxOccurs="unbounded"/></xs:sequence></xs:extension>
</xs:complexContent></xs:complexType>
<xs:complexType name="Priced"><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="currency"
 type="t:Colour"/><xs:attribute name="list" type="t:Numbers"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="Self"><xs:sequence>
<xs:element name="again" type="t:Self" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:simpleType name="Numbers"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:simpleType name="Either"><xs:union memberTypes="xs:string xs:int t:Colour xs:date"/></xs:simpleType>
<xs:simpleType name="Colour"><xs:restriction base="xs:string"><xs:enumeration value="red"/>
<xs:enumeration value="blue"/>
</xs:restriction></xs:simpleType>
""",
    'xmlns:t="urn:t" targetNamespace="urn:t" elementFormDefault="qualified"',
)


@pytest.fixture(params=["orders", "catalogue", "notify", "everything", "without a namespace"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An XSD."""
    name = str(request.param)
    if name in ("orders", "catalogue"):
        return GOLDEN / name / f"{name}.xsd"
    if name == "notify":
        return XSD
    text = EVERYTHING
    if name == "without a namespace":
        text = text.replace('xmlns:t="urn:t" targetNamespace="urn:t" ', "").replace("t:", "")
    path = tmp_path / "main.xsd"
    path.write_text(text, "utf-8")
    return path


def facts(shape: ClassShape, found: dict[str, object]) -> dict[str, object]:
    """Return all that a shape says, and those that it leads to, by the names of classes."""
    if shape.name not in found:
        found[shape.name] = None
        found[shape.name] = (
            shape.bindable,
            dict(_facts_of(shape.fields.items())),
            dict(_facts_of(shape.attributes.items())),
            shape.text,
        )
        for field in shape.fields.values():
            if field.child is not None:
                facts(field.child, found)
    return found


def _facts_of(fields: object) -> Iterator[tuple[str, object]]:
    for name, field in fields:  # type: ignore[attr-defined]  # items of a mapping
        assert isinstance(field, FieldShape)
        yield name, (field.name, field.type, field.is_list, field.enumeration, field.child and field.child.name)


def test_shapes_are_those_that_xsdata_has_of_the_imported_classes(source: Path, tmp_path: Path) -> None:
    with Bindings((source,)) as bindings:
        bindings.begin(load((source,)))
        text, read = bindings.files()["bindings.py"], bindings.shapes()
    path = tmp_path / "imported_bindings.py"
    path.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
        imported = read_shapes(module)
    finally:
        del sys.modules[path.stem]

    assert list(read.roots) == list(imported.roots)
    for name, shape in imported.roots.items():
        assert facts(read.roots[name], {}) == facts(shape, {}), name


def test_an_inner_class_has_the_namespace_of_the_class_around_it() -> None:
    inner = '<xs:complexType><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence></xs:complexType>'
    content = f'<xs:sequence><xs:element name="inner">{inner}</xs:element></xs:sequence>'
    root = f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>'
    namespace = 'targetNamespace="urn:n" elementFormDefault="qualified"'
    with package_of({"demo.xsd": schema(root, namespace)}) as (package, _):
        document = b'<n:r xmlns:n="urn:n"><n:inner><n:x>1</n:x></n:inner></n:r>'

        message = package.decode(document)

        assert message == package.bindings.R(inner=package.bindings.R.Inner(x=1))
        assert package.decode(package.encode(message)) == message
