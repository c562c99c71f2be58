"""The table of components: what is restored is what was written, in all fields and in what components share."""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemapress.cache.component_table import DATACLASSES, ComponentTable, write_table
from schemapress.load.loader import load
from schemapress_runtime.validation.validator import Validator
from schemapress_runtime.xsd.builtin import BUILTIN
from schemapress_runtime.xsd.components import (
    ANY_TYPE,
    AttributeUse,
    ComplexType,
    Declarations,
    ElementDeclaration,
    IdentityConstraint,
    ModelGroup,
    Particle,
)
from schemapress_runtime.xsd.facets import Facet
from schemapress_runtime.xsd.place import Place
from schemapress_runtime.xsd.simple_type import List, Restriction, TypeSource, Union
from schemapress_runtime.xsd.wildcard import Wildcard
from tests.conftest import schema
from tests.support.random_schema import judged_schema, mutate
from tests.support.same_components import find_difference


def table_of(declarations: Declarations) -> ComponentTable:
    """Return the table of declarations, as another process reads it."""
    head, rows = write_table(declarations)
    lines = [row.encode() for row in rows]
    assert not any(b"\n" in line for line in lines)
    return ComponentTable(json.loads(json.dumps(head)), lines)


def load_text(text: str) -> Declarations:
    """Return the declarations of a schema."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "schema.xsd")
        path.write_text(text, "utf-8")
        return load((path,)).declarations


PLACE = Place("part.xsd", 7)
SOURCE = TypeSource("{urn:a}t", "{urn:a}t", PLACE, "A type.\nIn two lines, with ü and \ud800.")
FACETS = (Facet("maxLength", "5", PLACE, ((None, "urn:a"), ("p", "urn:b")), "At most five."),)
SIMPLE = Restriction.by_facets(BUILTIN["string"], "t", FACETS, SOURCE)
WILDCARD = Wildcard("not", ("urn:a", ""), "lax", PLACE)
USE = AttributeUse(SIMPLE, True, "fixed", "default", PLACE, "An attribute.")
CONSTRAINT = IdentityConstraint("keyref", "{urn:a}k", "a", ("@b", "c"), "{urn:a}key", PLACE)


def samples() -> Mapping[type, Mapping[str, object]]:
    """Return the fields of a component of each class, none of which has its default."""
    particle = Particle(WILDCARD, 2, None)
    return {
        Place: {"file": "part.xsd", "line": 7},
        TypeSource: {"key": "k", "name": "n", "place": PLACE, "documentation": "d", "personal": True},
        Facet: {
            "name": "pattern",
            "value": "a|b",
            "place": PLACE,
            "namespaces": ((None, "urn:a"),),
            "documentation": "d",
        },
        Wildcard: {"kind": "not", "namespaces": ("urn:a", ""), "process": "lax", "place": PLACE},
        IdentityConstraint: {
            "kind": "keyref",
            "name": "n",
            "selector": "s",
            "fields": ("f", "g"),
            "refer": "r",
            "place": PLACE,
        },
        AttributeUse: {
            "type": SIMPLE,
            "required": True,
            "fixed": "f",
            "default": "d",
            "place": PLACE,
            "documentation": "d",
        },
        ModelGroup: {"kind": "choice", "particles": (particle,), "name": "g"},
        Particle: {"term": WILDCARD, "minimum": 0, "maximum": None, "declarations": None, "place": PLACE},
        ElementDeclaration: {
            "name": "{urn:a}e",
            "type": SIMPLE,
            "nillable": True,
            "fixed": "f",
            "default": "d",
            "abstract": True,
            "block": ("extension",),
            "substitution_group": "{urn:a}h",
            "constraints": (CONSTRAINT,),
            "is_declared": False,
            "place": PLACE,
            "documentation": "d",
            "personal": True,
        },
        ComplexType: {
            "label": "t",
            "content": lambda: particle,
            "simple": SIMPLE,
            "attributes": {"a": USE, "{urn:a}b": USE},
            "base": ANY_TYPE,
            "derivation": "extension",
            "mixed": True,
            "abstract": True,
            "block": ("restriction",),
            "wildcard": WILDCARD,
            "source": SOURCE,
        },
    }


@pytest.mark.parametrize("class_", DATACLASSES, ids=lambda class_: class_.__name__)
def test_every_field_of_a_class_is_in_its_row(class_: type) -> None:
    given_fields = samples()[class_]
    assert list(given_fields) == [field.name for field in fields(class_) if field.init], (
        "give the new field a value here"
    )
    component = class_(**given_fields)
    declarations = Declarations({}, {"c": component}, {})

    restored = table_of(declarations).declarations

    assert restored.types["c"] is not component
    assert find_difference(declarations, restored) is None


def test_the_fields_of_declarations_are_in_the_head() -> None:
    element = ElementDeclaration("e", SIMPLE)
    values = {
        "elements": {"e": element, "f": ElementDeclaration("f", SIMPLE, substitution_group="e")},
        "types": {"t": SIMPLE},
        "prefixes": {"urn:a": "a"},
        "attributes": {"a": USE},
        "has_constraints": True,
        "heads": {"f": "e"},
    }
    assert list(values) == [field.name for field in fields(Declarations)], "give the new field a value here"

    restored = table_of(Declarations(**values)).declarations  # type: ignore[arg-type]  # as above

    assert find_difference(Declarations(**values), restored) is None  # type: ignore[arg-type]  # as above
    assert (restored.prefixes, restored.has_constraints, restored.heads) == ({"urn:a": "a"}, True, {"f": "e"})


def test_simple_types_of_every_variety_are_restored() -> None:
    union = Union((SIMPLE, BUILTIN["int"]), "u", SOURCE)
    types = {"t": SIMPLE, "l": List(union, "l", SOURCE), "u": union}

    assert find_difference(Declarations({}, types, {}), table_of(Declarations({}, types, {})).declarations) is None


def test_the_comparison_sees_what_is_no_longer_shared() -> None:
    two = Declarations({"e": ElementDeclaration("e", SIMPLE), "f": ElementDeclaration("f", SIMPLE)}, {}, {})
    copy = Restriction.by_facets(BUILTIN["string"], "t", FACETS, SOURCE)
    apart = Declarations({"e": ElementDeclaration("e", SIMPLE), "f": ElementDeclaration("f", copy)}, {}, {})

    assert find_difference(two, apart) is not None


RICH = schema(
    """
    <xs:element name="head" type="Base" abstract="true"/>
    <xs:element name="member" type="Derived" substitutionGroup="head"/>
    <xs:element name="root">
      <xs:complexType>
        <xs:sequence>
          <xs:group ref="Group" maxOccurs="3"/>
          <xs:element ref="head" minOccurs="0" maxOccurs="unbounded"/>
          <xs:element name="code" type="Code" nillable="true"/>
          <xs:any namespace="##other" processContents="lax" minOccurs="0"/>
        </xs:sequence>
        <xs:attributeGroup ref="Attributes"/>
        <xs:anyAttribute namespace="urn:x urn:y"/>
      </xs:complexType>
      <xs:key name="k"><xs:selector xpath="member"/><xs:field xpath="@id"/></xs:key>
      <xs:keyref name="r" refer="k"><xs:selector xpath=".//a"/><xs:field xpath="."/></xs:keyref>
    </xs:element>
    <xs:attribute name="global" type="xs:anyURI"/>
    <xs:attributeGroup name="Attributes">
      <xs:attribute name="id" type="xs:ID" use="required"/>
      <xs:attribute ref="global" default="urn:d"/>
    </xs:attributeGroup>
    <xs:group name="Group"><xs:choice>
      <xs:element name="a" type="xs:string"/><xs:element name="b" type="Node"/>
    </xs:choice></xs:group>
    <xs:complexType name="Node"><xs:sequence>
      <xs:element name="node" type="Node" minOccurs="0" maxOccurs="unbounded"/><xs:group ref="Group" minOccurs="0"/>
    </xs:sequence></xs:complexType>
    <xs:complexType name="Base" mixed="true">
      <xs:annotation><xs:documentation>A base, with "quotes" and ümläuts.</xs:documentation></xs:annotation>
      <xs:sequence><xs:element name="x" type="xs:int" minOccurs="0"/></xs:sequence><xs:attributeGroup ref="Attributes"/>
    </xs:complexType>
    <xs:complexType name="Derived" mixed="true"><xs:complexContent><xs:extension base="Base">
      <xs:sequence>
        <xs:element name="y" type="Codes" fixed="A B"/></xs:sequence>
    </xs:extension></xs:complexContent></xs:complexType>
    <xs:complexType name="Amount"><xs:simpleContent><xs:extension base="xs:decimal">
      <xs:attribute name="currency" type="Code"/></xs:extension></xs:simpleContent></xs:complexType>
    <xs:simpleType name="Code"><xs:restriction base="xs:token">
      <xs:enumeration value="A"/><xs:enumeration value="B"/>
    </xs:restriction></xs:simpleType>
    <xs:simpleType name="Codes"><xs:list itemType="Code"/></xs:simpleType>
    <xs:simpleType name="Either"><xs:union memberTypes="Code xs:int"/></xs:simpleType>
    <xs:simpleType name="Name"><xs:restriction base="xs:QName">
      <xs:enumeration value="xs:element"/>
    </xs:restriction></xs:simpleType>
    """
)


def test_a_schema_with_every_kind_of_component_is_restored() -> None:
    declarations = load_text(RICH)

    assert find_difference(declarations, table_of(declarations).declarations) is None


@given(st.integers(0, 2**32))
def test_drawn_schemas_are_restored_and_give_the_same_reports(seed: int) -> None:
    chance = random.Random(seed)
    made = judged_schema(chance)
    declarations = load_text(made.text)
    restored = table_of(declarations).declarations
    loaded, from_table = Validator(declarations), Validator(table_of(declarations).declarations)

    assert find_difference(declarations, restored) is None
    for number in range(6):
        tree = made.roots[0]()
        if number % 2:
            mutate(tree, chance)
        document = etree.tostring(tree, encoding="UTF-8")
        assert str(from_table.validate(document)) == str(loaded.validate(document))
        assert from_table.validate(document) == loaded.validate(document)
        assert from_table.walk(document) == loaded.walk(document)


class CountedRows(list[bytes]):
    """Rows that count how often one is read."""

    read = 0

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # no slices
        self.read += 1
        return super().__getitem__(number)


def rows_read(parts: int) -> int:
    """Return the number of rows that a document takes of a schema with this many other parts."""
    others = "".join(
        f'<xs:complexType name="T{number}"><xs:sequence><xs:element name="e" type="xs:int"/></xs:sequence>'
        "</xs:complexType>"
        f'<xs:element name="e{number}" type="T{number}"/>'
        for number in range(parts)
    )
    head, rows = write_table(load_text(RICH.replace("</xs:schema>", f"{others}</xs:schema>")))
    counted = CountedRows(row.encode() for row in rows)
    document = b'<root id="i"><a>j</a><member id="j"><y>A B</y></member><code>A</code></root>'
    report = Validator(ComponentTable(json.loads(json.dumps(head)), counted).declarations).validate(document)
    assert report.valid, str(report)
    return counted.read


def test_a_document_takes_only_the_rows_that_it_meets() -> None:
    assert rows_read(100) == rows_read(0) > 0


def test_no_chain_of_derivations_is_too_long_to_restore() -> None:
    levels = 20_000
    type_ = ComplexType("t0")
    for number in range(1, levels):
        type_ = ComplexType(f"t{number}", base=type_)

    restored = table_of(Declarations({}, {"t": type_}, {})).declarations.types["t"]

    length = 0
    while isinstance(restored, ComplexType):
        restored, length = restored.base, length + 1  # type: ignore[assignment]  # at last None
    assert length == levels


@pytest.fixture
def often_switched() -> Iterator[None]:
    """Let threads take turns as often as Python can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("often_switched")
def test_threads_get_the_same_components() -> None:
    declarations = load_text(RICH)
    for _ in range(20):
        table = table_of(declarations)
        start = Barrier(8)

        def ask(table: ComponentTable = table, start: Barrier = start) -> tuple[object, ...]:
            start.wait()
            return tuple(map(table.component, range(20)))

        with ThreadPoolExecutor(8) as pool:
            tasks = [pool.submit(ask) for _ in range(8)]
            asked = {tuple(map(id, task.result())) for task in tasks}
        assert len(asked) == 1
