"""What is decoded is written with its elements in the order in which they came, whatever the content model."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.conftest import schema
from tests.hostile.packages import package_of

A, B, C = (
    f'<xs:element name="{name}" type="xs:int" minOccurs="{low}"/>' for name, low in (("a", 0), ("b", 1), ("c", 0))
)
D = B.replace('"b"', '"d"')
TREE = (
    '<xs:element name="head" abstract="true"/><xs:element name="a" type="xs:int" substitutionGroup="head"/>'
    '<xs:element name="b" type="xs:date" substitutionGroup="head"/>'
)

SHAPES = {
    "a choice that repeats": ("", f'<xs:choice maxOccurs="9">{B}{C}</xs:choice>', "b c b b c"),
    "a sequence that repeats": ("", f'<xs:sequence maxOccurs="9">{A}{B}</xs:sequence>', "b a b b a b"),
    "a sequence of pairs": ("", f'<xs:sequence maxOccurs="9">{B}{D}</xs:sequence>', "b d b d"),
    "pairs of which the second may be left out": (
        "",
        f'<xs:sequence minOccurs="0" maxOccurs="unbounded">{B}{C}</xs:sequence>',
        "b b c b",
    ),
    "an all-group": ("", f"<xs:all>{A}{B}{C}</xs:all>", "c a b"),
    "an all-group with a fixed element": ("", f"""<xs:all>{A}{B.replace("/>", ' fixed="1"/>')}</xs:all>""", "a b"),
    "an all-group with another order, and a fixed element": (
        "",
        f"""<xs:all>{B.replace("/>", ' fixed="0"/>')}{A}{C}</xs:all>""",
        "b c a",
    ),
    "an all-group whose fixed element is last": (
        "",
        f"""<xs:all>{B.replace("/>", ' fixed="1"/>')}{A}</xs:all>""",
        "a b",
    ),
    "branches that share an element": (
        "",
        f"<xs:choice><xs:sequence>{A}{B}</xs:sequence><xs:sequence>{D}{B}{A}</xs:sequence></xs:choice>",
        "d b a",
    ),
    "a branch that shares an element and repeats": (
        "",
        f'<xs:choice><xs:sequence>{A}{B}</xs:sequence><xs:sequence>{D}<xs:choice maxOccurs="9">{B}{C}</xs:choice>'
        "</xs:sequence></xs:choice>",
        "d b c b",
    ),
    "lists in a choice that repeats": (
        "",
        f'<xs:choice maxOccurs="9">{B}<xs:element name="t" type="xs:NMTOKENS"/></xs:choice>',
        "t b t",
    ),
    "an element at two places": ("", f"<xs:sequence>{B}{C}{B}</xs:sequence>", "b c b"),
    "a substitution group that repeats": (
        TREE,
        '<xs:sequence><xs:element ref="head" maxOccurs="9"/></xs:sequence>',
        "a b a",
    ),
    "groups in a choice that repeats": (
        "",
        f'<xs:choice maxOccurs="9"><xs:sequence>{B}{C}</xs:sequence>{D}</xs:choice>',
        "d b c b d",
    ),
    "a wildcard among elements that repeat": (
        "",
        f'<xs:choice maxOccurs="9">{B}<xs:any namespace="##other" processContents="skip"/></xs:choice>',
        "b x:y b x:y",
    ),
}
VALUES = {"b": "2026-11-26"}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.filterwarnings("ignore::xsdata.exceptions.ConverterWarning")
def test_elements_are_written_in_the_order_in_which_they_came(shape: str) -> None:
    declarations, model, names = SHAPES[shape]
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'
    values = VALUES if declarations else {}
    inside = "".join(f"<{name}>{values.get(name, number)}</{name}>" for number, name in enumerate(names.split()))
    document = f'<r xmlns:x="urn:x">{inside}</r>'.encode()

    with package_of({"demo.xsd": schema(declarations + root)}) as (package, _):
        assert package.validate(document).valid
        value = package.decode(document)
        written = package.encode(value)

        assert [element.tag for element in etree.fromstring(written)] == [
            element.tag for element in etree.fromstring(document)
        ]
        assert package.decode(written) == value


def test_an_object_that_was_changed_is_written_in_the_order_of_its_fields() -> None:
    root = f'<xs:element name="r"><xs:complexType><xs:all>{A}{B}{C}</xs:all></xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        value = package.decode(b"<r><c>1</c><b>2</b></r>")
        value.a = 3

        assert [element.tag for element in etree.fromstring(package.encode(value))] == ["a", "b", "c"]


def test_fields_stay_plain_where_the_order_is_fixed() -> None:
    model = f"<xs:sequence>{A}<xs:choice>{B}{C}</xs:choice></xs:sequence>"
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        assert package.bindings.R(b=1).b == 1


def test_an_object_that_is_made_says_which_key_has_no_value() -> None:
    model = f'<xs:sequence minOccurs="0" maxOccurs="unbounded">{B}{C}</xs:sequence>'
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        made = package.bindings.R
        value = made(b_or_c=[made.B(value=1), made.B(value=2), made.C(value=5)])

        assert package.encode(value).endswith(b"<r><b>1</b><b>2</b><c>5</c></r>")


LISTS = '<xs:simpleType name="L"><xs:list itemType="xs:int"/></xs:simpleType>'
L, M, N = (
    f'<xs:element name="{name}" type="L" {occurs}/>'
    for name, occurs in (("l", ""), ("m", 'minOccurs="0"'), ("n", 'maxOccurs="3"'))
)


@pytest.mark.parametrize(
    "document",
    ["<r><l/><n>1</n></r>", "<r><l>1</l><m/><n/></r>", "<r><l/><n/><n>1 2</n></r>", "<r><l/><m>1</m><n/><n/></r>"],
)
def test_a_list_without_items_is_told_from_none(document: str) -> None:
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{L}{M}{N}</xs:sequence></xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(LISTS + root)}) as (package, _):
        value = package.decode(document.encode())

        assert etree.tostring(etree.fromstring(package.encode(value))).decode() == document
        assert package.XmlParser().from_string(document, type(value)) == value


def test_a_list_that_is_required_is_written_though_it_has_no_items() -> None:
    root = f'<xs:element name="r"><xs:complexType><xs:sequence>{L}{M}{N}</xs:sequence></xs:complexType></xs:element>'
    namespace = 'targetNamespace="urn:n" xmlns="urn:n" elementFormDefault="qualified"'

    with package_of({"demo.xsd": schema(LISTS + root, namespace)}) as (package, _):
        written = package.encode(package.bindings.R(n=[[]]))

        assert written.endswith(b'<r xmlns="urn:n"><l/><n/></r>')
        with pytest.raises(package.InvalidDocument, match="<r> has no <n> of urn:n"):
            package.encode(package.bindings.R())


BRANCHES = (
    f'<xs:choice><xs:sequence>{A}{B}</xs:sequence><xs:sequence>{D}<xs:choice maxOccurs="9">{B}'
    '<xs:element name="c" type="xs:boolean"/></xs:choice></xs:sequence></xs:choice>'
)


def test_an_object_is_written_in_an_order_that_the_schema_accepts() -> None:
    root = f'<xs:element name="r"><xs:complexType>{BRANCHES}</xs:complexType></xs:element>'

    with package_of({"demo.xsd": schema(root)}) as (package, _):
        made = package.bindings.R
        for value, names in ((made(a=1, b_or_c=[2]), "a b"), (made(d=1, b_or_c=[2, 3]), "d b b")):
            written = package.encode(value)

            assert [element.tag for element in etree.fromstring(written)] == names.split()
            assert package.decode(written) == value
        with pytest.raises(package.InvalidDocument, match="<d> may not stand here"):
            package.encode(made(a=1, d=3, b_or_c=[2]))


ANY_ATTRIBUTE = '<xs:anyAttribute namespace="##other" processContents="skip"/>'
ROUNDS = {
    "what xsdata binds": ("", "int", ANY_ATTRIBUTE),
    "what xsdata writes alone": ("", "QName", ""),
    "plain fields": ("xsdata.compound_fields = false", "int", ANY_ATTRIBUTE),
}


@pytest.mark.parametrize("case", ROUNDS)
@pytest.mark.parametrize("names", ["k k v", "k k k v v", "k v v k", "k v k v", "k k"])
def test_a_value_stays_with_its_key_in_a_sequence_that_repeats(case: str, names: str) -> None:
    settings, type_, attributes = ROUNDS[case]
    one, other = (f'<xs:element name="{name}" type="xs:{type_}" minOccurs="0"/>' for name in "kv")
    model = f'<xs:sequence minOccurs="0" maxOccurs="unbounded">{one}{other}</xs:sequence>{attributes}'
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'
    text = "1" if type_ == "int" else "n"
    document = f"<r>{''.join(f'<{name}>{text}</{name}>' for name in names.split())}</r>".encode()

    with package_of({"demo.xsd": schema(root)}, settings) as (package, _):
        value = package.decode(document)

        for read in (value, package.from_json(package.to_json(value)), package.XmlParser().from_bytes(document)):
            assert etree.tostring(etree.fromstring(package.encode(read))) == document


@pytest.mark.parametrize(
    "inside", ["<b>1</b><value>2</value><b>3</b>", '<m/><n xsi:nil="true"/><value>1</value>', "<m/>"]
)
def test_an_object_with_a_field_that_is_called_value_remembers_too(inside: str) -> None:
    nil = '<xs:element name="n" type="xs:int" nillable="true" minOccurs="0"/>'
    again = '<xs:element name="value" type="xs:int" minOccurs="0"/><xs:element name="b" type="xs:int" minOccurs="0"/>'
    rounds = f'<xs:sequence minOccurs="0" maxOccurs="9">{again}</xs:sequence>'
    model = f"<xs:sequence>{M}{nil}{rounds}</xs:sequence>{ANY_ATTRIBUTE}"
    root = f'<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>'
    document = f'<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{inside}</r>'

    with package_of({"demo.xsd": schema(LISTS + root)}, "xsdata.compound_fields = false") as (package, _):
        value = package.decode(document.encode())

        written = etree.fromstring(package.encode(value))
        assert [(one.tag, one.text) for one in written] == [(one.tag, one.text) for one in etree.fromstring(document)]
