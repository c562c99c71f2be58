"""Names that differ in the schema, and not in Python: each has a field of its own, or the schema is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from schemapress.targets.bindings.modules import BindingsModules, SameName
from tests.conftest import MakeProject, run, schema
from tests.hostile.packages import package_of

Names = tuple[str, ...]
NAMESPACE = 'targetNamespace="urn:n" xmlns="urn:n" elementFormDefault="qualified"'


def elements(names: Names) -> str:
    return "".join(f'<xs:element name="{name}" type="xs:string"/>' for name in names)


def attributes(names: Names) -> str:
    return "".join(f'<xs:attribute name="{name}" type="xs:string"/>' for name in names)


def complex_type(children: Names, of_tag: Names, content: str = "") -> str:
    return f"<xs:sequence>{elements(children)}{content}</xs:sequence>{attributes(of_tag)}"


def document(children: Names, of_tag: Names) -> bytes:
    tag = "".join(f' {name}="@{name}"' for name in of_tag)
    return f'<r xmlns="urn:n"{tag}>{"".join(f"<{name}>{name}</{name}>" for name in children)}</r>'.encode()


def values(message: object) -> list[str]:
    """Return the values of the fields of an object."""
    return sorted(vars(message).values())


@pytest.mark.parametrize(
    ("children", "of_tag"),
    [
        (("value", "Value"), ("value", "Value")),
        (("value_attribute", "Value"), ("Value", "value")),
        ((), ("value_attribute", "Value", "value")),
        (("a-b", "a_b", "a.b"), ("a-b", "a_b", "a.b")),
        ((), ("a.b", "a-b", "_a")),
        (("class", "Class"), ("class",)),
        (("名", "類"), ("名",)),
    ],
)
def test_each_name_of_a_type_has_a_field(children: Names, of_tag: Names) -> None:
    type_ = f'<xs:element name="r"><xs:complexType>{complex_type(children, of_tag)}</xs:complexType></xs:element>'
    with package_of({"demo.xsd": schema(type_, NAMESPACE)}) as (package, _):
        message = package.decode(document(children, of_tag))

        assert values(message) == sorted([*children, *(f"@{name}" for name in of_tag)])
        assert package.decode(package.encode(message)) == message


@pytest.mark.parametrize(
    ("base", "own"),
    [
        ((("value",), ()), (("Value",), ())),
        ((("value",), ("Value",)), (("Value",), ("value",))),
        (((), ("value",)), ((), ("Value",))),
        ((("value_attribute", "a_b"), ("VALUE",)), (("Value",), ())),
        ((("AB",), ("a-b",)), (("a_b", "a.b"), ("ab",))),
    ],
)
def test_each_name_of_a_derived_type_has_a_field(base: tuple[Names, Names], own: tuple[Names, Names]) -> None:
    types = f"""<xs:complexType name="B">{complex_type(*base)}</xs:complexType>
        <xs:complexType name="D"><xs:complexContent><xs:extension base="B">{complex_type(*own)}</xs:extension>
        </xs:complexContent></xs:complexType><xs:element name="r" type="D"/>"""
    children, of_tag = (*base[0], *own[0]), (*base[1], *own[1])
    with package_of({"demo.xsd": schema(types, NAMESPACE)}) as (package, _):
        message = package.decode(document(children, of_tag))

        assert values(message) == sorted([*children, *(f"@{name}" for name in of_tag)])
        assert package.decode(package.encode(message)) == message


def test_types_inside_of_elements_with_equal_names_are_told_apart() -> None:
    names = ("value", "Value", "a-b", "a_b", "a.b")
    inner = "".join(
        f'<xs:element name="{name}"><xs:complexType>{complex_type((f"in-{name}",), ())}</xs:complexType></xs:element>'
        for name in names
    )
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{inner}</xs:sequence></xs:complexType></xs:element>'
    with package_of({"demo.xsd": schema(root, NAMESPACE)}) as (package, _):
        content = "".join(f"<{name}><in-{name}>{name}</in-{name}></{name}>" for name in names)
        message = package.decode(f'<r xmlns="urn:n">{content}</r>'.encode())

        assert sorted(value for inside in vars(message).values() for value in vars(inside).values()) == sorted(names)
        assert package.decode(package.encode(message)) == message


@pytest.mark.parametrize("names", [("Foo", "foo"), ("a-b", "a_b", "a.b")])
def test_types_with_equal_names_are_told_apart(names: Names) -> None:
    types = "".join(f'<xs:complexType name="{n}">{complex_type((f"in-{n}",), ())}</xs:complexType>' for n in names)
    held = "".join(f'<xs:element name="{name}" type="{name}"/>' for name in names)
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{held}</xs:sequence></xs:complexType></xs:element>'
    with package_of({"demo.xsd": schema(types + root, NAMESPACE)}) as (package, _):
        content = "".join(f"<{name}><in-{name}>{name}</in-{name}></{name}>" for name in names)
        message = package.decode(f'<r xmlns="urn:n">{content}</r>'.encode())

        assert [value for inside in vars(message).values() for value in vars(inside).values()] == list(names)
        assert package.decode(package.encode(message)) == message


@pytest.mark.parametrize(
    ("children", "of_tag", "said"),
    [
        (("class_value", "Class"), (), "demo.xsd:5: xsdata has one field name, R.class_value, for the element "),
        (
            ("x", "y"),
            ("class", "class_value"),
            "demo.xsd:8: xsdata has one field name, R.class_value, for the attribute ",
        ),
    ],
)
def test_names_that_xsdata_makes_equal_are_named_with_their_place(
    make_project: MakeProject, children: Names, of_tag: Names, said: str
) -> None:
    lines = complex_type(children, of_tag).replace("><", ">\n<")
    project = make_project(
        {"demo.xsd": schema(f'<xs:element name="r"><xs:complexType>{lines}</xs:complexType></xs:element>')}
    )

    done = run("build", cwd=project)

    assert done.returncode == 2
    assert said in done.stderr
    assert all(name in done.stderr for name in (*children, *of_tag) if "lass" in name)
    assert "Rename one of them in the schema" in done.stderr


def test_a_field_that_hides_an_inherited_one_is_refused() -> None:
    field = '    x: str = field(metadata={{"type": "Element", "name": "{}"}})'
    classes = f"@dataclass(kw_only=True)\nclass A:\n{field}\n\n@dataclass(kw_only=True)\nclass B(A):\n{field}\n"
    imports = "from dataclasses import dataclass, field\n"

    BindingsModules({"bindings": imports + classes.format("x", "x")})
    with pytest.raises(SameName, match=r"one field name, B\.x, for the element x and for the element X"):
        BindingsModules({"bindings": imports + classes.format("x", "X")})


def test_a_reserved_name_is_told_from_the_one_that_it_becomes() -> None:
    content = (
        '<xs:element name="Any" type="AnyType"/>'
        '<xs:complexType name="AnyType"><xs:attribute name="a"/></xs:complexType>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element ref="Any"/></xs:sequence></xs:complexType>'
        "</xs:element>"
    )

    with package_of({"demo.xsd": schema(content)}) as (package, _):
        classes = re.findall(r"^class (\w+)", Path(package.bindings.__file__).read_text("utf-8"), re.MULTILINE)
        assert len(classes) == len(set(classes))
        for document in (b'<r><Any a="1"/></r>', b'<Any a="1"/>'):
            assert package.validate(package.encode(package.decode(document))).valid


@pytest.mark.parametrize("attributes", ["", NAMESPACE])
@pytest.mark.parametrize("type_first", [True, False])
@pytest.mark.parametrize("held", ["element", "type"])
def test_an_element_is_told_from_a_type_of_its_name(attributes: str, held: str, *, type_first: bool) -> None:
    inner = '<xs:element ref="body"/>' if held == "element" else '<xs:element name="q" type="xs:int"/>'
    type_ = f'<xs:complexType name="body"><xs:sequence>{inner}</xs:sequence></xs:complexType>'
    content = '<xs:element name="p" type="xs:string"/>' if held == "element" else '<xs:element name="b" type="body"/>'
    element = (
        f'<xs:element name="body"><xs:complexType><xs:sequence>{content}</xs:sequence></xs:complexType></xs:element>'
    )
    xmlns = ' xmlns="urn:n"' if attributes else ""
    inside = "<p>x</p>" if held == "element" else "<b><q>1</q></b>"
    declarations = (type_, element) if type_first else (element, type_)

    with package_of({"demo.xsd": schema("".join(declarations), attributes)}) as (package, _):
        message = package.decode(f"<body{xmlns}>{inside}</body>".encode())

        assert type(message) is package.bindings.Body
        assert package.encode(message).endswith(f"<body{xmlns}>{inside}</body>".encode())


TYPES_OF_TEXT = {
    "restriction": '<xs:restriction base="xs:string"><xs:maxLength value="9"/></xs:restriction>',
    "enumeration": '<xs:restriction base="xs:string"><xs:enumeration value="text"/></xs:restriction>',
    "union": '<xs:union memberTypes="xs:int xs:string"/>',
    "list": '<xs:list itemType="xs:NMTOKEN"/>',
}


@pytest.mark.parametrize("kind", TYPES_OF_TEXT)
@pytest.mark.parametrize("names", [("value",), ("value", "value_attribute"), ("Value", "value")])
def test_an_attribute_that_is_called_value_leaves_room_for_the_text(kind: str, names: Names) -> None:
    simple = f'<xs:simpleType name="T">{TYPES_OF_TEXT[kind]}</xs:simpleType>'
    content = f'<xs:simpleContent><xs:extension base="T">{attributes(names)}</xs:extension></xs:simpleContent>'
    root = f'<xs:element name="r"><xs:complexType>{content}</xs:complexType></xs:element>'
    values = " ".join(f'{name}="{name}"' for name in names)
    document = f'<r xmlns="urn:n" {values}>text</r>'.encode()

    with package_of({"demo.xsd": schema(simple + root, NAMESPACE)}) as (package, _):
        message = package.decode(document)

        for read in (message, package.from_json(package.to_json(message))):
            assert etree.tostring(etree.fromstring(package.encode(read)), method="c14n") == etree.tostring(
                etree.fromstring(document), method="c14n"
            )


def extension(base: str, attribute: str) -> str:
    content = f'<xs:extension base="{base}"><xs:attribute name="{attribute}" type="xs:int"/></xs:extension>'
    return f"<xs:complexType><xs:complexContent>{content}</xs:complexContent></xs:complexType>"


def optional(name: str, type_: str) -> str:
    return f'<xs:element name="{name}" minOccurs="0" maxOccurs="2">{type_}</xs:element>'


def sequence(*inside: str, name: str = "") -> str:
    named = f' name="{name}"' if name else ""
    return f"<xs:complexType{named}><xs:sequence>{''.join(inside)}</xs:sequence></xs:complexType>"


DERIVED_INSIDE = {
    "at once": (sequence(optional("value", extension("T", "n")), name="T"), '<value n="1"><value n="2"/></value>'),
    "of the same name, a level deeper": (
        sequence(optional("array", sequence(optional("T", extension("T", "n")))), name="T"),
        '<array><T n="1"><array><T n="2"/></array></T></array>',
    ),
    "two of one name": (
        sequence(
            *(optional(one, sequence(optional("x", extension("T", f"in-{one}")))) for one in ("a", "A")), name="T"
        ),
        '<a><x in-a="1"><A><x in-A="2"/></A></x></a>',
    ),
    "through another type": (
        sequence(optional("x", extension("U", "n")), name="T")
        + extension("T", "m").replace("<xs:complexType>", '<xs:complexType name="U">'),
        '<x m="1" n="2"><x n="3"/></x>',
    ),
    "through a type inside of another one": (
        sequence(optional("x", extension("U", "n")), name="T") + sequence(optional("y", extension("T", "m")), name="U"),
        '<x n="1"><y m="2"><x n="3"/></y></x>',
    ),
}


@pytest.mark.parametrize("case", DERIVED_INSIDE)
@pytest.mark.parametrize("settings", ["", "xsdata.unnest_classes = true"])
def test_a_type_may_extend_the_type_around_it(case: str, settings: str) -> None:
    types, inside = DERIVED_INSIDE[case]
    document = f'<r xmlns="urn:n">{inside}</r>'.encode()
    with package_of({"demo.xsd": schema(f'{types}<xs:element name="r" type="T"/>', NAMESPACE)}, settings) as (
        package,
        _,
    ):
        message = package.decode(document)

        assert etree.tostring(etree.fromstring(package.encode(message)), method="c14n") == etree.tostring(
            etree.fromstring(document), method="c14n"
        )
        assert package.from_json(package.to_json(message), type(message)) == message
