"""Elements of one name at several places of a content model, or of a base and its extension: all are bound."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
from lxml import etree

from tests.conftest import schema
from tests.hostile.packages import package_of

A, B, C = (f'<xs:element name="{name}" type="xs:int"/>' for name in "abc")
PAIR = A.replace("/>", ' minOccurs="2" maxOccurs="3"/>')
NIL = A.replace("/>", ' nillable="true"/>')


def sequence(*parts: str, more: str = "") -> str:
    return f"<xs:sequence{more}>{''.join(parts)}</xs:sequence>"


def choice(*parts: str, more: str = "") -> str:
    return f"<xs:choice{more}>{''.join(parts)}</xs:choice>"


GROUP = f'<xs:group name="G">{choice(A, B)}</xs:group>'
USED = '<xs:group ref="G"/>'

MODELS = {
    "a choice behind an element": (
        choice(sequence(A, choice(B, sequence(C, A))), sequence(C, B)),
        ["a c a", "a b", "c b"],
    ),
    "two choices": (sequence(choice(A, B), choice(C, A)), ["a a", "a c", "b a", "b c"]),
    "a group that is used twice": (sequence(USED, USED), ["a a", "a b", "b a", "b b"]),
    "two runs": (sequence(PAIR, B, PAIR), ["a a b a a", "a a a b a a"]),
    "branches": (choice(sequence(A, B), sequence(C, choice(A, B))), ["a b", "c a", "c b"]),
}

EXTENSIONS = {
    "a sequence": (sequence(A), sequence(A), ["a a"]),
    "a sequence with others": (sequence(A, B), sequence(C, A), ["a b c a"]),
    "a choice": (sequence(A), choice(C, A), ["a c", "a a"]),
    "choices": (choice(A, B), choice(C, A), ["a c", "a a", "b a", "b c"]),
    "runs": (sequence(PAIR, B), sequence(C, PAIR), ["a a b c a a a"]),
    "a choice that repeats": (choice(A, B, more=' maxOccurs="9"'), sequence(C, A), ["a b a c a", "b c a"]),
    "a base that has the choice": (sequence(A), choice(C, A, more=' maxOccurs="9"'), ["a c a c", "a a", "a c"]),
    "a group of both": (sequence(USED), sequence(USED), ["a a", "b a", "a b", "b b"]),
    "an element that may be nil": (sequence(A, B), sequence(NIL), ["a b a"]),
}


def extension(base: str, model: str) -> str:
    return f'<xs:complexContent><xs:extension base="{base}">{model}</xs:extension></xs:complexContent>'


def text() -> str:
    """Return a schema with a root for each of the models, and with two types between a root and its base."""
    parts = [GROUP]
    for number, (model, _) in enumerate(MODELS.values()):
        parts.append(f'<xs:element name="m{number}"><xs:complexType>{model}</xs:complexType></xs:element>')
    for number, (base, model, _) in enumerate(EXTENSIONS.values()):
        name = f"e{number}"
        narrow = f'<xs:complexContent><xs:restriction base="B{number}">{base}</xs:restriction></xs:complexContent>'
        parts += [
            f'<xs:complexType name="B{number}">{base}</xs:complexType><xs:element name="b{number}" type="B{number}"/>',
            f'<xs:complexType name="N{number}">{narrow}</xs:complexType>',
            f'<xs:element name="n{number}" type="N{number}"/>',
            f'<xs:complexType name="D{number}">{extension(f"B{number}", model)}</xs:complexType>',
            f'<xs:element name="{name}" type="D{number}"/>',
        ]
        last = sequence('<xs:element name="d" type="xs:int"/>', A)
        parts.append(f'<xs:complexType name="L{number}">{extension(f"D{number}", last)}</xs:complexType>')
        parts.append(f'<xs:element name="l{number}" type="L{number}"/>')
    return schema("".join(parts))


def documents() -> Iterator[tuple[str, str]]:
    """Yield the names of roots, each with those of the elements in it."""
    for number, (_, found) in enumerate(MODELS.values()):
        yield from ((f"m{number}", names) for names in found)
    for number, (_, _, found) in enumerate(EXTENSIONS.values()):
        for names in found:
            yield f"e{number}", names
            yield f"l{number}", f"{names} d a"


@pytest.fixture(scope="module", params=["", "xsdata.format.frozen = true", "xsdata.compound_fields.enabled = true"])
def package(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    with package_of({"demo.xsd": text()}, request.param) as (package, _):
        yield package


def test_all_are_bound_and_written_where_they_were(package: ModuleType) -> None:
    for root, names in documents():
        inside = "".join(f"<{name}>{number}</{name}>" for number, name in enumerate(names.split()))
        document = f"<{root}>{inside}</{root}>".encode()
        assert package.validate(document).valid, document

        value = package.decode(document)
        written = package.encode(value)

        assert [(one.tag, one.text) for one in etree.fromstring(written)] == [
            (one.tag, one.text) for one in etree.fromstring(document)
        ]
        assert package.from_json(package.to_json(value), type(value)) == value


def test_a_base_and_what_narrows_it_are_bound_as_before(package: ModuleType) -> None:
    for number in range(len(EXTENSIONS)):
        for root in (f"b{number}", f"n{number}"):
            names = ("a a b", "a b", "a", "a b a")
            found = [f"<{root}>{''.join(f'<{one}>1</{one}>' for one in each.split())}</{root}>" for each in names]
            valid = [one.encode() for one in found if package.validate(one.encode()).valid]
            assert valid
            for document in valid:
                written = etree.fromstring(package.encode(package.decode(document)))
                assert etree.tostring(written) == etree.tostring(etree.fromstring(document))


def test_a_field_is_no_list_where_only_one_of_the_elements_can_occur() -> None:
    with package_of({"demo.xsd": text()}) as (package, _):
        branches = list(MODELS).index("branches")
        assert package.decode(f"<m{branches}><c>1</c><a>2</a></m{branches}>".encode()).a == 2


def test_slots_have_no_place_for_an_order_and_lose_no_element() -> None:
    with package_of({"demo.xsd": text()}, "xsdata.format.slots = true") as (package, _):
        for root, names in documents():
            inside = "".join(f"<{name}>{number}</{name}>" for number, name in enumerate(names.split()))
            written = package.encode(package.decode(f"<{root}>{inside}</{root}>".encode()))
            assert sorted(one.tag for one in etree.fromstring(written)) == sorted(names.split())
