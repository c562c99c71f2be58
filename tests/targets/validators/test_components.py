"""The components of an emitted module: those of the schema, and made only when they are needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from schemapress.load.loader import load
from schemapress_runtime.xsd.components import ComplexType, Declarations
from schemapress_runtime.xsd.simple_type import SimpleType
from tests.conftest import MakeProject, schema
from tests.support.generated_package import build

_SCHEMA = """
<xs:simpleType name="Code"><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}"/></xs:restriction>
    </xs:simpleType>
<xs:group name="Common"><xs:sequence><xs:element name="code" type="t:Code"/><xs:element ref="t:head" minOccurs="0"/>
  <xs:element name="inside"><xs:complexType><xs:attribute name="n" type="xs:int"/></xs:complexType></xs:element>
</xs:sequence></xs:group>
<xs:attributeGroup name="Usual"><xs:attribute name="x" type="xs:string"/><xs:attribute name="y" default="1"/>
    </xs:attributeGroup>
<xs:complexType name="Base" abstract="true"><xs:group ref="t:Common"/><xs:attributeGroup ref="t:Usual"/>
    </xs:complexType>
<xs:complexType name="More"><xs:complexContent><xs:extension base="t:Base"><xs:choice maxOccurs="3">
  <xs:group ref="t:Other" minOccurs="2" maxOccurs="2"/><xs:any namespace="##other" processContents="lax"/>
    </xs:choice>
  <xs:attribute name="z" type="xs:int" use="required"/><xs:anyAttribute/></xs:extension></xs:complexContent>
    </xs:complexType>
<xs:group name="Other"><xs:choice><xs:element name="p" type="t:More"/><xs:element name="q" nillable="true"/>
    </xs:choice>
</xs:group>
<xs:complexType name="Same"><xs:complexContent><xs:extension base="t:More"/></xs:complexContent></xs:complexType>
<xs:complexType name="Less"><xs:complexContent><xs:restriction base="t:Base"><xs:group ref="t:Common"/>
  <xs:attribute name="x" use="prohibited"/><xs:attribute name="y" fixed="2"/></xs:restriction></xs:complexContent>
    </xs:complexType>
<xs:complexType name="Text"><xs:simpleContent><xs:extension base="t:Code"><xs:attributeGroup ref="t:Usual"/>
    </xs:extension>
</xs:simpleContent></xs:complexType>
<xs:complexType name="Short"><xs:simpleContent><xs:restriction base="t:Text"><xs:enumeration value="AB"/>
    </xs:restriction>
</xs:simpleContent></xs:complexType>
<xs:complexType name="Copy"><xs:simpleContent><xs:extension base="t:Short"/></xs:simpleContent></xs:complexType>
<xs:complexType name="Mixed" mixed="true"><xs:complexContent><xs:extension base="xs:anyType"/></xs:complexContent>
    </xs:complexType>
<xs:element name="head" type="t:Text" block="restriction"/>
<xs:element name="member" type="t:Copy" substitutionGroup="t:head"/>
<xs:element name="root"><xs:complexType><xs:sequence maxOccurs="unbounded"><xs:element name="more" type="t:More"/>
  <xs:element name="same" type="t:Same"/><xs:element name="less" type="t:Less"/>
    <xs:element name="mixed" type="t:Mixed"/>
  <xs:element name="kept"><xs:complexType/><xs:unique name="u"><xs:selector xpath="t:p"/><xs:field xpath="@z"/>
    </xs:unique>
  </xs:element></xs:sequence></xs:complexType>
  <xs:key name="k"><xs:selector xpath=".//t:more"/><xs:field xpath="@z"/><xs:field xpath="@x"/></xs:key>
  <xs:keyref name="r" refer="t:k"><xs:selector xpath="t:same"/><xs:field xpath="@z"/><xs:field xpath="@x"/>
    </xs:keyref>
</xs:element>
<xs:attribute name="everywhere" type="t:Code"/>
"""


class _Description:
    """Describes components by what they have; a type that was described before, by its number."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def describe(self, value: object) -> object:
        """Return a value with all that is inside of it."""
        if isinstance(value, Mapping):
            return [(key, self.describe(value[key])) for key in value]
        if isinstance(value, tuple | list):
            return [self.describe(item) for item in value]
        if not type(value).__module__.partition(".xsd.")[2]:
            return value
        if isinstance(value, SimpleType | ComplexType):
            if id(value) in self._numbers:
                return self._numbers[id(value)]
            self._numbers[id(value)] = len(self._numbers)
        return (type(value).__name__, *self._properties(value))

    def _properties(self, value: Any) -> Iterator[object]:  # a component of any kind
        names = {
            "ComplexType": "label simple attributes base derivation mixed abstract block wildcard particle",
            "ElementDeclaration": "name type nillable fixed default abstract block substitution_group constraints",
            "Particle": "term minimum maximum is_reference",
            "ModelGroup": "kind particles",
            "Wildcard": "kind namespaces process",
            "AttributeUse": "type required fixed default",
            "IdentityConstraint": "kind name selector fields refer",
            "Restriction": "label base patterns enumeration limits whitespace",
            "Atomic": "label",
        }
        for name in names[type(value).__name__].split():
            yield self.describe(getattr(value, name))


def _describe(declarations: Declarations) -> object:
    description = _Description()
    types = {name: declarations.types[name] for name in sorted(declarations.types)}
    return [description.describe(part) for part in (declarations.elements, types, declarations.attributes)]


def test_an_emitted_module_has_the_components_of_the_schema(make_project: MakeProject) -> None:
    attributes = 'targetNamespace="urn:t" xmlns:t="urn:t" elementFormDefault="qualified"'
    project = make_project({"demo.xsd": schema(_SCHEMA, attributes)})
    (path,) = (project / "spec").rglob("demo.xsd")
    package = build(project)
    declarations: Declarations = package.validators.DECLARATIONS

    loaded = load((path,)).declarations

    assert _describe(declarations) == _describe(loaded)
    assert declarations.heads == {"{urn:t}member": "{urn:t}head"}


_IMPORTS = """
import sys
import {package} as demo
assert not [name for name in sys.modules if name.startswith("{package}.") and name != "{package}._runtime"], sys.modules
assert set(demo.__all__) <= set(dir(demo))
try:
    demo.missing
except AttributeError as error:
    assert str(error) == "module '{package}' has no attribute 'missing'", error
else:
    raise AssertionError
from {package} import decode
made = demo.validators.TYPES._made, demo.validators.ELEMENTS._made
assert not any(made), made
assert decode is demo.decode is demo.codec.decode
assert demo.validators.VALIDATOR.walk(b"<a><n>1</n></a>").valid
assert list(made[1]) == ["a"], made
"""


def test_an_import_makes_no_component(make_project: MakeProject) -> None:
    elements = "".join(
        f'<xs:element name="{name}"><xs:complexType><xs:sequence><xs:element name="n" type="N"/></xs:sequence>'
        "</xs:complexType></xs:element>"
        for name in "ab"
    )
    types = '<xs:simpleType name="N"><xs:restriction base="xs:int"/></xs:simpleType>'
    project = make_project({"demo.xsd": schema(types + elements)})
    code = _IMPORTS.replace("{package}", build(project).__name__)

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project / "generated", capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
