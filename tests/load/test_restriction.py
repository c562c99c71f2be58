"""Restrictions of content that are known to be valid without xmlschema: the usual ones, and none that it refuses."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest
import xmlschema

from schemapress.errors import SchemapressError
from schemapress.load import loader
from schemapress.load.loader import load
from schemapress.load.restriction import surely_restrict
from schemapress_runtime.xsd.components import Type
from tests.conftest import schema

TYPES = (
    '<xs:simpleType name="S"><xs:restriction base="xs:string"><xs:maxLength value="3"/></xs:restriction>'
    '</xs:simpleType><xs:element name="g" type="xs:string"/>'
    '<xs:element name="h" type="xs:string" substitutionGroup="g"/>'
)


def element(name: str, type_: str = "xs:string", others: str = "") -> str:
    return f'<xs:element name="{name}" type="{type_}" {others}/>'


def wildcard(others: str) -> str:
    return f"<xs:any {others}/>"


def group(kind: str, *particles: str, others: str = "") -> str:
    return f"<xs:{kind} {others}>{''.join(particles)}</xs:{kind}>"


def sequence(*particles: str) -> str:
    return group("sequence", *particles)


def restriction(base: str, derived: str) -> str:
    """Return a schema with a type of some content, and one that restricts it to another content."""
    return schema(
        f'{TYPES}<xs:complexType name="B">{base}</xs:complexType><xs:complexType name="R"><xs:complexContent>'
        f'<xs:restriction base="B">{derived}</xs:restriction></xs:complexContent></xs:complexType>'
        '<xs:element name="r" type="R"/>'
    )


def types_of(folder: Path, xsd: str) -> Iterable[Type]:
    path = folder / "r.xsd"
    path.write_text(xsd, "utf-8")
    return load((path,)).types.values()


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load restrictions as they are, valid or not."""
    monkeypatch.setattr(loader, "surely_restrict", lambda types: True)


A, B, ABSENT = element("a"), element("b", "xs:int"), 'minOccurs="0"'
REFERENCE = sequence('<xs:element ref="g"/>')


@pytest.mark.parametrize(
    ("base", "derived"),
    [
        (sequence(element("a", others=ABSENT), B), sequence(B)),
        (sequence(element("a", others='maxOccurs="9"')), sequence(element("a", others='maxOccurs="2"'))),
        (sequence(A), sequence(element("a", "S"))),
        (group("choice", A, B), group("choice", B)),
        (group("all", A, B), sequence(B, A)),
        (sequence(wildcard('maxOccurs="9" processContents="lax"')), sequence(A, B)),
        (sequence(wildcard('processContents="skip"')), sequence(wildcard('namespace="##local"'))),
        (sequence(element("a", others=ABSENT)), ""),
        (REFERENCE, REFERENCE),
    ],
)
def test_a_usual_restriction_is_known_to_be_valid(tmp_path: Path, base: str, derived: str) -> None:
    xsd = restriction(base, derived)

    assert surely_restrict(types_of(tmp_path, xsd))
    xmlschema.XMLSchema10(xsd)


def test_a_sequence_restricts_a_choice_that_repeats(tmp_path: Path) -> None:
    """As MapAndSum says (§3.9.6), which xmlschema does not allow."""
    base = group("choice", A, B, others='maxOccurs="unbounded"')

    assert surely_restrict(types_of(tmp_path, restriction(base, sequence(A, B, A))))


@pytest.mark.parametrize(
    ("base", "derived"),
    [
        (sequence(A, B), sequence(B)),
        (sequence(A), sequence(element("a", others=ABSENT))),
        (sequence(element("a", "S")), sequence(A)),
        (sequence(A, B), sequence(B, A)),
        (group("choice", A, B), sequence(A, B)),
        (sequence(A), ""),
        (sequence(A), sequence(wildcard(""))),
        (sequence(wildcard('namespace="##other"')), sequence(A)),
        (sequence(wildcard("")), sequence(wildcard('processContents="lax"'))),
        (sequence(A), sequence(element("a", others='nillable="true"'))),
        (sequence(element("a", others='fixed="1"')), sequence(A)),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_nothing_is_said_of_a_restriction_that_is_not_valid(tmp_path: Path, base: str, derived: str) -> None:
    assert not surely_restrict(types_of(tmp_path, restriction(base, derived)))


def draw_particle(chance: random.Random, depth: int) -> str:
    least = chance.choice((0, 1, 1, 2))
    occurs = f'minOccurs="{least}" maxOccurs="{chance.choice((max(least, 1), 3, "unbounded"))}"'
    groups = ("sequence", "choice", "sequence", "choice") if depth else ()
    kind = chance.choice(("a", "b", "c", "any", *groups))
    if kind == "any":
        namespace, process = chance.choice(("##any", "##local")), chance.choice(("lax", "skip"))
        return wildcard(f'namespace="{namespace}" processContents="{process}" {occurs}')
    if kind in groups:
        inside = (draw_particle(chance, depth - 1) for _ in range(chance.randint(1, 3)))
        return group(kind, *inside, others=occurs)
    return element(kind, chance.choice(("xs:string", "S")), occurs)


CHANGES = (
    ('minOccurs="0"', 'minOccurs="1"'),
    ('minOccurs="1"', 'minOccurs="0"'),
    ('maxOccurs="unbounded"', 'maxOccurs="3"'),
    ('maxOccurs="3"', 'maxOccurs="2"'),
    ('"xs:string"', '"S"'),
    ('"##any"', '"##local"'),
    ('"skip"', '"lax"'),
    ("xs:choice", "xs:sequence"),
)


def change(chance: random.Random, model: str) -> str:
    """Return a content model with a few numbers, types and groups changed."""
    for _ in range(chance.randint(1, 3)):
        old, new = chance.choice(CHANGES)
        model = model.replace(old, new, -1 if old == "xs:choice" else chance.choice((1, -1)))
    return model


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("unchecked")
def test_xmlschema_refuses_no_restriction_that_is_known_to_be_valid(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    known = 0
    for _ in range(25):
        base = sequence(draw_particle(chance, 2))
        xsd = restriction(base, change(chance, base))
        try:
            types = types_of(tmp_path, xsd)
        except SchemapressError:  # two particles compete, or a range is empty
            continue
        if surely_restrict(types):
            known += 1
            xmlschema.XMLSchema10(xsd)  # raises an error of a restriction that is not valid

    assert known
