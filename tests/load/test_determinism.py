"""Unique particle attribution: decided here as by the judges, where they agree, and for models that they can't take."""

from __future__ import annotations

import random
import warnings
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import schemapress
from schemapress.errors import SchemapressError
from schemapress.limits import SourceLimits
from schemapress.load.determinism import TooManyComparisons, find_competing
from schemapress.load.document_reader import read_documents
from schemapress.load.global_components import GlobalComponents
from schemapress.load.loader import load
from schemapress.load.types import TypeLoader
from schemapress_runtime.xsd.components import ComplexType, Particle
from schemapress_runtime.xsd.substitution import SubstitutionGroups
from tests.conftest import schema

MEMBERS = '<xs:element name="h" type="xs:string"/><xs:element name="m" substitutionGroup="h" type="xs:string"/>'
OCCURRENCES = ("", "", "", ' minOccurs="0"', ' maxOccurs="unbounded"', ' minOccurs="0" maxOccurs="unbounded"')
NAMESPACES = ("##any", "##other", "##local", "urn:x", "urn:y urn:x")


def random_model(of: random.Random, depth: int) -> str:
    occurs = of.choice(OCCURRENCES)
    kind = of.random()
    if depth == 0 or kind < 0.35:
        if of.random() < 0.12:
            return f'<xs:any namespace="{of.choice(NAMESPACES)}" processContents="skip"{occurs}/>'
        if of.random() < 0.15:
            return f'<xs:element ref="{of.choice("hm")}"{occurs}/>'
        return f'<xs:element name="{of.choice("abcdef")}" type="xs:string"{occurs}/>'
    group = of.choice(("sequence", "choice"))
    inner = "".join(random_model(of, depth - 1) for _ in range(of.randint(1, 3)))
    return f"<xs:{group}{occurs}>{inner}</xs:{group}>"


def text_of(model: str) -> str:
    return schema(f'{MEMBERS}<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>')


def particle_of(path: Path) -> tuple[Particle | None, SubstitutionGroups]:
    elements = TypeLoader(GlobalComponents(read_documents((path,)).documents), {}).load_declarations().elements
    type_ = elements["r"].type
    assert isinstance(type_, ComplexType)
    return type_.particle, SubstitutionGroups((name, element.substitution_group) for name, element in elements.items())


def judged(text: str) -> set[bool]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            xmlschema.XMLSchema10(text)
        except xmlschema.XMLSchemaException:
            other = False
        else:
            other = True
    try:
        etree.XMLSchema(etree.fromstring(text.encode()))
    except etree.XMLSchemaParseError:
        return {False, other}
    return {True, other}


@pytest.mark.parametrize("seed", range(6))
def test_the_judges_find_the_same_competing_particles(tmp_path: Path, seed: int) -> None:
    of = random.Random(seed)
    path = tmp_path / "main.xsd"
    agreed = set()
    for _ in range(60):
        model = f"<xs:sequence>{random_model(of, 3)}</xs:sequence>"
        path.write_text(text_of(model), "utf-8")
        particle, groups = particle_of(path)
        verdicts = judged(text_of(model))
        if len(verdicts) == 1 and particle is not None:
            agreed |= verdicts
            assert verdicts == {find_competing(particle, groups, 10_000) is None}, model
    assert agreed == {True, False}


@pytest.mark.parametrize(
    ("model", "is_deterministic"),
    [
        ('<xs:element name="a" minOccurs="2" maxOccurs="2"/><xs:element name="a"/>', True),
        ('<xs:element name="a" minOccurs="1" maxOccurs="2"/><xs:element name="a"/>', False),
        ('<xs:sequence minOccurs="0" maxOccurs="9"><xs:element name="a"/></xs:sequence><xs:element name="a"/>', False),
        ('<xs:element ref="h" minOccurs="0"/><xs:element ref="m"/>', False),
        ('<xs:element ref="m" minOccurs="0"/><xs:element name="a"/>', True),
    ],
)
def test_a_counter_tells_what_it_counts_exactly(tmp_path: Path, model: str, is_deterministic: bool) -> None:
    path = tmp_path / "main.xsd"
    path.write_text(text_of(f"<xs:sequence>{model}</xs:sequence>"), "utf-8")
    particle, groups = particle_of(path)
    assert particle is not None

    assert (find_competing(particle, groups, 1_000) is None) == is_deterministic


MANY = "".join(f'<xs:element name="e{number}" minOccurs="0"/>' for number in range(300))


def test_a_wide_model_is_refused_with_its_rule_and_both_places(tmp_path: Path) -> None:
    path = tmp_path / "main.xsd"
    path.write_text(text_of(f'<xs:sequence>\n{MANY}\n<xs:element name="e7"/></xs:sequence>'), "utf-8")

    with pytest.raises(SchemapressError, match=r"main.xsd:4 and main.xsd:5 can match .*\[cos-nonambig\]") as refused:
        load((path,))

    assert refused.value.place == f"{path}:3"


def test_a_wide_model_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "main.xsd"
    wrong = '\n<xs:element name="x" minOccurs="3" maxOccurs="2"/>'
    path.write_text(text_of(f"<xs:sequence>{MANY}{wrong}</xs:sequence>"), "utf-8")

    with pytest.raises(SchemapressError, match=r"p-props-correct") as refused:
        load((path,))

    assert refused.value.place == f"{path}:4"


def test_a_model_that_takes_too_many_comparisons_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "main.xsd"
    path.write_text(text_of(f"<xs:sequence>{MANY * 2}</xs:sequence>"), "utf-8")
    particle, groups = particle_of(path)
    assert particle is not None

    with pytest.raises(TooManyComparisons):
        find_competing(particle, groups, 1_000)
    with pytest.raises(SchemapressError, match=r"\[limit content_model_comparisons\]"):
        load((path,), limits=SourceLimits(content_model_comparisons=1_000))


@pytest.mark.parametrize("count", [2, 400])
def test_an_element_that_a_choice_names_again_with_its_type_does_not_compete(tmp_path: Path, count: int) -> None:
    path = tmp_path / "main.xsd"
    path.write_text(text_of(choice_that_repeats(count, "xs:string")), "utf-8")

    assert schemapress.compile(path).validate(b"<r><e0>x</e0><e1>y</e1><e0/></r>").valid


def test_an_element_that_a_choice_names_again_with_another_type_competes(tmp_path: Path) -> None:
    path = tmp_path / "main.xsd"
    path.write_text(text_of(choice_that_repeats(400, "xs:int")), "utf-8")

    with pytest.raises(SchemapressError, match="cos-nonambig"):
        load((path,))


def choice_that_repeats(count: int, type_: str) -> str:
    """Return a choice of elements, the first of which stands in it again, with a type."""
    elements = "".join(f'<xs:element name="e{number}" type="xs:string"/>' for number in range(count))
    return f'<xs:choice maxOccurs="unbounded">{elements}<xs:element name="e0" type="{type_}"/></xs:choice>'
